// What a storefront rendered on a server asks for, the way Medusa's Next.js starter does: an empty Authorization
// header while nobody is signed in, odd headers, empty texts in addresses, and the shapes its pages read.
// Arguments: the server's address, and an admin's e-mail address and password.

import assert from "node:assert/strict"
import { createRequire } from "node:module"

const Medusa = createRequire(import.meta.url)("@medusajs/medusa-js").default
const shop = new Medusa({ baseUrl: process.argv[2], maxRetries: 0 })
const headers = (token) => ({ next: { tags: ["page"] }, authorization: token ? `Bearer ${token}` : "" })
const ADDRESS = {
  first_name: "Ada", last_name: "Lovelace", company: "", address_1: "1 rue de Rivoli", address_2: "",
  city: "Paris", country_code: "fr", province: "", postal_code: "75001", phone: "",
}

// Region, home, lists
const { regions } = await shop.regions.list()
const region = regions.find((one) => one.countries.some((country) => country.iso_2 === "fr"))
await shop.collections.list({ limit: 3, offset: 0 }, headers())
assert.deepEqual((await shop.collections.list({ handle: ["none"] }, headers())).collections, [])
await shop.productCategories.list({ expand: "category_children" }, headers())
await shop.productCategories.list({ limit: 100, offset: 0 }, headers())
await shop.productCategories.list({ handle: "none" }, headers())
await shop.products.list({ limit: 12, region_id: region.id, collection_id: ["none"], is_giftcard: false }, headers())
await shop.products.list({ limit: 12, region_id: region.id, tags: ["none"], is_giftcard: false }, headers())
const { products, count } = await shop.products.list({ limit: 100, offset: 0, region_id: region.id }, headers())
assert.equal(products.length, count)

// A product's page
const poster = products.find((one) => one.variants[0].requires_shipping)
const [named] = (await shop.products.list({ handle: poster.handle }, headers())).products
assert.equal(named.id, poster.id)
const { product } = await shop.products.retrieve(`${poster.id}?region_id=${region.id}`, headers())
const [variant] = product.variants
assert.ok(product.options[0].values.length && variant.options[0].option_id === product.options[0].id)
assert.ok(variant.calculated_price && variant.original_price && variant.calculated_price_type === "default")
assert.ok(Array.isArray(product.images) && Array.isArray(product.tags) && "collection" in product && "type" in product)

// Cart and guest checkout
let { cart } = await shop.carts.create({ region_id: region.id }, headers());
({ cart } = await shop.carts.update(cart.id, { region_id: region.id, country_code: "fr" }, headers()));
({ cart } = await shop.carts.lineItems.create(cart.id, { variant_id: variant.id, quantity: 1 }, headers()))
assert.equal(cart.items[0].variant.product_id, poster.id)
const enriched = await shop.products.list({ id: cart.items.map((item) => item.variant.product_id), region_id: region.id }, headers())
assert.equal(enriched.products.length, 1);
({ cart } = await shop.carts.update(
  cart.id, { shipping_address: ADDRESS, billing_address: ADDRESS, email: "guest@example.com" }, headers(),
))
assert.equal(cart.shipping_address.country_code, "fr")
const { shipping_options } = await shop.shippingOptions.list({ region_id: region.id, product_ids: poster.id }, headers())
await shop.shippingOptions.listCartOptions(cart.id, headers())
await shop.carts.addShippingMethod(cart.id, { option_id: shipping_options[0].id }, headers())
await shop.carts.createPaymentSessions(cart.id, headers());
({ cart } = await shop.carts.setPaymentSession(cart.id, { provider_id: "manual" }, headers()))
assert.equal(cart.payment_session.provider_id, "manual")
assert.equal(cart.shipping_methods[0].shipping_option.id, shipping_options[0].id)
const { type, data } = await shop.carts.complete(cart.id, headers())
assert.equal(type, "order")
const { order } = await shop.orders.retrieve(data.id, headers())
assert.equal(order.region.currency_code, order.currency_code)
assert.equal(order.shipping_methods[0].shipping_option.id, shipping_options[0].id)
assert.equal(order.payments[0].provider_id, "manual")
assert.equal(order.shipping_address.city, "Paris")
assert.equal(order.items[0].variant.product_id, poster.id)
for (const name of ["subtotal", "discount_total", "gift_card_total", "shipping_total", "tax_total", "total"]) {
  assert.equal(typeof order[name], "number", name)
}

