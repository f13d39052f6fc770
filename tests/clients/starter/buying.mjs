// What somebody does who buys: fills a cart, changes it, enters codes, goes through checkout as a guest.

import { click, count, fill, find, go, newcomer, page, read, reads, settle, step, text, until } from "./browser.mjs"
import { euros } from "./browsing.mjs"
import { admin } from "./records.mjs"

export const ADDRESS = {
  "shipping-first-name-input": "Ada", "shipping-last-name-input": "Lovelace", "shipping-address-input": "1 rue de Rivoli",
  "shipping-company-input": "Analytical", "shipping-postal-code-input": "75001", "shipping-city-input": "Paris",
  "shipping-province-input": "", "shipping-phone-input": "030 123",
}
const BILLING = {
  "billing-first-name-input": "Augusta", "billing-last-name-input": "King", "billing-address-input": "2 Marylebone Road",
  "billing-company-input": "", "billing-postal-input": "75002", "billing-city-input": "Lyon", "billing-province-input": "",
  "billing-phone-input": "",
}
const NO_CODE = [/^POST 4\d\d \/store\/carts\/[^/]+$/]

export async function put(product, options = []) {
  await go(product)
  for (const option of options) await click(`[data-testid="option-button"]::-p-text(${option})`)
  const before = await inCart()
  await click("add-product-button")
  await until("it is in the cart", async () => (await inCart()) === before + 1 || await inCart())
}

const inCart = async () => Number((await read("nav-cart-link")).replace(/\D/g, ""))
export const cents = (shown) => Math.round(Number(shown.replace(/[^0-9.]/g, "")) * 100)
export const total = async () => cents(await read("cart-total"))

/** Enters a code on the cart's page. */
export async function codes(code) {
  if (!(await count("discount-input"))) await click("add-discount-button")
  await fill({ "discount-input": code })
  await click("discount-apply-button")
}

/** Chooses how to pay, on the page that asks for it. */
export async function pay() {
  await click("::-p-text(Test payment)")
  await click("submit-payment-button")
  await until("review is next", () => page.url().includes("step=review") || page.url())
}

/** From the cart's page to the order's, which is handed back. saved: what chooses the address instead of typing it;
 *  wavering: what is done on the last page before it is sent; refused: the shop will not have it. */
export async function checkOut(shop, email, { saved, billing, wavering, refused = false, option = 0, giftCard = false } = {}) {
  await go(`/${shop.country}/cart`)
  await click("checkout-button")
  if (saved) await saved()
  else await fill({ ...ADDRESS, "shipping-country-select": shop.country, "shipping-email-input": email })
  if (billing) {
    await click("billing-address-checkbox")
    await fill({ ...billing, "billing-country-select": shop.country })
  }
  await click("submit-address-button")
  await until("delivery is next", () => page.url().includes("step=delivery") || page.url())
  await click("delivery-option-radio", option)
  await click("submit-delivery-option-button")
  await until("payment is next", () => page.url().includes("step=payment") || page.url())
  if (giftCard) {
    if ((await read("payment-method-summary")) !== "Gift card") throw new Error(await read("payment-method-summary"))
    await click("submit-payment-button")
    await until("review is next", () => page.url().includes("step=review") || page.url())
  } else {
    await pay()
  }
  if (wavering) await wavering()
  const asked = await total()
  await click("submit-order-button")
  if (refused) return null
  await until("the order is there", () => page.url().includes("/order/confirmed/") || page.url())
  await find("order-complete-container", 0, 15_000)
  await reads(email)
  const { order } = await admin("GET", `/orders/${page.url().split("/confirmed/")[1]}`)
  if (order.total !== asked) throw new Error(`asked ${asked}, ordered ${order.total}`)
  return order
}

