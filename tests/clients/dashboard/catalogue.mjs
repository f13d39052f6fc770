// Products, collections and categories.

import {
  PICTURE, RUN, api, attach, cell, choose, click, clickAt, confirm, drag, fill, form, go, has, holds, menu, page, see, settle, step,
  tag, tick, wait,
} from "./browser.mjs"

const handle = `naxos-${RUN}`
const found = () => `/admin/products?handle=${handle}&expand=variants,variants.options,variants.prices,options,tags,type,images,sales_channels,collection`
const product = async () => (await api("GET", found())).products[0]
const open = async () => go(`/a/products/${(await product()).id}`)

async function variant(title, option) {
  await form({ "general.title": title })
  await choose("Choose an option", option)
  await click("Stock & Inventory", "h3")
  await form({ "stock.inventory_quantity": 7, "stock.sku": `${title}-${RUN}` })
}

export async function catalogue() {
  await step("product: create, with options, variants and pictures", async () => {
    await go("/a/products")
    await click("New Product")
    await form({
      "general.title": "Naxos by night", "general.subtitle": "A poster", "general.handle": handle,
      "general.material": "Paper", "general.description": "The old town.",
    })
    await click("Organize", "h3")
    await choose("Choose a type", /Engravings/, { search: "Engravings" })
    await tag("#tag-input", ["night", "islands"], 0)
    await click("Variants", "h3")
    await click("Add an option")
    await form({ "variants.options.0.title": "Size" })
    await tag('input[placeholder="Blue, Red, Black..."]', ["A3", "A2"])
    for (const size of ["A3", "A2"]) {
      await click("Add a variant")
      await variant(size, size)
      await click("Save and close")
    }
    await click("Attributes", "h3")
    await form({ "dimensions.width": 300, "dimensions.weight": 120, "customs.hs_code": "4911" })
    await click("Thumbnail", "h3")
    await click("Media", "h3")
    await attach(PICTURE, 0)
    await attach(PICTURE, -1)
    await click("Publish product")
    await see("Product variants")
    await holds(found(), ({ products: [one] }) => one.status === "published" && one.variants.length === 2
      && one.thumbnail && one.images.length === 1 && one.type.value === "Engravings" && one.tags.length === 2
      && one.options[0].title === "Size" && one.weight === 120 && one.variants[0].inventory_quantity === 7
      && one.variants.every((each) => each.options.length === 1) && one.hs_code === "4911")
  })
  await step("product: general information", async () => {
    await open()
    await menu("Edit General Information")
    await form({
      "general.title": "Naxos at night", "general.subtitle": "A print", "metadata.entries.0.key": "print", "metadata.entries.0.value": "offset",
    })
    await click("Save")
    await holds(found(), ({ products: [one] }) => one.title === "Naxos at night" && one.subtitle === "A print" && one.metadata.print === "offset")
  })
  await step("product: type, tags and collection", async () => {
    const { collection } = await api("POST", "/admin/collections", { title: `Isles ${RUN}` })
    await open()
    await menu("Edit General Information")
    await choose("Engravings", /Prints/, { search: "Prints" })
    await choose("Choose a collection", collection.title)
    await tag("#tag-input", ["sea"])
    await click("Save")
    await holds(found(), ({ products: [one] }) => one.type.value === "Prints" && one.collection.id === collection.id
      && one.tags.length === 3)
  })
  await step("product: sales channels", async () => {
    const { sales_channel: channel } = await api("POST", "/admin/sales-channels", { name: `Kiosk ${RUN}` })
    await open()
    await menu("Edit Sales Channels")
    await click("Add Channels")
    await tick(channel.name)
    await click("Save and close")
    await settle()
    if (await has("Save and close", "button")) await click("Save and close")
    await holds(found(), ({ products: [one] }) => one.sales_channels.some(({ id }) => id === channel.id))
  })
  await step("product: unpublish and publish", async () => {
    await open()
    await click("Published", "button")
    await click("Draft", "[role=menuitem]")
    await holds(found(), ({ products: [one] }) => one.status === "draft")
    await click("Draft", "button")
    await click("Published", "[role=menuitem]")
    await holds(found(), ({ products: [one] }) => one.status === "published")
  })
  await step("product: the price grid", async () => {
    const stored = (wanted) => holds(found(), ({ products: [one] }) => one.variants.flatMap(({ prices }) => prices)
      .map(({ amount, currency_code }) => `${amount} ${currency_code}`).sort().join() === wanted, wanted)
    for (const [amounts, wanted] of [[["25.5", "31"], "2550 eur,3100 eur"], [["26"], "2600 eur,3100 eur"], [["26", ""], "2600 eur"]]) {
      await open()
      await menu("Edit Prices")
      await see("Price EUR")
      for (const [nth, amount] of amounts.entries()) await cell(`tbody tr:nth-child(${nth + 2}) td:nth-child(2)`, amount)
      await click("Save and close")
      await click("Save changes")
      await stored(wanted)
    }
  })
  await step("product: options", async () => {
    await open()
    await menu("Edit Options")
    await form({ "options.0.title": "Format" })
    await click("Add an option")
    await form({ "options.1.title": "Paper" })
    await click("Save and close")
    await holds(found(), ({ products: [one] }) => one.options.map(({ title }) => title).sort().join() === "Format,Paper")
    const paper = (await product()).options.find(({ title }) => title === "Paper")
    await open()
    await menu("Edit Options")
    const last = (await product()).options.findIndex(({ id }) => id === paper.id)
    await page.evaluate((at) => document.querySelectorAll('[name^="options."]')[at].closest(".grid").querySelector("button").click(), last)
    await click("Save and close")
    await holds(found(), ({ products: [one] }) => one.options.length === 1)
  })
  await step("product: edit a variant", async () => {
    await open()
    await menu("Edit Variant")
    await form({ "general.title": "A2 large" })
    await click("Stock & Inventory", "h3")
    await form({ "stock.inventory_quantity": 3 })
    await click("Save and close")
    await holds(found(), ({ products: [one] }) => one.variants.some((each) => each.title === "A2 large" && each.inventory_quantity === 3))
  })
  await step("product: add, duplicate and delete a variant", async () => {
    await open()
    await menu("Add Variant")
    await form({ "general.title": "A1", "options.0.value": "A1" })
    await click("Save and close")
    await holds(found(), ({ products: [one] }) => one.variants.length === 3)
    await menu("Duplicate Variant")
    await form({ "general.title": "A0", "options.0.value": "A0" })
    await click("Stock & Inventory", "h3")
    await form({ "stock.sku": `A0-${RUN}` })
    await click("Save and close")
    await holds(found(), ({ products: [one] }) => one.variants.length === 4)
    await menu("Delete Variant")
    await confirm()
    await holds(found(), ({ products: [one] }) => one.variants.length === 3)
  })
  await step("product: attributes", async () => {
    await open()
    await menu("Edit Attributes")
    await form({ "dimensions.height": 420, "customs.mid_code": "GR1" })
    await click("Save")
    await holds(found(), ({ products: [one] }) => one.height === 420 && one.mid_code === "GR1")
  })
  await step("product: thumbnail and media", async () => {
    const before = await product()
    await open()
    await click("Edit", "button")
    await attach(PICTURE, 0)
    await click(/^Save/, "button")
    await holds(found(), ({ products: [one] }) => one.thumbnail !== before.thumbnail)
    await open()
    await click("Edit Media", "button")
    await attach(PICTURE, 0)
    await click("Save and close")
    await holds(found(), ({ products: [one] }) => one.images.length === 2)
  })
  await step("product: pictures: add three, delete one, delete several", async () => {
    const urls = async () => (await product()).images.map(({ url }) => url)
    const edit = async (left, work) => {
      const before = await urls()
      await open()
      await click("Edit Media", "button")
      await work()
      await click("Save and close")
      await holds(found(), ({ products: [one] }) => one.images.map(({ url }) => url).join() === left(before).join(), "pictures left")
    }
    await open()
    await click("Edit Media", "button")
    await attach([PICTURE, PICTURE, PICTURE])
    await see("Uploads")
    await click("Save and close")
    await holds(found(), ({ products: [one] }) => one.images.length === 5)
    await edit((all) => all.slice(0, 4), () => menu("Delete", -1))
    await edit((all) => [all[0], all[3]], async () => { // those that are chosen
      for (const nth of [1, 2]) await clickAt("button:has(img[alt])", nth - 4)
      await see("2 selected")
      await click("Delete", "button")
    })
    await open()
    await see("Edit Media")
  })
  await step("product: without a thumbnail", async () => {
    await open()
    await clickAt('xpath///h1[normalize-space()="Thumbnail"]/following::button[2]')
    await click(/^(Confirm|Delete|Yes)/, "button")
    await holds(found(), ({ products: [one] }) => one.thumbnail === null)
    await see("Upload")
  })
  await step("product: metadata: another entry, one entry gone", async () => {
    await open()
    await menu("Edit General Information")
    await clickAt(`xpath///input[@name="metadata.entries.0.key"]/following::button[@aria-haspopup="menu"][1]`)
    await click(/^Insert below$/i, "[role=menuitem]")
    await form({ "metadata.entries.1.key": "edition", "metadata.entries.1.value": "2" })
    await click("Save")
    await holds(found(), ({ products: [{ metadata }] }) => metadata.print === "offset" && metadata.edition === "2")
    await open()
    await menu("Edit General Information")
    await clickAt(`xpath///input[@name="metadata.entries.0.key"]/following::button[@aria-haspopup="menu"][1]`)
    await click("Delete", "[role=menuitem]")
    await click("Save")
    await holds(found(), ({ products: [{ metadata }] }) => Object.keys(metadata).length === 1)
  })
  await step("variant: metadata, prices in the form, codes", async () => {
    await open()
    await menu("Edit Variant", 0, "tbody")
    const { variants: [{ id }] } = { variants: (await product()).variants.sort((a, b) => a.variant_rank - b.variant_rank) }
    const [shown, ean] = [`/admin/variants/${id}`, String(Date.now())]
    await form({ "general.material": "Linen" })
    await click("Metadata", "h3")
    await wait(400)
    await form({ "metadata.entries.0.key": "frame", "metadata.entries.0.value": "oak" })
    await click("Stock & Inventory", "h3")
    await form({ "stock.ean": ean, "stock.barcode": `B${RUN}` })
    for (const nth of [0, 1]) await clickAt("[role=dialog] [role=switch]", nth)
    await click("Save and close")
    await holds(shown, ({ variant: one }) => one.metadata.frame === "oak" && one.material === "Linen" && one.ean === ean
      && one.barcode === `B${RUN}`)
    // A duplicate of the product takes these along, which no two variants have.
    await api("POST", `/admin/products/${(await product()).id}/variants/${id}`, { ean: null, barcode: null })
  })
  await step("variants: stock and order, together", async () => {
    const ranked = async () => (await product()).variants.sort((a, b) => a.variant_rank - b.variant_rank).map(({ id }) => id)
    const before = await ranked()
    await open()
    await menu("Edit Variants")
    await form({ "variants.0.inventory_quantity": 41 })
    await drag(".cursor-move", 0, 1)
    await click("Save and close")
    await holds(found(), ({ products: [{ variants }] }) => variants.some((one) => one.id === before[0] && one.inventory_quantity === 41))
    const after = await ranked()
    if (after[0] !== before[1] || after[1] !== before[0]) throw new Error(`${before} became ${after}`)
  })
  await step("product: duplicate, then delete", async () => {
    await go(`/a/products?q=${encodeURIComponent("Naxos at night")}`)
    await menu("Duplicate")
    await wait(1000)
    const copies = "/admin/products?q=Naxos%20at%20night&expand=variants"
    await holds(copies, ({ products }) => products.length >= 2)
    await open()
    await menu("Delete")
    await confirm()
    await holds(found(), ({ count }) => count === 0)
  }, { refused: [/^GET 404 \/admin\/products\/prod_/] }) // the page asks once more for what it has just deleted
  await step("product list: filter and search", async () => {
    await go("/a/products?offset=0&limit=15&status[]=published&tags[]=none")
    await go("/a/products")
    await fill('input[placeholder="Search"]', "poster")
    await wait(700)
    await settle()
    await see("Perseus Poster")
  })

  await step("products and orders: their export says that it is not there", async () => {
    for (const [list, button] of [["products", "Export Products"], ["orders", "Export Orders"]]) {
      await go(`/a/${list}`)
      await click(button, "button")
      await click("Export", "button")
      await see("Error")
    }
  }, { refused: [/^POST 405 \/admin\/batch-jobs$/] }) // the server has no batch jobs

  const title = `Cyclades ${RUN}`
  const collected = `/admin/collections?handle=cyclades-${RUN}`
  const collection = async () => (await api("GET", collected)).collections[0]
  await step("collection: create", async () => {
    await go("/a/products?view=collections")
    await click("New Collection")
    await form({ title, handle: `cyclades-${RUN}` })
    await click("Publish collection")
    await holds(collected, ({ collections: [one] }) => one.title === title)
  })
  await step("collection: edit, with metadata", async () => {
    await go(`/a/collections/${(await collection()).id}`)
    await menu("Edit Collection")
    await form({ title: `${title}!`, "metadata.entries.0.key": "season", "metadata.entries.0.value": "summer" })
    await click("Save collection")
    await holds(collected, ({ collections: [one] }) => one.title === `${title}!` && one.metadata.season === "summer")
  })
  await step("collection: add and remove products", async () => {
    const { id } = await collection()
    const members = `/admin/products?collection_id[]=${id}`
    await go(`/a/collections/${id}`)
    await click("Edit Products", "button")
    await clickAt('input[type="checkbox"]', -1)
    await click("Save")
    await holds(members, ({ count }) => count === 1)
    await go(`/a/collections/${id}`)
    await clickAt("table button", -1)
    if (await has(/^Yes, /, "button")) await confirm()
    await holds(members, ({ count }) => count === 0)
  })
  await step("collection: delete", async () => {
    await go(`/a/collections/${(await collection()).id}`)
    await menu("Delete")
    await confirm()
    await holds(collected, ({ count }) => count === 0)
  }, { refused: [/^GET 404 \/admin\/collections\/pcol_/] }) // the page asks once more for what it has just deleted

  const named = `/admin/product-categories?q=Prints%20${RUN}`
  await step("category: create, one below it", async () => {
    await go("/a/product-categories")
    await click("Add category")
    await form({ name: `Prints ${RUN}` })
    await click("Save category")
    await holds(named, ({ product_categories: [one] }) => one.name === `Prints ${RUN}`)
  })
  await step("category: edit", async () => {
    await go("/a/product-categories")
    await menu("Edit", -1)
    await form({ description: "On paper" })
    await choose("Public", "Private")
    await click("Save category")
    await holds(named, ({ product_categories: [one] }) => one.description === "On paper" && one.is_internal)
  })
  await step("category: delete", async () => {
    await go("/a/product-categories")
    await menu("Delete", -1)
    if (await has(/^Yes, /, "button")) await confirm()
    await holds(named, ({ count }) => count === 0)
  })
}