// Quantities and codes, on the cart's page
const [, admin, password] = process.argv.slice(2)
const { access_token: staff } = await shop.admin.auth.getToken({ email: admin, password })
const asStaff = headers(staff)
const { discount } = await shop.admin.discounts.create({
  code: "STARTER", regions: [region.id], is_dynamic: false, is_disabled: false,
  rule: { type: "percentage", value: 10, allocation: "total" },
}, asStaff)
const { gift_card: card } = await shop.admin.giftCards.create({ region_id: region.id, value: 100_000 }, asStaff)
const refused = (asked, status) => asked.then(() => assert.fail("it was done"), (refusal) => {
  assert.equal(refusal.response.status, status)
  assert.ok(refusal.response.data.message ?? refusal.response.data, "there is something to show the shopper")
});
({ cart } = await shop.carts.create({ region_id: region.id }, headers()));
({ cart } = await shop.carts.lineItems.create(cart.id, { variant_id: variant.id, quantity: 1 }, headers()));
({ cart } = await shop.carts.lineItems.update(cart.id, cart.items[0].id, { quantity: 3 }, headers()))
const full = cart.total
await refused(shop.carts.update(cart.id, { discounts: [{ code: "NONE" }] }, headers()), 404)
await refused(shop.carts.update(cart.id, { gift_cards: [{ code: "NONE" }] }, headers()), 404);
({ cart } = await shop.carts.update(cart.id, { discounts: [{ code: discount.code }] }, headers()))
assert.deepEqual([cart.discounts[0].code, cart.discounts[0].rule.type, cart.discounts[0].rule.value], [discount.code, "percentage", 10])
assert.ok(cart.discount_total > 0 && cart.total < full);
({ cart } = await shop.carts.deleteDiscount(cart.id, discount.code, headers()))
assert.deepEqual([cart.discounts, cart.total], [[], full])
await refused(shop.carts.update(cart.id, { discounts: [{ code: card.code }] }, headers()), 404); // any code is first taken for a discount
({ cart } = await shop.carts.update(cart.id, { gift_cards: [{ code: card.code }] }, headers()))
assert.deepEqual([cart.gift_cards[0].code, cart.gift_cards[0].balance, cart.total], [card.code, 100_000, 0]);
({ cart } = await shop.carts.update(cart.id, { gift_cards: [] }, headers()))
assert.deepEqual([cart.gift_cards, cart.total], [[], full])

// Another country, and back
const abroad = regions.find((one) => one.id !== region.id);
({ cart } = await shop.carts.update(cart.id, { region_id: abroad.id }, headers()))
assert.equal(cart.region.currency_code, abroad.currency_code);
({ cart } = await shop.carts.update(cart.id, { region_id: region.id }, headers()))
assert.deepEqual([cart.total, cart.items[0].quantity], [full, 3])

// The starter's checkout: sessions before there is an address, one way of shipping whatever is in the cart
async function buys(cart, { who = headers(), contact, given = ADDRESS, pays = "manual" }) {
  await shop.carts.createPaymentSessions(cart.id, who)
  const address = { shipping_address: given, billing_address: given };
  ({ cart } = await shop.carts.update(cart.id, contact ? { ...address, email: contact } : address, who))
  for (const name of Object.keys(ADDRESS)) assert.equal(cart.shipping_address[name], cart.billing_address[name], name)
  const offered = (await shop.shippingOptions.listCartOptions(cart.id, who)).shipping_options.filter((one) => !one.is_return);
  ({ cart } = await shop.carts.addShippingMethod(cart.id, { option_id: offered[0].id }, who));
  ({ cart } = await shop.carts.createPaymentSessions(cart.id, who))
  assert.equal(cart.shipping_methods[0].shipping_option_id, offered[0].id)
  if (pays) await shop.carts.setPaymentSession(cart.id, { provider_id: pays }, who)
  const { type, data } = await shop.carts.complete(cart.id, who)
  assert.equal(type, "order")
  const { order } = await shop.orders.retrieve(data.id, who)
  assert.equal(order.shipping_methods[0].shipping_option.name, offered[0].name)
  assert.equal(order.shipping_methods[0].price, offered[0].amount)
  return order
}

