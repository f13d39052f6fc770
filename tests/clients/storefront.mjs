// A whole shop through the store namespace of Medusa's official client: browse, buy, register, return, swap.
// Staff's part (codes, fulfillment) goes through its admin namespace. Each step says what it does, so that a
// failure names the step. Arguments: the server's address, the admin's e-mail address and password.

import assert from "node:assert/strict"
import { createRequire } from "node:module"

const Medusa = createRequire(import.meta.url)("@medusajs/medusa-js").default
const [baseUrl, adminEmail, adminPassword] = process.argv.slice(2)
const client = () => new Medusa({ baseUrl, maxRetries: 0 })
const staff = client()
const shop = client()
const unique = Date.now().toString(36)
const PASSWORD = "a long enough one"

const ADDRESS = {
  first_name: "Ada", last_name: "Lovelace", company: "", address_1: "Unter den Linden 1", address_2: "",
  city: "Berlin", country_code: "de", province: "", postal_code: "10117", phone: "",
}

let bearer = {}

async function step(name, does) {
  try {
    const result = await does()
    console.log(`ok ${name}`)
    return result
  } catch (error) {
    const said = error.response ? `${error.response.status} ${JSON.stringify(error.response.data)}` : error.stack
    console.error(`failed ${name}: ${said}`)
    process.exit(1)
  }
}

async function refused(promise, status, type) {
  const error = await promise.then(() => assert.fail("it was not refused"), (refusal) => refusal)
  assert.equal(error.response?.status, status, JSON.stringify(error.response?.data ?? error.message))
  if (type) assert.equal(error.response.data.type, type)
}

async function signIn(medusa, email, password) {
  const { access_token } = await medusa.auth.getToken({ email, password })
  assert.ok(access_token)
  return { authorization: `Bearer ${access_token}` }
}

// The client keeps tokens for the whole process, so staff's requests name theirs.
const as = await step("staff sign in", async () => {
  const { access_token } = await staff.admin.auth.getToken({ email: adminEmail, password: adminPassword })
  return { authorization: `Bearer ${access_token}` }
})

const { regions } = await step("list regions", () => shop.regions.list())
const region = regions.find((one) => one.countries.some((country) => country.iso_2 === "de"))
assert.equal(region.currency_code, "eur")
await step("show a region", async () => {
  const shown = await shop.regions.retrieve(region.id)
  assert.deepEqual(shown.region.id, region.id)
  assert.ok(shown.region.payment_providers.length)
})

const code = `HALF${unique}`.toUpperCase()
const made = await step("staff make a discount, a gift card and a return reason", async () => {
  const { discount } = await staff.admin.discounts.create({
    code, is_dynamic: false, is_disabled: false, regions: [region.id],
    rule: { type: "percentage", value: 50, allocation: "total", description: "Half" },
  }, as)
  const { gift_card } = await staff.admin.giftCards.create({ value: 300, region_id: region.id }, as)
  const { return_reason } = await staff.admin.returnReasons.create({ value: `wrong_${unique}`, label: "Wrong size" }, as)
  return { discount, gift_card, return_reason }
})

const { products, count } = await step("list products with prices", () =>
  shop.products.list({ region_id: region.id, limit: 50 }))
assert.equal(products.length, count)
const poster = products.find((one) => one.variants.some((variant) => variant.requires_shipping))
const pack = products.find((one) => one.variants.every((variant) => !variant.requires_shipping))
assert.ok(poster && pack)
assert.ok(poster.variants[0].calculated_price > 0)
await step("show a product by id, by handle, by search", async () => {
  const { product } = await shop.products.retrieve(`${poster.id}?region_id=${region.id}`)
  assert.equal(product.variants[0].calculated_price, poster.variants[0].calculated_price)
  const named = await shop.products.list({ handle: poster.handle })
  assert.deepEqual(named.products.map((one) => one.id), [poster.id])
  const found = await shop.products.list({ q: poster.title.split(" ").at(-1).slice(0, 4).toLowerCase() })
  assert.ok(found.products.some((one) => one.id === poster.id))
  const { hits } = await shop.products.search({ q: poster.title })
  assert.ok(Array.isArray(hits))
})
await step("show variants", async () => {
  const id = poster.variants[0].id
  const { variant } = await shop.products.variants.retrieve(id)
  assert.equal(variant.id, id)
  const { variants } = await shop.products.variants.list({ ids: id, region_id: region.id })
  assert.equal(variants[0].calculated_price, poster.variants[0].calculated_price)
})
await step("list collections, categories, types, tags", async () => {
  assert.ok(Array.isArray((await shop.collections.list({ limit: 3, offset: 0 })).collections))
  assert.ok(Array.isArray((await shop.productCategories.list({ expand: "category_children" })).product_categories))
  assert.ok(Array.isArray((await shop.productTypes.list()).product_types))
  assert.ok(Array.isArray((await shop.productTags.list()).product_tags))
})

