// Longer lives of orders: what staff see of their money, parts of them returned for a reason and by post, exchanges to
// their end, and fulfillments of a part.

import {
  RUN, api, choose, click, clickAt, confirm, fill, form, go, has, holds, menu, page, pick, see, settle, step, text, tick, wait,
} from "./browser.mjs"
import { holdsOf, place, sent } from "./orders.mjs"

const open = (order) => go(`/a/orders/${order.id}`)
const euros = (amount) => `€${(amount / 100).toFixed(2)}`

export async function orderLife() {
  await money()
  await partly()
  await returnByPost()
  await exchanged()
}

/** Each amount stands on the page. */
async function amounts(...wanted) {
  const shown = await text()
  for (const amount of wanted) if (!shown.includes(euros(amount))) throw new Error(`${euros(amount)} is not shown`)
}

async function money() {
  const { regions } = await api("GET", "/admin/regions?limit=100")
  const { id: region } = regions.find(({ countries }) => countries.some(({ iso_2 }) => iso_2 === "de"))
  const code = `LIFE${RUN}`.toUpperCase()
  await api("POST", "/admin/discounts", {
    code, regions: [region], rule: { type: "percentage", value: 10, allocation: "total", description: "A tenth" },
  })
  const { gift_card: card } = await api("POST", "/admin/gift-cards", { value: 100, region_id: region })
  await step("order: its money, with a discount, a gift card, taxes and shipping", async () => {
    const placed = await place({ discounts: [{ code }], gift_cards: [{ code: card.code }] })
    const { order } = await api("GET", `/admin/orders/${placed.id}`)
    if (order.discount_total <= 0 || order.gift_card_total !== 100 || order.shipping_total <= 0) throw new Error("it has not all of them")
    await open(order)
    await see(code)
    await amounts(order.subtotal, order.discount_total, order.gift_card_total, order.shipping_total, order.tax_total, order.total)
    await api("POST", `/admin/orders/${order.id}/capture`)
    await api("POST", `/admin/orders/${order.id}/refund`, { amount: 123, reason: "other", note: "a scratch" })
    await open(order)
    await see("a scratch")
    await amounts(123, order.total - 123)
    await go("/a/orders")
    await amounts(order.total)
    await go(`/a/customers/${order.customer_id}`)
    await see(`#${order.display_id}`)
    await see(`${(order.total / 100).toFixed(2)} EUR`)
  })
  await step("order: how it is shown when its customer has gone, and its product", async () => {
    const { product } = await api("POST", "/admin/products", {
      title: `Gone ${RUN}`, status: "published", options: [{ title: "Size" }],
      variants: [{ title: "Only", inventory_quantity: 9, options: [{ value: "Only" }], prices: [{ currency_code: "eur", amount: 500 }] }],
    })
    const order = await place({ variant: product.variants[0].id })
    await api("DELETE", `/admin/products/${product.id}`)
    await open(order)
    await see(`Gone ${RUN}`)
    await see("Only")
  })
  await step("order: a digital one", async () => {
    const { products } = await api("GET", "/admin/products?expand=variants&limit=100&is_giftcard=false")
    const digital = products.find(({ status, variants }) => status === "published" && variants.length && variants.every((one) => one.requires_shipping === false))
    const order = await place({ variant: digital.variants[0].id })
    await open(order)
    await see(digital.title)
    await holdsOf(order, ({ payment_status: status }) => status === "captured")
  })
}

async function partly() {
  await step("order: fulfil and ship one of two, then the other", async () => {
    const order = await place()
    for (const [one, shipped] of [["partially_fulfilled", "partially_shipped"], ["fulfilled", "shipped"]]) {
      await open(order)
      await click("Create Fulfillment")
      await see("Items to fulfill")
      if (one === "partially_fulfilled") await fill('input[type="number"]', 1, -1)
      await click("Create fulfillment")
      await holdsOf(order, ({ fulfillments }) => fulfillments.filter(({ shipped_at: at }) => !at).length === 1, "fulfillments")
      if (one === "partially_fulfilled") await holdsOf(order, (now) => now.fulfillment_status === one)
      await open(order)
      await menu("Mark Shipped")
      await click(/^Complete$/)
      await holdsOf(order, (now) => now.fulfillment_status === shipped)
    }
    await open(order)
    await see("Fulfillment #2")
  })
}

async function returnOption(order) {
  const { shipping_profiles: profiles } = await api("GET", "/admin/shipping-profiles")
  const { shipping_option: made } = await api("POST", "/admin/shipping-options", {
    name: `Return post ${RUN}`, region_id: order.region_id, provider_id: "manual", data: {}, price_type: "flat_rate", amount: 300,
    is_return: true, profile_id: profiles.find(({ type }) => type === "default").id,
  })
  return made
}

