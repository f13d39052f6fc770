// Sets a shop up from an empty database through the client's admin namespace alone, then sells from it through the
// store namespace. Arguments: the server's address, an admin's e-mail address and password.

import assert from "node:assert/strict"
import { createRequire } from "node:module"

const Medusa = createRequire(import.meta.url)("@medusajs/medusa-js").default
const [, , baseUrl, email, password] = process.argv
const client = (more = {}) => new Medusa({ baseUrl, maxRetries: 0, ...more })
const ADDRESS = {
  first_name: "Ada", last_name: "Lovelace", address_1: "Am Markt 1", city: "Bonn", postal_code: "53111", country_code: "de",
}

// The smallest archive that opens: one file, not compressed.
function archive(name, content) {
  const [title, bytes] = [Buffer.from(name), Buffer.from(content)]
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  const about = Buffer.alloc(26)
  about.writeUInt16LE(20, 0)
  about.writeUInt32LE(~crc >>> 0, 10)
  about.writeUInt32LE(bytes.length, 14)
  about.writeUInt32LE(bytes.length, 18)
  about.writeUInt16LE(title.length, 22)
  const entry = Buffer.concat([Buffer.from("PK\x03\x04"), about, title, bytes])
  const listed = Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), about, Buffer.alloc(14), title])
  const end = Buffer.alloc(22)
  end.write("PK\x05\x06")
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(entry.length, 16)
  return Buffer.concat([entry, listed, end])
}

const WALLPAPER = archive("seriphos.txt", "a wallpaper")

async function step(what, work) {
  try {
    return await work()
  } catch (error) {
    const answer = error.response ? `${error.response.status} ${JSON.stringify(error.response.data)}` : error.stack
    console.error(`${what}: ${answer}`)
    process.exit(1)
  }
}

async function eventually(ask, enough) {
  for (const deadline = Date.now() + 20000; ;) {
    const answer = await ask()
    if (enough(answer) || Date.now() > deadline) return answer
    await new Promise((done) => setTimeout(done, 50))
  }
}

const { access_token } = await step("log in", () => client().admin.auth.getToken({ email, password }))
const admin = client({ apiKey: access_token }).admin
const as = { Authorization: `Bearer ${access_token}` }

// How the client sends forms: what it sends by in browsers leaves naming the form's boundary to the browser; what it
// sends by in Node (axios 0.24) takes no forms. Node's fetch does as browsers do.
async function byForm({ baseURL, url, method, headers: { "Content-Type": _, ...headers }, data }) {
  const answer = await fetch(baseURL + url, { method, headers, body: data })
  const answered = { status: answer.status, data: await answer.json(), headers: {} }
  if (!answer.ok) throw Object.assign(new Error(`answered ${answer.status}`), { response: answered })
  return answered
}
const forms = client({ customHeaders: as, axiosAdapter: byForm }).admin

// The shop
const { store } = await step("read the store", () => admin.store.retrieve(as))
assert.ok(store.feature_flags.some((flag) => flag.key === "sales_channels" && flag.value))
assert.ok(Array.isArray(store.modules))
await step("name the store and its currencies", async () => {
  const codes = store.currencies.map((one) => one.code)
  assert.ok(codes.includes("eur"))
  // The client's store.addCurrency asks POST /admin/store/jpy, which Medusa, too, answers 404: its address is another.
  await admin.custom.post("/store/currencies/jpy", {}, {}, as)
  const { store: changed } = await admin.store.deleteCurrency("jpy", as)
  assert.ok(!changed.currencies.some((one) => one.code === "jpy"))
  const named = (await admin.store.update({ name: "Seriphos", default_currency_code: "eur" }, as)).store
  assert.equal(named.name, "Seriphos")
  assert.deepEqual((await admin.store.listPaymentProviders(as)).payment_providers.map((one) => one.id), ["manual"])
  assert.ok(Array.isArray((await admin.store.listTaxProviders(as)).tax_providers))
  const { currencies } = await admin.currencies.list({ code: "eur" }, as)
  assert.equal(currencies[0].name, "Euro")
})