export async function buying(shop) {
  const { country, shirt, mug, run } = shop
  const shirtPage = `/${country}/products/${shirt.handle}`

  await step("add to cart, and what the small cart shows", async () => {
    await put(shirtPage, ["S", "Black"])
    await until("the small cart shows it", async () => (await text()).includes(euros(1950)) || (await text()).slice(0, 400))
    await put(`/${country}/products/${mug}`)
    await click("nav-cart-link")
    await reads(shirt.title)
    await until("two lines", async () => (await count("product-row")) === 2 || await count("product-row"))
  })

  await step("quantity", async () => {
    await go(`/${country}/cart`)
    const before = cents(await read("cart-subtotal"))
    await fill({ "product-select-button": "3" })
    await settle()
    await until("the subtotal follows", async () => [before + 2 * 1950, before + 2 * 510].includes(cents(await read("cart-subtotal"))) || await read("cart-subtotal"))
    await until("the small cart counts 4", async () => (await inCart()) === 4 || await inCart())
  })

  await step("remove a line", async () => {
    await go(`/${country}/cart`)
    await click('[data-testid="product-row"] button')
    await until("one line", async () => (await count("product-row")) === 1 || await count("product-row"))
  })

  await step("a cart handed on by a link to its checkout", async () => {
    const { value: id } = (await page.cookies()).find((cookie) => cookie.name === "_medusa_cart_id")
    await newcomer()
    await go(`/${country}/checkout?cart_id=${id}`)
    await find("shipping-first-name-input")
    await go(`/${country}/cart`)
    await until("its line", async () => (await count("product-row")) === 1 || await count("product-row"))
  })

  await step("a code nobody knows", async () => {
    await go(`/${country}/cart`)
    await codes("NOSUCHCODE")
    await until("it is told", async () => (await read("discount-error-message")).length > 5)
  }, { refused: NO_CODE })

  await step("discount code, and without it again", async () => {
    await go(`/${country}/cart`)
    const before = await total()
    await codes(shop.discount)
    await until("its row", async () => (await read("discount-code")) === shop.discount)
    await until("a tenth less", async () => Math.abs(await total() - before * 0.9) <= 2 || [before, await total()])
    await find("cart-discount")
    await click("remove-discount-button")
    await until("as before", async () => (await total()) === before || [before, await total()])
  })

  await step("gift card, and without it again", async () => {
    await go(`/${country}/cart`)
    const before = await total()
    await codes(shop.smallCard)
    await until("its code", async () => (await read("gift-card-code")) === shop.smallCard || await read("gift-card-code"))
    await until("less to pay", async () => (await total()) < before || [before, await total()])
    await click("remove-gift-card-button")
    await until("as before", async () => (await total()) === before || [before, await total()])
  }, { refused: NO_CODE })

  await step("another country changes the cart's currency, and back", async () => {
    for (const [to, sign] of [[shop.other.iso_2, "$"], [country, "€"]]) {
      await go(`/${to}/store`)
      await go(`/${to}/products/${mug}`)
      await click("add-product-button")
      await go(`/${to}/cart`)
      await until(`prices in ${sign}`, async () => (await read("cart-total")).includes(sign) || await read("cart-total"))
    }
  })

  await step("guest checkout, with another billing address", async () => {
    const order = await checkOut(shop, `guest.${run}@example.com`, { billing: BILLING, option: 1 })
    if (order.billing_address.city !== "Lyon" || order.shipping_address.city !== "Paris") throw new Error("the addresses are others")
    if (order.shipping_address.company !== "Analytical") throw new Error("the company is lost")
    await reads("Thank you!")
    await reads(String(order.display_id))
    await reads("Test payment")
    if ((await inCart()) !== 0) throw new Error("the cart is not empty")
  })

  await step("an order paid with a gift card alone", async () => {
    await put(`/${country}/products/${mug}`)
    await go(`/${country}/cart`)
    await codes(shop.largeCard)
    await find("gift-card-code")
    const order = await checkOut(shop, `card.${run}@example.com`, { giftCard: true })
    if (order.total !== 0 || order.gift_card_total <= 0) throw new Error(`paid ${order.total}, ${order.gift_card_total}`)
  }, { refused: NO_CODE })

  if (shop.digital) {
    await step("a digital product alone", async () => {
      await put(`/${country}/products/${shop.digital.handle}`)
      const order = await checkOut(shop, `files.${run}@example.com`)
      if (order.items.length !== 1) throw new Error(`${order.items.length} lines`)
    })
  }
}