async function returnByPost() {
  const label = `Too small ${RUN}`
  const { return_reason: reason } = await api("POST", "/admin/return-reasons", { value: `small_${RUN}`, label })
  await step("order: return one of two, for a reason, by post, at another price, for less money", async () => {
    const order = await sent()
    const option = await returnOption(order)
    await open(order)
    await menu("Request Return")
    await tick("A3")
    await clickAt(".cursor-pointer.rounded svg", 0) // one less
    await click("Select Reason", "button")
    await wait(400)
    await choose(/^(Reason|Search\.\.\.|Select\.\.\.)/, label)
    await fill('input[placeholder="Note..."]', "at the shoulders")
    await click("Add", "button")
    await see(label)
    await pick("Add a shipping method", option.name)
    await click("Add custom price", "button")
    await fill('input[placeholder="-"],input[placeholder="0.00"]', "2.5", -1)
    await click("Submit", "button")
    const { order: now } = await holdsOf(order, ({ returns: [one] }) => one?.status === "requested", "returns,returns.items,returns.shipping_method")
    const [made] = now.returns
    if (made.items[0].quantity !== 1 || made.items[0].reason_id !== reason.id || made.items[0].note !== "at the shoulders") {
      throw new Error(JSON.stringify(made.items))
    }
    if (made.shipping_method.shipping_option_id !== option.id) throw new Error(JSON.stringify(made.shipping_method))
    await open(order)
    await see("Return Requested")
    await click("Receive Return", "button")
    await clickAt("input[type=checkbox]", -1)
    await wait(300)
    await click("Save and close", "button")
    await holdsOf(order, ({ returns: [one], refunds }) => one.status === "received" && refunds.length === 1 && refunds[0].amount === one.refund_amount,
      "returns,refunds")
    const { order: after } = await api("GET", `/admin/orders/${order.id}?expand=items,refunds`)
    if (after.items[0].returned_quantity !== 1) throw new Error("how much came back is not kept")
    await open(order)
    await see("Return Received")
    await amounts(after.refunds[0].amount)
    await menu("Request Return") // the other one can still be
    await see("Items to return")
    await tick("A3")
    await click("Submit", "button")
    await holdsOf(order, ({ returns }) => returns.length === 2, "returns")
    await api("DELETE", `/admin/shipping-options/${option.id}`)
  })
  await api("DELETE", `/admin/return-reasons/${reason.id}`)
}

async function exchanged() {
  const EXPAND = "swaps,swaps.additional_items,swaps.return_order,swaps.fulfillments,swaps.payment"
  const exchange = async (order) => {
    await open(order)
    await menu("Register Exchange")
    await tick("A3")
    await click("Add Product", "button")
    await tick("A2")
    await click(/^(Add|Save|Save and close)$/, "button")
    await see("Estimated difference")
    await click("Complete", "button")
    await holdsOf(order, ({ swaps: [one] }) => one.additional_items.length === 1, EXPAND)
    await open(order)
    await see("Exchange Requested")
  }
  const swap = async (order) => (await api("GET", `/admin/orders/${order.id}?expand=${EXPAND}`)).order.swaps[0]
  await step("order: an exchange to its end", async () => {
    const order = await sent()
    await exchange(order)
    const { cart_id: cart } = await swap(order) // whoever bought it confirms it
    const { shipping_options: [post] } = await api("GET", `/store/shipping-options/${cart}`)
    await api("POST", `/store/carts/${cart}/shipping-methods`, { option_id: post.id })
    await api("POST", `/store/carts/${cart}/payment-sessions`)
    const { type } = await api("POST", `/store/carts/${cart}/complete`)
    if (type !== "swap") throw new Error(`completed as ${type}`)
    await open(order)
    if ((await swap(order)).payment_status === "awaiting") {
      await menu("Capture payment")
      const { order: { paid_total: paid, refunded_total: back } } =
        await holdsOf(order, ({ swaps: [one] }) => ["captured", "difference_refunded"].includes(one.payment_status), EXPAND)
      await see("Payment processed successfully")
      await open(order) // its sums are not asked for again before
      await amounts(paid - back)
    }
    await click("Receive Return", "button")
    await clickAt("input[type=checkbox]", -1)
    await click("Save and close", "button")
    await holdsOf(order, ({ swaps: [one] }) => one.return_order.status === "received", EXPAND)
    await open(order)
    await click("Fulfill Exchange", "button")
    await see("Items to fulfill")
    await click("Create fulfillment")
    await holdsOf(order, ({ swaps: [one] }) => one.fulfillment_status === "fulfilled", EXPAND)
    await open(order)
    await menu("Mark Shipped")
    await fill('input[placeholder="Tracking number..."]', "DE99")
    await click(/^Complete$/)
    await holdsOf(order, ({ swaps: [one] }) => one.fulfillment_status === "shipped", EXPAND)
    await open(order)
    await see("Exchange Items Shipped")
  })
  await step("order: an exchange that is called off", async () => {
    const order = await sent()
    await exchange(order)
    await menu("Cancel return")
    if (await has(/^Yes, /, "button")) await confirm()
    await holdsOf(order, ({ swaps: [one] }) => one.return_order.status === "canceled", EXPAND)
    await open(order)
    await menu("Cancel exchange")
    await confirm()
    await holdsOf(order, ({ swaps: [one] }) => one.canceled_at !== null, EXPAND)
    await open(order)
    await see("Exchange Cancelled")
  })
}