// Where it sells
const { region } = await step("make a region", () => admin.regions.create({
  name: "Germany", currency_code: "eur", tax_rate: 19, payment_providers: ["manual"],
  fulfillment_providers: ["manual"], countries: ["de"],
}, as))
await step("change its countries and providers", async () => {
  const { id } = region
  assert.equal((await admin.regions.addCountry(id, { country_code: "at" }, as)).region.countries.length, 2)
  assert.equal((await admin.regions.deleteCountry(id, "at", as)).region.countries.length, 1)
  await admin.regions.deletePaymentProvider(id, "manual", as)
  await admin.regions.addPaymentProvider(id, { provider_id: "manual" }, as)
  await admin.regions.deleteFulfillmentProvider(id, "manual", as)
  await admin.regions.addFulfillmentProvider(id, { provider_id: "manual" }, as)
  assert.equal((await admin.regions.update(id, { name: "Deutschland" }, as)).region.name, "Deutschland")
  assert.equal((await admin.regions.retrieve(id, {}, as)).region.payment_providers.length, 1)
  assert.equal((await admin.regions.list({}, as)).count, 1)
})
const [offered] = (await step("see how it may ship", () =>
  admin.regions.retrieveFulfillmentOptions(region.id, as))).fulfillment_options
assert.equal(offered.provider_id, "manual")

// How it ships
const { shipping_profile: profile } = await step("make a shipping profile", () =>
  admin.shippingProfiles.create({ name: "Posters", type: "custom" }, as))
assert.equal((await admin.shippingProfiles.list(as)).shipping_profiles.length, 3)
const { shipping_option: post } = await step("make a shipping option", () => admin.shippingOptions.create({
  name: "Post", region_id: region.id, provider_id: "manual", profile_id: profile.id, data: offered.options[0],
  price_type: "flat_rate", amount: 500, requirements: [{ type: "max_subtotal", amount: 100000 }],
}, as))
await step("change and list shipping options", async () => {
  const rules = post.requirements.map(({ id, type }) => ({ id, type, amount: 200000 }))
  await admin.shippingOptions.update(post.id, { name: "Parcel", amount: 490, requirements: rules }, as)
  const { shipping_options, count } = await admin.shippingOptions.list({ region_id: region.id }, as)
  assert.equal(count, 1)
  assert.equal(shipping_options[0].price_incl_tax, 583)
})

// Who buys, where
const { customer_group: friends } = await step("make a customer group", () => admin.customerGroups.create({ name: "Friends" }, as))
const { customer } = await step("make a customer", () => admin.customers.create({
  email: "ada@example.com", first_name: "Ada", last_name: "Lovelace", password: "a long enough one",
}, as))
await step("put the customer into the group", async () => {
  await admin.customerGroups.addCustomers(friends.id, { customer_ids: [{ id: customer.id }] }, as)
  const { customers } = await admin.customers.list({ groups: [friends.id] }, as)
  assert.deepEqual(customers.map((one) => one.id), [customer.id])
  const { customer: changed } = await admin.customers.update(customer.id, { phone: "+49 228 1" }, as)
  assert.equal(changed.phone, "+49 228 1")
})
const { sales_channel: channel } = await step("make a sales channel", () =>
  admin.salesChannels.create({ name: "Kiosk", description: "At the corner" }, as))

// What it sells
const picture = await step("upload a picture", async () => {
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0])
  const { uploads: [upload] } = await forms.uploads.create(new File([png], "Poster.png", { type: "image/png" }))
  const shown = await fetch(new URL(new URL(upload.url).pathname, baseUrl))
  assert.equal(shown.headers.get("content-type"), "image/png")
  const { download_url } = await admin.uploads.getPresignedDownloadUrl({ file_key: upload.key }, as)
  assert.ok(download_url.startsWith("http"))
  return upload.url
})
const { product } = await step("make a product", () => admin.products.create({
  title: "Seriphos by night", status: "published", thumbnail: picture, images: [picture],
  options: [{ title: "Size" }],
  variants: ["A3", "A2"].map((title, index) => ({
    title, options: [{ value: title }], inventory_quantity: 10,
    prices: [{ currency_code: "eur", amount: 2000 + 1000 * index }],
  })),
  sales_channels: [{ id: store.default_sales_channel_id }, { id: channel.id }],
}, as))
assert.equal(product.variants.length, 2)
const [small, large] = product.variants
await step("ship the product by its profile", async () => {
  const moved = (await admin.shippingProfiles.update(profile.id, { products: [product.id] }, as)).shipping_profile
  assert.deepEqual(moved.products.map((one) => one.id), [product.id])
  assert.deepEqual(moved.shipping_options.map((one) => one.id), [post.id])
})

