// What happens to orders after they were placed: refunds, edits, returns and exchanges, each with orders placed for it.

import { api, choose, click, clickAt, confirm, fill, form, go, has, holds, menu, page, see, settle, step, tick, wait } from "./browser.mjs"
import { holdsOf, place, sent } from "./orders.mjs"

export async function orderChanges() {
  await refunds()
  await edits()
  await returns()
  await exchanges()
  await claims()
}

const open = (order) => go(`/a/orders/${order.id}`)

async function refunds() {
  await step("order: refund", async () => {
    const order = await place()
    await api("POST", `/admin/orders/${order.id}/capture`)
    await open(order)
    await click("Refund", "button")
    await fill('input[placeholder="0.00"]', "1.50", -1)
    await choose("Discount", "Other")
    await form({ note: "scratched" })
    await click("Complete", "button")
    await holdsOf(order, ({ refunded_total, refunds: [one] }) =>
      refunded_total === 150 && one.amount === 150 && one.reason === "other" && one.note === "scratched", "refunds")
    await see("scratched")
    await open(order) // and the rest
    await click("Refund", "button")
    await fill('input[placeholder="0.00"]', (order.total - 150) / 100, -1)
    await choose("Discount", "Other")
    await click("Complete", "button")
    await holdsOf(order, (one) => one.payment_status === "refunded" && one.refunded_total === one.total && one.refunds.length === 2, "refunds")
  })
}

async function edits() {
  let order
  const found = async () => (await api("GET", `/admin/order-edits?order_id=${order.id}&expand=items,changes`)).order_edits
  const holdsOfEdit = (id, wanted) =>
    holds(`/admin/order-edits/${id}?expand=items,changes`, ({ order_edit: one }) => wanted(one), String(wanted))
  const plus = () => clickAt("svg.cursor-pointer", -1)
  await step("order edit: begin, change a quantity, and delete", async () => {
    order = await place()
    await open(order)
    await click("Edit Order", "button")
    await plus()
    const [{ id }] = await found()
    await holdsOfEdit(id, ({ changes: [one], items: [line] }) => one.type === "item_update" && line.quantity === 3)
    await click("Cancel", "button")
    await wait(300)
    if ((await found()).length) throw new Error("still there")
  })
  await step("order edit: add an item, request and cancel", async () => {
    await open(order)
    await click("Edit Order", "button")
    await click("Add items", "button")
    await tick("A2")
    await click("Save and go back", "button")
    const [{ id }] = await found()
    await holdsOfEdit(id, ({ changes: [one], items }) => one.type === "item_add" && items.length === 2)
    await fill('[placeholder="Add a note..."]', "one more")
    await click("Save and close", "button")
    await holdsOfEdit(id, (one) => one.status === "requested" && one.internal_note === "one more")
    await see("one more")
    await click("Cancel Order Edit", "button")
    await click(/^(Are you sure|Confirm|Yes)/, "button")
    await holdsOfEdit(id, (one) => one.status === "canceled")
  })
  await step("order edit: add, change and remove items, and confirm", async () => {
    await open(order)
    await click("Edit Order", "button")
    const [{ id }] = (await found()).filter(({ status }) => status === "created")
    await click("Add items", "button")
    await tick("A2")
    await click("Save and go back", "button")
    await holdsOfEdit(id, ({ items }) => items.length === 2)
    await menu("Remove item", -2)
    await holdsOfEdit(id, ({ items, changes }) => items.length === 1 && changes.some(({ type }) => type === "item_remove"))
    await plus()
    await holdsOfEdit(id, ({ items: [one] }) => one.quantity === 2)
    await click("Save and close", "button")
    await holdsOfEdit(id, ({ status }) => status === "requested")
    await click("Force Confirm", "button")
    await settle()
    if (await has(/^Yes, /, "button")) await confirm()
    await holdsOfEdit(id, ({ status }) => status === "confirmed")
    await holdsOf(order, ({ items: [one, ...more] }) => more.length === 0 && one.variant.title === "A2" && one.quantity === 2, "items")
  })
}

async function returns() {
  const request = async (order) => {
    await open(order)
    await menu("Request Return")
    await tick("A3")
    await click("Submit", "button")
    await holdsOf(order, ({ returns: [one] }) => one.status === "requested" && one.items[0].quantity === 2, "returns")
    await open(order)
  }
  await step("order: request a return, and receive it", async () => {
    const order = await sent()
    await request(order)
    await click("Receive Return", "button")
    await clickAt("input[type=checkbox]", -1)
    await click("Save and close", "button")
    await holdsOf(order, ({ returns: [one] }) => one.status === "received" && one.items[0].received_quantity === 2, "returns")
    await open(order)
    await see("Return Received")
  })
  await step("order: request a return, and cancel it", async () => {
    const order = await sent()
    await request(order)
    await menu("Cancel return")
    await holdsOf(order, ({ returns: [one] }) => one.status === "canceled", "returns")
    await see("Return Canceled")
  })
}

async function exchanges() {
  await step("order: register an exchange", async () => {
    const order = await sent()
    await open(order)
    await menu("Register Exchange")
    await tick("A3")
    await click("Add Product", "button")
    await tick("A2")
    await click(/^(Add|Save|Save and close)$/, "button")
    await click("Complete", "button")
    await holdsOf(order, ({ swaps: [one] }) => one.additional_items.length === 1 && one.return_order.items.length === 1,
    "swaps,swaps.additional_items,swaps.return_order")
    await open(order)
    await see("Exchange")
  })
}

async function claims() {
  await step("order: the form of claims opens", async () => {
    await open(await sent())
    await menu("Register Claim")
    await see("Items to claim")
  })
}
