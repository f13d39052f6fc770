// What somebody does who looks around: home, lists, products, another country.

import { click, count, find, go, page, read, reads, step, text, until } from "./browser.mjs"

export const dollars = (amount) => `$${(amount / 100).toFixed(2)}`
export const euros = (amount) => `€${(amount / 100).toFixed(2)}`

const titles = () => page.$$eval('[data-testid="product-title"]', (nodes) => nodes.map((node) => node.innerText.trim()))
const prices = () => page.$$eval('[data-testid="price"]', (nodes) => nodes.map((node) => Number(node.innerText.replace(/[^0-9.]/g, ""))))
const rising = (numbers) => numbers.every((number, i) => i === 0 || numbers[i - 1] <= number)

export async function browsing(shop) {
  const { run, country, shirt } = shop

  await step("home", async () => {
    await go("/")
    await until("the country is in the address", () => page.url().endsWith(`/${country}`) || page.url())
    await reads(shop.collection.title)
    await reads(`Starter Mug 13 ${run}`)
    await find("footer-categories")
  })

  await step("store: newest first, and its pages", async () => {
    await go(`/${country}/store`)
    await until("12 products", async () => (await count("product-wrapper")) === 12 || await count("product-wrapper"))
    const first = await titles()
    if (first[0] !== `Starter Mug 13 ${run}`) throw new Error(`newest is ${first[0]}`)
    await click('[data-testid="product-pagination"] button', 1)
    await until("the second page", async () => page.url().includes("page=2") && !(await titles()).includes(first[0]))
    await find("product-wrapper")
  })

  for (const [sort, ordered] of [["price_asc", rising], ["price_desc", (numbers) => rising(numbers.toReversed())]]) {
    await step(`store: ${sort}`, async () => {
      await go(`/${country}/store`)
      await click(`[data-testid="sort-by-link"][for="${sort}"], label[for="${sort}"]`)
      await until("sorted", async () => page.url().includes(`sortBy=${sort}`) && (await prices()).length === 12 && ordered(await prices()) || prices())
    })
  }

  await step("collection", async () => {
    await go(`/${country}/collections/${shop.collection.handle}`)
    await reads(shop.collection.title)
    await until("its products", async () => (await count("product-wrapper")) === 12 || await count("product-wrapper"))
  })

  await step("category and the one below it", async () => {
    await go(`/${country}/categories/${shop.category.handle}`)
    if (!(await read("category-page-title")).includes(shop.category.name)) throw new Error(await read("category-page-title"))
    await reads(shirt.title)
    await click('[data-testid="category-container"] a[href*="/categories/"]')
    await reads(shop.child.name)
    await reads(shirt.title)
  })

  await step("product: options, price and stock", async () => {
    await go(`/${country}/products/${shirt.handle}`)
    await reads("Soft, and washed twice.")
    await click("h3 button")
    await reads("cotton")
    await click('[data-testid="option-button"]::-p-text(M)')
    await click('[data-testid="option-button"]::-p-text(Black)')
    await until("its price", async () => (await read("product-price")).includes(euros(2150)) || await read("product-price"))
    await until("it can be bought", async () => (await read("add-product-button")) === "Add to cart" || await read("add-product-button"))
    await click('[data-testid="option-button"]::-p-text(White)')
    await until("it is out of stock", async () => (await read("add-product-button")) === "Out of stock" || await read("add-product-button"))
  })

  await step("product: its pictures", async () => {
    const loaded = () => page.$$eval('img[src*="_next/image"]', (all) => all.map((one) => one.complete && one.naturalWidth > 0))
    await until("pictures", async () => { const all = await loaded(); return (all.length > 0 && all.every(Boolean)) || all })
  })

  await step("product on sale: both prices", async () => {
    await go(`/${country}/products/${shop.onSale}`)
    await until("half the price", async () => (await read("product-price")).includes(euros(260)) || await read("product-price"))
    if ((await read("original-product-price")) !== euros(520)) throw new Error(await read("original-product-price"))
    await reads("-50%")
  })

  await step("a product that is not there", async () => {
    await go(`/${country}/products/none-${run}`)
    await reads("Page not found")
  })

  await step("another country", async () => {
    await go(`/${country}/products/${shirt.handle}`)
    await click("nav-menu-button")
    await (await find('[data-testid="nav-menu-popup"] ::-p-text(Shipping to:)')).hover()
    await click(`[role="option"]::-p-text(${shop.other.display_name})`)
    await until("the address has it", () => page.url().includes(`/${shop.other.iso_2}/products/`) || page.url())
    await until("prices in dollars", async () => (await text()).includes("$") || (await text()).slice(0, 500))
  })
}