let { cart } = await step("make a cart", () => shop.carts.create({ region_id: region.id, country_code: "de" }))
const id = cart.id
cart = await step("add, change and remove lines", async () => {
  await shop.carts.lineItems.create(id, { variant_id: poster.variants[0].id, quantity: 1 })
  await shop.carts.lineItems.create(id, { variant_id: poster.variants[0].id, quantity: 1 })
  let now = (await shop.carts.lineItems.create(id, { variant_id: pack.variants[0].id, quantity: 3 })).cart
  assert.equal(now.items.length, 2)
  const digital = now.items.find((item) => item.variant_id === pack.variants[0].id)
  now = (await shop.carts.lineItems.update(id, digital.id, { quantity: 1 })).cart
  assert.equal(now.items.find((item) => item.id === digital.id).quantity, 1)
  now = (await shop.carts.lineItems.delete(id, digital.id)).cart
  assert.equal(now.items.length, 1)
  return (await shop.carts.lineItems.create(id, { variant_id: pack.variants[0].id, quantity: 1 })).cart
})
const subtotal = poster.variants[0].calculated_price * 2 + pack.variants[0].calculated_price
assert.equal(cart.subtotal, subtotal)

cart = await step("use a discount", async () => {
  await refused(shop.carts.update(id, { discounts: [{ code: "NONE" }] }), 404, "not_found")
  return (await shop.carts.update(id, { discounts: [{ code: code.toLowerCase() }] })).cart
})
assert.equal(cart.discounts[0].code, code)
assert.equal(cart.discounts[0].rule.type, "percentage")
assert.equal(cart.discount_total, poster.variants[0].calculated_price + Math.floor(pack.variants[0].calculated_price / 2 + 0.5))
cart = await step("take the discount off and put it on again", async () => {
  const without = (await shop.carts.deleteDiscount(id, code)).cart
  assert.equal(without.discount_total, 0)
  return (await shop.carts.update(id, { discounts: [{ code }] })).cart
})
cart = await step("use a gift card", async () => {
  const seen = await shop.giftCards.retrieve(made.gift_card.code)
  assert.equal(seen.gift_card.balance, 300)
  return (await shop.carts.update(id, { gift_cards: [{ code: made.gift_card.code }] })).cart
})
assert.equal(cart.gift_card_total, 300)

cart = await step("give an address", async () =>
  (await shop.carts.update(id, {
    email: `guest.${unique}@example.com`, shipping_address: ADDRESS, billing_address: ADDRESS,
  })).cart)
assert.equal(cart.shipping_address.city, "Berlin")

cart = await step("choose shipping", async () => {
  const { shipping_options } = await shop.shippingOptions.listCartOptions(id)
  assert.ok(shipping_options.length)
  const listed = await shop.shippingOptions.list({ region_id: region.id, product_ids: poster.id })
  assert.ok(listed.shipping_options.some((option) => option.id === shipping_options[0].id))
  return (await shop.carts.addShippingMethod(id, { option_id: shipping_options[0].id })).cart
})
assert.equal(cart.shipping_methods.length, 1)
assert.equal(
  cart.total,
  cart.subtotal - cart.discount_total + cart.shipping_total + cart.tax_total - cart.gift_card_total
    - (cart.gift_card_tax_total ?? 0),
)

cart = await step("start, refresh and choose the payment", async () => {
  await shop.carts.createPaymentSessions(id)
  await shop.carts.refreshPaymentSession(id, "manual")
  await shop.carts.updatePaymentSession(id, "manual", { data: { seen: "by the buyer" } })
  return (await shop.carts.setPaymentSession(id, { provider_id: "manual" })).cart
})
assert.equal(cart.payment_session.provider_id, "manual")

const order = await step("complete, twice", async () => {
  const first = await shop.carts.complete(id)
  assert.equal(first.type, "order")
  const again = await shop.carts.complete(id)
  assert.equal(again.data.id, first.data.id)
  return first.data
})
assert.equal(order.total, cart.total)
assert.equal(order.items.length, 2)

await step("find the order again", async () => {
  const shown = (await shop.orders.retrieve(order.id)).order
  assert.equal(shown.shipping_methods[0].shipping_option.region_id, region.id)
  assert.equal(shown.items[0].variant.product.id ?? shown.items[0].variant.product_id, shown.items[0].variant.product_id)
  assert.equal((await shop.orders.retrieveByCartId(id)).order.id, order.id)
  const found = await shop.orders.lookupOrder({ display_id: order.display_id, email: `guest.${unique}@example.com` })
  assert.equal(found.order.id, order.id)
  assert.equal((await shop.giftCards.retrieve(made.gift_card.code)).gift_card.balance, 0)
})

