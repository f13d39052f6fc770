// Conditions of discounts: each kind of them, when a discount is made and afterwards; and when it holds.

import {
  RUN, api, click, clickAt, fill, form, go, has, holds, menu, see, step, tick, wait,
} from "./browser.mjs"
import { begin, discount, found, open, section } from "./discounts.mjs"

const [EVERY, EACH, TIMED] = ["V", "E", "M"].map((letter) => `${letter}${RUN}`.toUpperCase())

/** The kind as the API calls it, its name in the dashboard, what is chosen first and what is added. */
const ALL = [
  { kind: "products", label: "Product", chosen: "Perseus Poster", added: "Sydney Dawn", sorted: ["Title", "Status", "Title"] },
  ...[["customer_groups", "Customer group", ""], ["product_tags", "Tag", "Tag "], ["product_collections", "Collection", ""], ["product_types", "Type", "Kind "]]
    .map(([kind, label, begins]) => ({ kind, label, chosen: `${begins}Spring ${RUN}`, added: `${begins}Autumn ${RUN}`, sorted: [] })),
]

/** Makes what the conditions name. */
async function choices() {
  for (const name of [`Spring ${RUN}`, `Autumn ${RUN}`]) {
    await api("POST", "/admin/collections", { title: name })
    await api("POST", "/admin/customer-groups", { name })
    const { product } = await api("POST", "/admin/products", {
      title: name, type: { value: `Kind ${name}` }, tags: [{ value: `Tag ${name}` }], status: "draft",
    })
    await api("DELETE", `/admin/products/${product.id}`) // its type and its tag stay
  }
}

const kinds = (wanted) => ({ discounts: [one] }) => one.rule.conditions.map(({ type }) => type).sort().join() === [...wanted].sort().join()
const search = async (name) => { await fill('input[placeholder^="Search"]', name, -1); await wait(700); await see(name) }

export async function conditions() {
  await step("discount: every kind of condition", async () => {
    await choices()
    await begin("Percentage", EVERY)
    await form({ "rule.value": 5 })
    await section("Conditions")
    await click("Add Condition")
    for (const [nth, { label, chosen, sorted }] of ALL.entries()) {
      await click(new RegExp(`^${label}\\n`), "button")
      if (nth === 1) await click(/^Not in/, "label,div")
      for (const column of sorted) { await click(column, "th,span,div"); await see(chosen) }
      await search(chosen)
      await tick(chosen)
      await click(nth === ALL.length - 1 ? "Save and close" : "Save and add more", "button")
    }
    await click("Publish discount")
    await holds(found(EVERY), kinds(ALL.map(({ kind }) => kind)))
    const { rule: { conditions: made } } = await discount(EVERY)
    if (made.filter(({ operator }) => operator === "not_in").map(({ type }) => type).join() !== ALL[1].kind) throw new Error("operators differ")
  })
  for (const { kind, label, chosen, added } of ALL) {
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
    for (const { kind } of ALL) {
      await open(EVERY)
      await menu("Delete condition")
      await wait(200)
      if (kind === ALL.at(-1).kind) await holds(found(EVERY), kinds([]))
    }
  })
  await step("discount: add each kind of condition afterwards", async () => {
    for (const [nth, { label, chosen }] of ALL.entries()) {
      await open(EVERY)
      if (await has("Add condition", "button")) await click("Add condition", "button")
      else await menu("Add condition")
      await click(new RegExp(`^${label}\\n`), "button")
      await search(chosen)
      await tick(chosen)
      await click("Save and close", "button")
      await holds(found(EVERY), kinds(ALL.slice(0, nth + 1).map(({ kind }) => kind)))
    }
  })
}

const FIFTEENTH = ".react-datepicker__day--015:not(.react-datepicker__day--outside-month)"
const SATURDAY = ".react-datepicker__day" // the last one that a month shows

async function choose(field, day, nth) {
  await click(new RegExp(`^${field}\\n`), "button")
  await wait(300)
  await clickAt(day, nth)
  await click(`Set ${field}`, "button")
}

const ends = ({ ends_at: moment }) => Date.parse(moment) > Date.now() && new Date(moment).getUTCDay() === 6

export async function terms() {
  const configure = async (...nths) => {
    await section("Configuration")
    for (const nth of nths) { await clickAt("[role=switch]", nth); await wait(400) }
  }
  await step("discount: a fixed amount on each item, between two days", async () => {
    await begin("Fixed amount", EACH)
    await click(/^Item specific/, "label,div")
    await fill('input[inputmode="decimal"]', "2.5", -1)
    await configure(0, 1, 2)
    await choose("Start date", FIFTEENTH, 0)
    await choose("Expiry date", SATURDAY, -1)
    await fill('input[placeholder="5"]', 40, -1)
    await form({ "metadata.entries.0.key": "season", "metadata.entries.0.value": "spring" })
    await click("Publish discount")
    await holds(found(EACH), ({ discounts: [one] }) => one.rule.allocation === "item" && one.rule.value === 250 && one.usage_limit === 40
      && new Date(one.starts_at).getUTCDate() === 15 && ends(one) && one.metadata.season === "spring")
  })
  await step("discount: another day to end on", async () => {
    const { ends_at: before } = await discount(EACH)
    await open(EACH)
    await menu("Edit configurations")
    await wait(700)
    await choose("Expiry date", SATURDAY, -1)
    await click("Save", "button")
    await holds(found(EACH), ({ discounts: [one] }) => one.ends_at > before && ends(one))
  })
  await step("discount: a template whose codes last three days", async () => {
    await begin("Percentage", TIMED)
    await form({ "rule.value": 20 })
    await tick("This is a template discount")
    await configure(3)
    await fill('input[placeholder="0"]', 3, -3)
    await click("Publish discount")
    await holds(found(TIMED), ({ discounts: [one] }) => one.is_dynamic && one.valid_duration === "P0Y0M3DT0H0M")
    const { id } = await discount(TIMED)
    const { discount: code } = await api("POST", `/admin/discounts/${id}/dynamic-codes`, { code: `${TIMED}X` })
    if (code.code !== `${TIMED}X`) throw new Error("no code")
    await open(TIMED)
    await see("Template discount")
  })
}