const { product: wallpaper } = await step("make a digital product", () => admin.products.create({
  title: "Seriphos on every screen", status: "published", options: [{ title: "Edition" }],
  variants: [{
    title: "Standard", options: [{ value: "Standard" }], requires_shipping: false, manage_inventory: false,
    prices: [{ currency_code: "eur", amount: 800 }],
  }],
  sales_channels: [{ id: channel.id }],
}, as))
const [digital] = wallpaper.variants
await step("upload the file it delivers", async () => {
  const form = new FormData()
  form.append("file", new Blob([WALLPAPER], { type: "application/zip" }), "seriphos.zip")
  const { file } = await forms.custom.post(`/products/${wallpaper.id}/files`, form, {}, { "Content-Type": "multipart/form-data" })
  assert.equal(file.state, "ready")
  const { files } = await admin.custom.get(`/products/${wallpaper.id}/files`, {}, as)
  assert.deepEqual(files.map((one) => one.id), [file.id])
})

// What it costs
const { tax_rate } = await step("make a tax rate", () => admin.taxRates.create({
  code: "print", name: "Printed matter", region_id: region.id, rate: 7, products: [product.id],
}, {}, as))
assert.equal(tax_rate.rate, 7)
const { price_list } = await step("make a price list", () => admin.priceLists.create({
  name: "Among friends", description: "Cheaper", type: "sale", status: "active", customer_groups: [{ id: friends.id }],
  prices: [{ variant_id: small.id, currency_code: "eur", amount: 1500 }],
}, as))
assert.equal(price_list.customer_groups[0].id, friends.id)
const { discount } = await step("make a discount with a condition", () => admin.discounts.create({
  code: "NIGHT10", is_dynamic: false, is_disabled: false, regions: [region.id],
  rule: {
    type: "percentage", value: 10, allocation: "total", description: "Ten percent",
    conditions: [{ operator: "in", products: [product.id] }],
  },
}, as))
await step("look at the condition and widen it", async () => {
  const [condition] = discount.rule.conditions
  await admin.discounts.addConditionResourceBatch(discount.id, condition.id, { resources: [{ id: wallpaper.id }] }, {}, as)
  const { discount_condition: shown } = await admin.discounts.getCondition(discount.id, condition.id, { expand: "products" }, as)
  assert.deepEqual(shown.products.map((one) => one.id).sort(), [product.id, wallpaper.id].sort())
  await admin.discounts.deleteConditionResourceBatch(discount.id, condition.id, { resources: [{ id: wallpaper.id }] }, as)
})
const { gift_card } = await step("make a gift card", () => admin.giftCards.create({ value: 500, region_id: region.id }, as))

// Who helps
await step("invite a colleague, who accepts and logs in", async () => {
  const colleague = { email: "grace@example.com", password: "another long enough one" }
  await admin.invites.create({ user: colleague.email, role: "member" }, as)
  const { invites } = await admin.invites.list(as)
  const [invite] = invites.filter((one) => one.user_email === colleague.email)
  assert.equal(invite.role, "member")
  assert.equal(invite.accepted, false)
  assert.ok(invite.token)
  const named = { first_name: "Grace", last_name: "Hopper", password: colleague.password }
  await client().admin.invites.accept({ token: invite.token, user: named })
  const { access_token: token } = await client().admin.auth.getToken(colleague)
  const { user } = await client({ apiKey: token }).admin.auth.getSession({ Authorization: `Bearer ${token}` })
  assert.deepEqual([user.email, user.first_name, user.role], [colleague.email, "Grace", "member"])
})

// Sold
const shop = client()
const order = await step("sell", async () => {
  const { access_token: token } = await shop.auth.getToken({ email: "ada@example.com", password: "a long enough one" })
  const me = { Authorization: `Bearer ${token}` }
  const { cart } = await shop.carts.create({ region_id: region.id, country_code: "de", sales_channel_id: channel.id }, me)
  await shop.carts.lineItems.create(cart.id, { variant_id: small.id, quantity: 1 }, me)
  await shop.carts.lineItems.create(cart.id, { variant_id: large.id, quantity: 1 }, me)
  await shop.carts.update(cart.id, {
    email: "ada@example.com", shipping_address: ADDRESS, billing_address: ADDRESS,
    discounts: [{ code: discount.code }], gift_cards: [{ code: gift_card.code }],
  }, me)
  const { shipping_options } = await shop.shippingOptions.listCartOptions(cart.id, me)
  assert.deepEqual(shipping_options.map((one) => one.id), [post.id])
  await shop.carts.addShippingMethod(cart.id, { option_id: post.id }, me)
  await shop.carts.createPaymentSessions(cart.id, me)
  await shop.carts.setPaymentSession(cart.id, { provider_id: "manual" }, me)
  const { type, data } = await shop.carts.complete(cart.id, me)
  assert.equal(type, "order")
  return data
})
assert.equal(order.subtotal, 1500 + 3000)
assert.equal(order.discount_total, 450)
assert.equal(order.shipping_total, 490)
assert.equal(order.gift_card_total, 500)