const email = `ada.${unique}@example.com`
await step("register and sign in", async () => {
  await shop.customers.create({ first_name: "Ada", last_name: "Lovelace", email, password: PASSWORD, phone: "" })
  assert.equal((await shop.auth.exists(email)).exists, true)
  await refused(signIn(client(), email, "not the right one"), 401)
  bearer = await signIn(shop, email, PASSWORD)
  assert.equal((await shop.auth.getSession(bearer)).customer.email, email)
  const { customer } = await shop.auth.authenticate({ email, password: PASSWORD }, bearer)
  assert.equal(customer.email, email)
})
await step("change the profile and the addresses", async () => {
  const me = (await shop.customers.update({ first_name: "Augusta", billing_address: ADDRESS }, bearer)).customer
  assert.equal(me.first_name, "Augusta")
  assert.equal(me.billing_address.city, "Berlin")
  let { customer } = await shop.customers.addresses.addAddress({ address: ADDRESS }, bearer)
  const address = customer.shipping_addresses.at(-1)
  customer = (await shop.customers.addresses.updateAddress(address.id, { ...ADDRESS, city: "Potsdam" }, bearer)).customer
  assert.ok(customer.shipping_addresses.some((one) => one.city === "Potsdam"))
  customer = (await shop.customers.addresses.deleteAddress(address.id, bearer)).customer
  assert.ok(!customer.shipping_addresses.some((one) => one.id === address.id))
  assert.equal((await shop.customers.retrieve(bearer)).customer.email, email)
  assert.ok(Array.isArray((await shop.customers.paymentMethods.list(bearer)).payment_methods))
})
await step("ask for a new password", () => shop.customers.generatePasswordToken({ email }))

const bought = await step("buy as a customer", async () => {
  const { cart: mine } = await shop.carts.create({ region_id: region.id }, bearer)
  await shop.carts.lineItems.create(mine.id, { variant_id: poster.variants[0].id, quantity: 3 }, bearer)
  await shop.carts.update(mine.id, { shipping_address: ADDRESS }, bearer)
  const { shipping_options } = await shop.shippingOptions.listCartOptions(mine.id, bearer)
  await shop.carts.addShippingMethod(mine.id, { option_id: shipping_options[0].id }, bearer)
  await shop.carts.createPaymentSessions(mine.id, bearer)
  const done = await shop.carts.complete(mine.id, bearer)
  assert.equal(done.type, "order")
  return done.data
})
await step("list the customer's orders", async () => {
  const { orders } = await shop.customers.listOrders({ limit: 10, offset: 0 }, bearer)
  assert.deepEqual(orders.map((one) => one.id), [bought.id])
  await refused(client().orders.retrieve(bought.id, { authorization: "" }), 404)
})

const line = bought.items[0]
await step("staff capture, fulfil and ship", async () => {
  await staff.admin.orders.capturePayment(bought.id, as)
  const fulfilled = (await staff.admin.orders.createFulfillment(bought.id, { items: [{ item_id: line.id, quantity: 3 }] }, as)).order
  assert.equal(fulfilled.fulfillment_status, "fulfilled")
  const [fulfillment] = fulfilled.fulfillments
  await staff.admin.orders.createShipment(bought.id, { fulfillment_id: fulfillment.id, tracking_numbers: ["TRACK1"] }, as)
  const shown = (await shop.orders.retrieve(bought.id, bearer)).order
  assert.equal(shown.fulfillment_status, "shipped")
  assert.equal(shown.fulfillments[0].tracking_links[0].tracking_number, "TRACK1")
})
await step("return one", async () => {
  const { return_reasons } = await shop.returnReasons.list()
  assert.ok(return_reasons.some((reason) => reason.id === made.return_reason.id))
  assert.equal((await shop.returnReasons.retrieve(made.return_reason.id)).return_reason.label, "Wrong size")
  const asked = await shop.returns.create({
    order_id: bought.id, items: [{ item_id: line.id, quantity: 1, reason_id: made.return_reason.id, note: "too big" }],
  }, bearer)
  assert.equal(asked.return.status, "requested")
  assert.equal(asked.return.items[0].quantity, 1)
  assert.ok(asked.return.refund_amount > 0)
})
await step("swap one for another", async () => {
  const { swap } = await shop.swaps.create({
    order_id: bought.id, return_items: [{ item_id: line.id, quantity: 1 }],
    additional_items: [{ variant_id: poster.variants.at(-1).id, quantity: 2 }],
  }, bearer)
  assert.equal(swap.order_id, bought.id)
  assert.equal((await shop.swaps.retrieveByCartId(swap.cart_id, bearer)).swap.id, swap.id)
  const { cart: exchange } = await shop.carts.retrieve(swap.cart_id, bearer)
  assert.equal(exchange.type, "swap")
  await shop.carts.update(exchange.id, { shipping_address: ADDRESS }, bearer)
  const { shipping_options } = await shop.shippingOptions.listCartOptions(exchange.id, bearer)
  await shop.carts.addShippingMethod(exchange.id, { option_id: shipping_options[0].id }, bearer)
  const due = (await shop.carts.createPaymentSessions(exchange.id, bearer)).cart
  assert.ok(due.total > 0)
  const done = await shop.carts.complete(exchange.id, bearer)
  assert.equal(done.type, "swap")
  assert.equal(done.data.difference_due, due.total)
})
await step("sign out", () => shop.auth.deleteSession(bearer))
console.log("the whole shop works")
