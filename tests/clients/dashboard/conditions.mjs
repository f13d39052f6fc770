// Conditions of discounts: each kind of them, when a discount is made and afterwards; and when it holds.

import {
  RUN, api, click, clickAt, fill, form, go, has, holds, menu, page, rowMenu, see, step, tick, wait,
} from "./browser.mjs"
import { begin, discount, found, open } from "./discounts.mjs"

const [EVERY, DATED, EACH, TIMED] = ["V", "D", "E", "M"].map((letter) => `${letter}${RUN}`.toUpperCase())

/** What conditions name, made for it: the kind as the API calls it, its name in the dashboard, what is chosen first and what is added. */
async function choices() {
  const make = async (path, one, body) => (await api("POST", `/admin/${path}`, body))[one]
  const pairs = { products: ["Perseus Poster", "Sydney Dawn"], product_collections: [], customer_groups: [] }
  for (const name of ["Spring", "Autumn"]) {
    pairs.product_collections.push((await make("collections", "collection", { title: `${name} ${RUN}` })).title)
    pairs.customer_groups.push((await make("customer-groups", "customer_group", { name: `${name} ${RUN}` })).name)
    await make("products", "product", {
      title: `${name} ${RUN}`, type: { value: `Kind ${name} ${RUN}` }, tags: [{ value: `Tag ${name} ${RUN}` }], status: "draft",
    })
  }
  pairs.product_types = [`Kind Spring ${RUN}`, `Kind Autumn ${RUN}`]
  pairs.product_tags = [`Tag Spring ${RUN}`, `Tag Autumn ${RUN}`]
  const named = { products: "Product", customer_groups: "Customer group", product_tags: "Tag", product_collections: "Collection", product_types: "Type" }
  const sorted = { products: ["Title", "Status", "Title"] } // the columns that sort
  return Object.entries(named).map(([kind, label]) => ({ kind, label, chosen: pairs[kind][0], added: pairs[kind][1], sorted: sorted[kind] ?? [] }))
}

const kinds = (wanted) => ({ discounts: [one] }) => one.rule.conditions.map(({ type }) => type).sort().join() === [...wanted].sort().join()
const search = async (name) => { await fill('input[placeholder^="Search"]', name, -1); await wait(700); await see(name) }

export async function conditions() {
  const all = await choices()
  await step("discount: every kind of condition", async () => {
    await begin("Percentage", EVERY)
    await form({ "rule.value": 5 })
    await click("Add Condition")
    for (const [nth, { label, chosen, sorted }] of all.entries()) {
      await click(new RegExp(`^${label}\\n`), "button")
      if (nth === 1) await click(/^Not in/, "label,div")
      for (const column of sorted) { await click(column, "th,span,div"); await see(chosen) }
      await search(chosen)
      await tick(chosen)
      await click(nth === all.length - 1 ? "Save and close" : "Save and add more", "button")
    }
    await click("Publish discount")
    await holds(found(EVERY), kinds(all.map(({ kind }) => kind)))
    const { rule: { conditions: made } } = await discount(EVERY)
    if (made.filter(({ operator }) => operator === "not_in").map(({ type }) => type).join() !== all[1].kind) throw new Error("operators differ")
  })
  for (const { kind, label, chosen, added } of all) {
    await step(`discount: change a condition: ${kind}`, async () => {
      const { id, rule: { conditions: made } } = await discount(EVERY)
      const shown = `/admin/discounts/${id}/conditions/${made.find(({ type }) => type === kind).id}?expand=${kind}`
      const names = (wanted) => holds(shown, ({ discount_condition: one }) =>
        one[kind].map(({ title, value, name }) => title ?? value ?? name).sort().join() === [...wanted].sort().join(), wanted.join())
      await open(EVERY)
      await see("Conditions")
      await clickAt(`xpath///*[normalize-space(text())="${label.replace("group", "Group")}"]/following::button[@aria-haspopup="menu"][1]`)
      await click("Edit condition", "[role=menuitem] button,[role=menuitem]")
      await click("Add", "button")
      await search(added)
      await tick(added)
      await click("Save and go back", "button")
      await names([chosen, added])
      await tick(chosen)
      await click("Remove", "button")
      await names([added])
    })
  }
  await step("discount: delete each condition", async () => {
    for (const { kind } of all) {
      await open(EVERY)
      await menu("Delete condition")
      await wait(200)
      if (kind === all.at(-1).kind) await holds(found(EVERY), kinds([]))
    }
  })
  await step("discount: add each kind of condition afterwards", async () => {
    for (const [nth, { label, chosen }] of all.entries()) {
      await open(EVERY)
      if (await has("Add condition", "button")) await click("Add condition", "button")
      else await menu("Add condition")
      await click(new RegExp(`^${label}\\n`), "button")
      await search(chosen)
      await tick(chosen)
      await click("Save and close", "button")
      await holds(found(EVERY), kinds(all.slice(0, nth + 1).map(({ kind }) => kind)))
    }
  })
}
