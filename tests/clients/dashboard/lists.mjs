// The lists: what narrows them, views that are kept, what can be done from a row, and the search of everything.

import {
  ORIGIN, RUN, api, click, clickAt, confirm, fill, go, has, holds, page, rowMenu, rows, see, settle, step, text, wait,
} from "./browser.mjs"
import { place } from "./orders.mjs"

/** Opens the filters, chooses in each of `chosen` ([["Status", "pending"], ...]) and applies them. */
async function narrow(chosen, { save, tag } = {}) {
  await click(/^Filters/, "button")
  for (const [filter, ...options] of chosen) {
    const opened = `xpath///button[normalize-space()="${filter}"]`
    if (!(await page.$(`${opened}[@data-state="open"]`))) await clickAt(opened, -1)
    for (const option of options) {
      if (typeof option === "function") await option()
      else await clickAt(`xpath///div[@data-radix-popper-content-wrapper]//div[normalize-space()="${option}" and input]`, -1)
    }
  }
  if (tag) {
    await click("Tags", "span")
    await page.type("#tag-input", tag)
    await page.keyboard.press("Tab")
  }
  if (save) {
    await fill('input[placeholder="Name your filter..."]', save, -1)
    await click("Save", "button")
  }
  await click("Apply", "button")
  await settle()
}

const clear = async () => { await click(/^Filters/, "button"); await click("Clear", "button"); await settle() }

/** Until the rows of the list are as many as the API counts. */
async function shows(count) {
  for (let i = 0; i < 30; i += 1) {
    if ((await rows()).length === Math.min(count, 15)) return
    await wait(100)
  }
  throw new Error(`${(await rows()).length} rows instead of ${count}`)
}

export async function lists() {
  await orderList()
  await productList()
  await otherLists()
  await everything()
}

async function orderList() {
  const order = await place()
  await api("POST", `/admin/orders/${order.id}/capture`)
  const { regions } = await api("GET", "/admin/regions?limit=100")
  const { name: region } = regions.find(({ id }) => id === order.region_id)
  const counted = async (query) => (await api("GET", `/admin/orders?limit=1&${query}`)).count
  const LISTS = [
    ["status", [["Status", "pending", "canceled"]], "status[]=pending&status[]=canceled"],
    ["payment", [["Payment Status", "captured"]], "payment_status[]=captured"],
    ["fulfillment", [["Fulfillment Status", "shipped", "not_fulfilled"]], "fulfillment_status[]=shipped&fulfillment_status[]=not_fulfilled"],
    ["region", [["Regions", region]], `region_id[]=${order.region_id}`],
    ["sales channel", [["Sales Channel", "Default Sales Channel"]], "sales_channel_id[]="],
    ["all of them", [["Status", "pending"], ["Payment Status", "captured"], ["Fulfillment Status", "not_fulfilled"], ["Regions", region]],
      `status[]=pending&payment_status[]=captured&fulfillment_status[]=not_fulfilled&region_id[]=${order.region_id}`],
    ["no such", [["Payment Status", "requires_action"]], "payment_status[]=requires_action"],
  ]
  for (const [name, chosen, query] of LISTS) {
    await step(`orders: filter by ${name}`, async () => {
      await go("/a/orders")
      await narrow(chosen)
      await shows(await counted(query.endsWith("=") ? `${query}${order.sales_channel_id}` : query))
      await clear()
      await shows(await counted(""))
    })
  }
  for (const [kind, there] of [["is in the last", true], ["is older than", false]]) {
    await step(`orders: filter by date: ${kind}`, async () => {
      await go("/a/orders")
      await narrow([["Date", async () => {
        await wait(300)
        if (kind !== "is in the last") {
          await click("is in the last", "button")
          await click(kind, "div")
        }
        await fill('[data-radix-popper-content-wrapper] input[type="number"]', 2, 0)
      }]])
      await shows(there ? await counted("") : 0)
    })
  }
  await step("orders: a view that is kept, and its removal", async () => {
    await go("/a/orders")
    await narrow([["Payment Status", "captured"]], { save: `Paid ${RUN}` })
    await go("/a/orders")
    await click(`Paid ${RUN}`, "button")
    await shows(await counted("payment_status[]=captured"))
    await clickAt(`xpath///button[normalize-space()="Paid ${RUN}"]/div`)
    await wait(300)
    if (await has(`Paid ${RUN}`, "button")) throw new Error("it is still there")
  })
  for (const [tab, query] of [["Complete", "fulfillment_status[]=shipped&payment_status[]=captured"], ["Incomplete", "fulfillment_status[]=not_fulfilled&fulfillment_status[]=fulfilled&payment_status[]=awaiting"]]) {
    await step(`orders: the view ${tab}`, async () => {
      await go("/a/orders")
      await click(tab, "button")
      await settle()
      await shows(await counted(query))
    })
  }
  for (const wanted of [String(order.display_id), "Lovelace", order.email]) {
    await step(`orders: search for ${wanted.replace(RUN, "...").replace(/^\d+$/, "a number")}`, async () => {
      await go("/a/orders")
      await fill('input[placeholder="Search"]', wanted)
      await wait(600)
      await see(`#${order.display_id}`)
      await shows(await counted(`q=${encodeURIComponent(wanted)}`))
    })
  }
}