// With a gift card alone
({ cart } = await shop.carts.update(cart.id, { gift_cards: [{ code: card.code }] }, headers()))
const covered = await buys(cart, { contact: "card@example.com", pays: null })
assert.ok(covered.total === 0 && covered.gift_card_total > 0)

// A download alone
const pack = products.find((one) => one.variants.every((each) => !each.requires_shipping));
({ cart } = await shop.carts.create({ region_id: region.id }, headers()));
({ cart } = await shop.carts.lineItems.create(cart.id, { variant_id: pack.variants[0].id, quantity: 1 }, headers()))
const withoutShipping = cart.total
const download = await buys(cart, { contact: "files@example.com" })
assert.deepEqual([download.shipping_methods[0].price, download.total], [0, withoutShipping])
assert.ok(download.payments[0].amount === download.total && !Number.isNaN(Date.parse(download.payments[0].created_at)))

// Account
const email = `starter.${Date.now()}@example.com`
const credentials = { email, password: "a long enough one" }
await shop.customers.create({ ...credentials, first_name: "Ada", last_name: "Lovelace", phone: "" }, headers())
const { access_token: token } = await shop.auth.getToken(credentials, { next: { tags: ["auth"] } })
assert.equal((await shop.auth.authenticate(credentials, headers(token))).customer.email, email)
assert.equal((await shop.auth.getSession(headers(token))).customer.email, email)
await shop.customers.retrieve(headers()).then(() => assert.fail("nobody is signed in"), (refusal) =>
  assert.equal(refusal.response.status, 401))
await shop.customers.update({ first_name: "Augusta", last_name: "King" }, headers(token))
await shop.customers.update({ phone: "030 123" }, headers(token))
await shop.customers.update({ billing_address: ADDRESS }, headers(token))
await shop.customers.update({ password: "another long one" }, headers(token))
const { customer } = await shop.customers.addresses.addAddress({ address: ADDRESS }, headers(token))
const [address] = customer.shipping_addresses
await shop.customers.addresses.updateAddress(address.id, { ...ADDRESS, city: "Lyon" }, headers(token))
await shop.customers.addresses.deleteAddress(address.id, headers(token))
assert.deepEqual((await shop.customers.listOrders({ limit: 10, offset: 0 }, headers(token))).orders, [])
await refused(shop.customers.listOrders({ limit: 10, offset: 0 }, headers()), 401)
await refused(shop.customers.create({ ...credentials, first_name: "Ada", last_name: "Lovelace", phone: "" }, headers()), 422)
await refused(shop.auth.authenticate({ email, password: "not that one" }, headers(token)), 401)
await refused(shop.auth.getToken({ email, password: "not that one" }, headers()), 401)

// A customer's order with a saved address, and the way to it
const signedIn = headers(token)
const saved = (await shop.customers.addresses.addAddress({ address: ADDRESS }, signedIn)).customer.shipping_addresses[0]
assert.equal(saved.country_code, "fr")
const chosen = Object.fromEntries(Object.keys(ADDRESS).map((name) => [name, saved[name]]));
({ cart } = await shop.carts.create({ region_id: region.id }, signedIn))
assert.equal(cart.email, email);
({ cart } = await shop.carts.lineItems.create(cart.id, { variant_id: variant.id, quantity: 1 }, signedIn))
const own = await buys(cart, { who: signedIn, given: chosen })
const { orders: [listed] } = await shop.customers.listOrders({ limit: 10, offset: 0 }, signedIn)
assert.deepEqual([listed.id, listed.total, listed.region.currency_code], [own.id, own.total, own.currency_code])
assert.ok(listed.items.length === 1 && listed.items[0].title && listed.display_id > 0)

// Logged out, with the customer's cart still in a cookie
const left = (await shop.carts.create({ region_id: region.id }, signedIn)).cart
await refused(shop.carts.retrieve(left.id, headers()), 404)
await refused(shop.orders.retrieve(own.id, headers()), 404)
console.log("the whole shop works as the starter uses it")