await step("sell the file, and see it granted", async () => {
  const { access_token: token } = await shop.auth.getToken({ email: "ada@example.com", password: "a long enough one" })
  const me = { Authorization: `Bearer ${token}` }
  const { cart } = await shop.carts.create({ region_id: region.id, country_code: "de", sales_channel_id: channel.id }, me)
  await shop.carts.lineItems.create(cart.id, { variant_id: digital.id, quantity: 1 }, me)
  await shop.carts.update(cart.id, { email: "ada@example.com", billing_address: ADDRESS }, me)
  await shop.carts.createPaymentSessions(cart.id, me)
  await shop.carts.setPaymentSession(cart.id, { provider_id: "manual" }, me)
  const { type, data: bought } = await shop.carts.complete(cart.id, me)
  assert.equal(type, "order")
  const { downloads } = await eventually(
    () => shop.client.request("GET", "/store/customers/me/downloads", {}, {}, me),
    (answer) => answer.downloads.length > 0,
  )
  const [download] = downloads
  assert.deepEqual([download.order_id, download.status, download.file.name], [bought.id, "granted", "seriphos.zip"])
  const { url } = await shop.client.request("GET", `/store/downloads/${download.token}`, {}, {}, me)
  const delivered = await fetch(new URL(new URL(url).pathname, baseUrl))
  assert.deepEqual(Buffer.from(await delivered.arrayBuffer()), WALLPAPER)
  const { downloads: granted } = await admin.custom.get(`/orders/${bought.id}/downloads`, {}, as)
  assert.deepEqual(granted.map((one) => one.id), downloads.map((one) => one.id))
})

await step("look at the order, and note something on it", async () => {
  const { order: shown } = await admin.orders.retrieve(order.id, {}, as)
  assert.equal(shown.sales_channel.id, channel.id)
  assert.equal(shown.customer.id, customer.id)
  const { note } = await admin.notes.create({ resource_id: order.id, resource_type: "order", value: "Call first" }, as)
  assert.equal((await admin.notes.update(note.id, { value: "Call twice" }, as)).note.value, "Call twice")
  const { notes } = await admin.notes.list({ resource_id: order.id }, as)
  assert.equal(notes[0].author.email, email)
  assert.equal((await admin.notes.delete(note.id, as)).deleted, true)
})
await step("capture the payment, and give some of it back", async () => {
  const { order: shown } = await admin.orders.retrieve(order.id, {}, as)
  const [{ id }] = shown.payments
  assert.ok((await admin.payments.capturePayment(id, as)).payment.captured_at)
  const { refund } = await admin.payments.refundPayment(id, { amount: 100, reason: "other" }, as)
  assert.deepEqual([refund.payment_id, refund.amount], [id, 100])
  const { payment } = await admin.payments.retrieve(id, { expand: "order" }, as)
  assert.deepEqual([payment.amount_refunded, payment.order.payment_status], [100, "partially_refunded"])
})
await step("close what is not needed; the order keeps it", async () => {
  for (const [kind, id, object] of [
    [admin.shippingOptions, post.id, "shipping-option"],
    [admin.shippingProfiles, profile.id, "shipping_profile"],
    [admin.regions, region.id, "region"],
  ]) {
    const gone = await kind.delete(id, as)
    assert.deepEqual([gone.id, gone.object, gone.deleted], [id, object, true])
  }
  const { order: shown } = await admin.orders.retrieve(order.id, {}, as)
  assert.equal(shown.region.id, region.id)
  assert.equal(shown.shipping_methods[0].shipping_option.id, post.id)
})
console.log(`set up, and sold order ${order.display_id}`)