async function productList() {
  const title = `Delos ${RUN}`
  const { collection } = await api("POST", "/admin/collections", { title: `Ruins ${RUN}` })
  const { product_tags: [{ value: tag } = { value: "stone" }] } = await api("GET", "/admin/product-tags") // its filter knows the first ten
  const { product } = await api("POST", "/admin/products", {
    title, status: "published", collection_id: collection.id, tags: [{ value: tag }], options: [{ title: "Size" }],
    variants: [{ title: "One", inventory_quantity: 3, options: [{ value: "One" }], prices: [{ currency_code: "eur", amount: 900 }] }],
  })
  const shown = `/admin/products/${product.id}`
  const listed = () => go(`/a/products?q=${encodeURIComponent(title)}`)
  const alone = async () => { await see(title); await shows(1) }
  await step("products: filter by status", async () => {
    await go("/a/products")
    await narrow([["Status", "published"]])
    await shows((await api("GET", "/admin/products?status[]=published&limit=1")).count)
    await clear()
  })
  await step("products: filter by collection", async () => {
    await go("/a/products")
    await narrow([["Collection", async () => {
      for (let i = 0; i < 20 && !(await has(collection.title, "div")); i += 1) await click("Show more", "button")
    }, collection.title]])
    await alone()
  })
  await step("products: filter by tag", async () => {
    await go("/a/products")
    await narrow([], { tag })
    await see(title)
    const { count } = await api("GET", `/admin/products?limit=1&tags[]=${product.tags[0].id}`)
    await shows(count)
  })
  await step("products: as tiles, and as a list again", async () => {
    await listed()
    await clickAt("thead span svg", -1)
    await see(title)
    if ((await page.$$("tbody tr")).length) throw new Error("it is a list still")
    await clickAt(".justify-self-end span svg", 0)
    await alone()
  })
  await step("products: unpublish and publish in the list", async () => {
    for (const [action, status] of [["Unpublish", "draft"], ["Publish", "published"]]) {
      await listed()
      await rowMenu(title, action)
      await holds(shown, ({ product: one }) => one.status === status)
    }
  })
  await step("products: duplicate in the list", async () => {
    await listed()
    await rowMenu(title, "Duplicate")
    const { products } = await holds(`/admin/products?q=${encodeURIComponent(title)}&expand=variants,variants.prices,options,tags,collection`,
      ({ products: all }) => all.length === 2)
    const copy = products.find(({ id }) => id !== product.id)
    if (copy.status !== "draft" || copy.collection.id !== collection.id || copy.tags.length !== 1 || copy.variants[0].prices[0].amount !== 900
      || copy.options.length !== 1) throw new Error(JSON.stringify(copy).slice(0, 600))
    await see("Product variants")
  })
  await step("products: delete in the list", async () => {
    for (const left of [1, 0]) {
      await listed()
      await rowMenu(title, "Delete")
      await confirm()
      await holds(`/admin/products?q=${encodeURIComponent(title)}`, ({ count }) => count === left)
    }
  }, { refused: [/^GET 404 \/admin\/products\/prod_/] })
}

