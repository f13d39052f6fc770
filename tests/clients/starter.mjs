// What a storefront rendered on a server asks for, the way Medusa's Next.js starter does: an empty Authorization
// header while nobody is signed in, odd headers, empty texts in addresses, and the shapes its pages read.
// Arguments: the server's address.

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
console.log("the whole shop works as the starter uses it")
