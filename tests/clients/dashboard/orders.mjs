// Orders, by the life of some placed for it.

import { RUN, api, click, clickAt, confirm, fill, form, go, holds, menu, page, pick, see, settle, step, wait } from "./browser.mjs"

const ADDRESS = {
  first_name: "Ada", last_name: "Lovelace", address_1: "Am Markt 1", city: "Bonn", postal_code: "53111", country_code: "de",
}

/** A paid-for-later order of two posters, or of `variant`; the rest is what its cart is changed to before it is bought. */
export async function place({ variant, ...changes } = {}) {
  const { regions } = await api("GET", "/store/regions")
  const region = regions.find(({ countries }) => countries.some(({ iso_2 }) => iso_2 === "de"))
  const { products } = await api("GET", `/store/products?region_id=${region.id}`)
  const goods = variant ? { id: variant } : products.flatMap(({ variants }) => variants).find((each) => each.requires_shipping && each.inventory_quantity > 1 && each.calculated_price)
  const { cart: { id } } = await api("POST", "/store/carts", { region_id: region.id })
  await api("POST", `/store/carts/${id}/line-items`, { variant_id: goods.id, quantity: 2 })
  await api("POST", `/store/carts/${id}`, { email: `buyer-${RUN}@example.com`, shipping_address: ADDRESS, billing_address: ADDRESS, ...changes })
  const { shipping_options: [post] } = await api("GET", `/store/shipping-options/${id}`)
  await api("POST", `/store/carts/${id}/shipping-methods`, { option_id: post.id })
  await api("POST", `/store/carts/${id}/payment-sessions`)
  await api("POST", `/store/carts/${id}/payment-session`, { provider_id: "manual" })
  const { data, type } = await api("POST", `/store/carts/${id}/complete`)
  if (type !== "order") throw new Error(`completed as ${type}`)
  return data
}

/** An order that was paid and sent. */
export async function sent() {
  const order = await place()
  await api("POST", `/admin/orders/${order.id}/capture`)
  const items = order.items.map(({ id, quantity }) => ({ item_id: id, quantity }))
  const { order: { fulfillments: [{ id }] } } = await api("POST", `/admin/orders/${order.id}/fulfillment`, { items })
  await api("POST", `/admin/orders/${order.id}/shipment`, { fulfillment_id: id })
  return order
}

export const holdsOf = (order, wanted, expand = "") =>
  holds(`/admin/orders/${order.id}${expand && `?expand=${expand}`}`, ({ order: one }) => wanted(one), String(wanted))

export async function orders() {
  const order = await place()
  const open = () => go(`/a/orders/${order.id}`)
  await step("orders: filter and search", async () => {
    await go("/a/orders?offset=0&limit=15&status[]=pending&payment_status[]=awaiting&fulfillment_status[]=not_fulfilled&created_at[gt]=1600000000")
    await go("/a/orders")
    await fill('input[placeholder="Search"]', `buyer-${RUN}`)
    await wait(700)
    await settle()
    await see(`#${order.display_id}`)
  })
  await step("order: e-mail address", async () => {
    await open()
    await menu("Edit Email Address")
    await form({ email: `other-${RUN}@example.com` })
    await click("Save", "button")
    await holdsOf(order, ({ email }) => email === `other-${RUN}@example.com`)
  })
  for (const kind of ["Shipping", "Billing"]) {
    await step(`order: ${kind.toLowerCase()} address`, async () => {
      await open()
      await menu(`Edit ${kind} Address`)
      await fill('[name$="city"]', "Köln", -1)
      await click(/^(Save|Save and close)$/, "button")
      await holdsOf(order, (one) => one[`${kind.toLowerCase()}_address`].city === "Köln")
    })
  }
  await step("order: capture", async () => {
    await open()
    await click("Capture payment")
    await holdsOf(order, (one) => one.payment_status === "captured")
  })
  await step("order: note", async () => {
    await open()
    await fill('[placeholder="Write a note..."]', "call the buyer")
    await page.keyboard.press("Enter")
    await see("call the buyer")
    await holds(`/admin/notes?resource_id=${order.id}`, ({ notes }) => notes[0].value === "call the buyer")
  })
  await step("order: delete the note", async () => {
    await open()
    await see("call the buyer")
    await clickAt(`xpath///*[text()="call the buyer"]/preceding::button[@aria-haspopup="menu"][1]`)
    await click("Delete", "[role=menuitem] button,[role=menuitem]")
    await confirm()
    await holds(`/admin/notes?resource_id=${order.id}`, ({ count }) => count === 0)
  })
  await step("order: give it to another customer", async () => {
    const { customer } = await api("POST", "/admin/customers", {
      email: `mary-${RUN}@example.com`, first_name: "Mary", last_name: "Shelley", password: "a long enough one",
    })
    await open()
    await menu("Transfer ownership")
    await pick(/^(Select|Choose)/, customer.email)
    await click("Confirm", "button")
    await holdsOf(order, (one) => one.customer_id === customer.id && one.email === customer.email)
    await go(`/a/customers/${customer.id}`)
    await see(`#${order.display_id}`)
  })
  await step("order: fulfil", async () => {
    await open()
    await click("Create Fulfillment")
    await click("Create fulfillment")
    await holdsOf(order, (one) => one.fulfillment_status === "fulfilled")
  })
  await step("order: cancel the fulfillment, and fulfil again", async () => {
    await open()
    await menu("Cancel Fulfillment")
    await confirm()
    await holdsOf(order, (one) => one.fulfillment_status !== "fulfilled")
    await open()
    await click("Create Fulfillment")
    await click("Create fulfillment")
    await holdsOf(order, (one) => one.fulfillment_status === "fulfilled")
  })
  await step("order: ship", async () => {
    await open()
    await menu("Mark Shipped")
    await fill('input[placeholder="Tracking number..."]', "DE123456")
    await click(/Add Additional Tracking Number/i, "button")
    await fill('input[placeholder="Tracking number..."]', "DE123457", -1)
    await click(/^Complete$/)
    await see("DE123456")
    await holdsOf(order, ({ fulfillments }) => fulfillments.some(({ tracking_links: links }) =>
      links.map(({ tracking_number: number }) => number).sort().join() === "DE123456,DE123457"), "fulfillments,fulfillments.tracking_links")
    await holdsOf(order, (one) => one.fulfillment_status === "shipped")
  })
  await step("order: send a mail again", async () => {
    await open()
    await menu(/^Re-Send Mail$/i)
    await click(/^(Resend Mail|Re-Send Mail|Send|Resend|Submit)$/, "button")
  })
  await step("order: cancel", async () => {
    const other = await place()
    await go(`/a/orders/${other.id}`)
    await menu("Cancel Order")
    await fill('input[placeholder*="order"],input[placeholder*="Order"]', `order #${other.display_id}`)
    await click(/^Yes, confirm$|^Confirm$/)
    await holdsOf(other, (one) => one.status === "canceled")
  })
}