async function otherLists() {
  const code = `ROW${RUN}`.toUpperCase()
  const { regions: [{ id: region }] } = await api("GET", "/admin/regions")
  const { products: [poster] } = await api("GET", "/admin/products?q=Perseus%20Poster&expand=variants")
  const { discount } = await api("POST", "/admin/discounts", {
    code, regions: [region], usage_limit: 9, metadata: { by: "hand" }, rule: {
      type: "percentage", value: 10, allocation: "total", description: "Ten off", conditions: [{ operator: "in", products: [poster.id] }],
    },
  })
  await step("discounts: filter by kind", async () => {
    await api("POST", "/admin/discounts", {
      code: `${code}T`, is_dynamic: true, valid_duration: "P1D", regions: [region], rule: { type: "percentage", value: 10, allocation: "total" },
    })
    for (const dynamic of [true, false]) {
      await go("/a/discounts")
      await narrow([["Types", dynamic ? "dynamic" : "normal"]])
      await shows((await api("GET", `/admin/discounts?is_dynamic=${dynamic}&limit=1`)).count)
    }
  })
  const listed = () => go(`/a/discounts?q=${code}`)
  await step("discounts: unpublish and publish in the list", async () => {
    for (const [action, disabled] of [["Unpublish", true], ["Publish", false]]) {
      await listed()
      await rowMenu(code, action)
      await holds(`/admin/discounts/${discount.id}`, ({ discount: one }) => one.is_disabled === disabled)
    }
  })
  await step("discounts: duplicate in the list, with its condition, then delete", async () => {
    await listed()
    await rowMenu(code, "Duplicate")
    const { discounts: [copy] } = await holds(`/admin/discounts?q=${code}_COPY&expand=rule,rule.conditions,regions`, ({ count }) => count === 1)
    if (copy.rule.value !== 10 || copy.usage_limit !== 9 || copy.metadata.by !== "hand" || copy.rule.conditions.length !== 1) {
      throw new Error(JSON.stringify(copy).slice(0, 600))
    }
    await see(`${code}_COPY`)
    for (const one of [`${code}_COPY`, code]) {
      await go(`/a/discounts?q=${one}`)
      await rowMenu(one, "Delete")
      await confirm()
      await holds(`/admin/discounts?q=${one}`, ({ discounts }) => discounts.every((each) => each.code !== one))
    }
  }, { refused: [/^GET 404 \/admin\/discounts\/disc_/] })

  const name = `Row ${RUN}`
  const { price_list: list } = await api("POST", "/admin/price-lists", {
    name, description: "of rows", type: "override", status: "draft", prices: [{ amount: 100, currency_code: "eur", variant_id: poster.variants[0].id }],
  })
  await step("price lists: search and filter", async () => {
    await go("/a/pricing")
    await fill('input[placeholder^="Search"]', name, -1)
    await wait(700)
    await see(name)
    await shows(1)
    await go("/a/pricing")
    for (const [status, count] of [["draft", 1], ["active", 0]]) {
      await go(`/a/pricing?q=${encodeURIComponent(name)}&status=${status}`)
      await shows(count)
    }
    await go(`/a/pricing?created_at=${encodeURIComponent(JSON.stringify({ gte: "2020-01-01T00:00:00.000Z" }))}&q=${encodeURIComponent(name)}`)
    await shows(1)
  })
  await step("price lists: publish, unpublish and delete in the list", async () => {
    for (const [action, status] of [["Mark as active", "active"], ["Mark as draft", "draft"]]) {
      await go("/a/pricing")
      await rowMenu(name, action)
      await holds(`/admin/price-lists/${list.id}`, ({ price_list: one }) => one.status === status)
    }
    await go("/a/pricing")
    await rowMenu(name, "Delete")
    await fill("[role=alertdialog] input", name)
    await click("Confirm", "button")
    await holds(`/admin/price-lists?q=${encodeURIComponent(name)}`, ({ count }) => count === 0)
  }, { refused: [/^GET 404 \/admin\/price-lists\/pl_/] })

  await step("gift cards: search in the list", async () => {
    const { gift_card: card } = await api("POST", "/admin/gift-cards", { value: 4200, region_id: region })
    await go("/a/gift-cards")
    await fill('input[placeholder^="Search"]', card.code, -1)
    await wait(700)
    await see(card.code)
    await shows(1)
    await click(card.code)
    await see("Original amount")
    await see("42.00")
  })
  await step("team: narrow and search", async () => {
    await api("POST", "/admin/invites", { user: `row-${RUN}@shop.test`, role: "member" })
    await go("/a/settings/team")
    await see(`row-${RUN}@shop.test`)
    await fill('input[placeholder="Search"]', `row-${RUN}`)
    await wait(400)
    await shows(1)
    await rowMenu(`row-${RUN}`, "Copy invite link")
    await see("Invite link copied to clipboard")
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    const { invites } = await api("GET", "/admin/invites")
    const { token, id } = invites.find((one) => one.user_email === `row-${RUN}@shop.test`)
    if (!copied.includes(token)) throw new Error(`copied ${copied}`)
    await api("DELETE", `/admin/invites/${id}`)
  })
}

async function everything() {
  const open = async (wanted) => {
    await go("/a/settings")
    await page.keyboard.down("Control"); await page.keyboard.press("k"); await page.keyboard.up("Control")
    await wait(300)
    await fill('input[placeholder="Start typing to search..."]', wanted, -1)
    await wait(800)
    await settle()
  }
  await step("search everything: a product", async () => {
    await open("Perseus Poster")
    await see("Products (")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await settle()
    await see("Product variants")
  })
  await step("search everything: an order and its customer", async () => {
    const order = await place()
    await open(order.email)
    await see("Orders (")
    await see("Customers (")
    if (!(await text()).includes(`#${order.display_id}`)) throw new Error("the order is not there")
    await click(new RegExp(`#${order.display_id}`), "a,li,p,span")
    await settle()
    if (!page.url().startsWith(`${ORIGIN}/a/orders/`)) throw new Error(page.url())
  })
}
