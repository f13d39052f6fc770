// Discounts: each kind, what of them can be changed, and their conditions.

import {
  RUN, api, click, clickAt, confirm, fill, form, go, holds, menu, page, pick, see, settle, step, tick, wait,
} from "./browser.mjs"

const [PERCENTAGE, FIXED, SHIPPING, TEMPLATE] = ["P", "F", "S", "T"].map((letter) => `${letter}${RUN}`.toUpperCase())
export const found = (code) => `/admin/discounts?q=${code}&expand=rule,rule.conditions,regions`
export const discount = async (code) => (await api("GET", found(code))).discounts[0]
export const open = async (code) => go(`/a/discounts/${(await discount(code)).id}`)

/** Opens a part of the form. What is in those that are closed lies over their headings, out of sight. */
export async function section(name) {
  await page.evaluate((name) => {
    const headings = [...document.querySelectorAll("h3")].filter((each) => each.innerText.trim().startsWith(name))
    const trigger = headings.map((each) => each.querySelector("[aria-expanded]")).find(Boolean)
    if (trigger.getAttribute("aria-expanded") === "false") trigger.click()
  }, name)
  await wait(700)
}

export async function begin(kind, code) {
  const { regions: [region] } = await api("GET", "/admin/regions")
  await go("/a/discounts")
  await click("Add Discount")
  await click(kind)
  await section("General")
  await pick("Select...", region.name)
  await form({ code, "rule.description": `${kind} off` })
}

export async function discounts() {
  await step("discount: a percentage, with a condition and a limit", async () => {
    await begin("Percentage", PERCENTAGE)
    await form({ "rule.value": 10 })
    await section("Conditions")
    await click("Add Condition")
    await click(/^Product\n/, "button")
    await tick("Perseus Poster")
    await click("Save and close")
    await see("Perseus Poster")
    await click("Publish discount")
    await holds(found(PERCENTAGE), ({ discounts: [one] }) => one.rule.type === "percentage" && one.rule.value === 10
      && one.regions.length === 1 && one.rule.conditions.length === 1 && one.rule.conditions[0].type === "products"
      && one.rule.conditions[0].operator === "in" && !one.is_disabled && !one.is_dynamic)
  })
  await step("discount: a fixed amount", async () => {
    await begin("Fixed amount", FIXED)
    await fill('input[inputmode="decimal"]', "5", -1)
    await click("Publish discount")
    await holds(found(FIXED), ({ discounts: [one] }) => one.rule.type === "fixed" && one.rule.value === 500
      && one.rule.allocation === "total")
  })
  await step("discount: free shipping, as a draft", async () => {
    await begin("Free shipping", SHIPPING)
    await click("Save as draft")
    await holds(found(SHIPPING), ({ discounts: [one] }) => one.rule.type === "free_shipping" && one.is_disabled)
  })
  await step("discount: a template of codes", async () => {
    await begin("Percentage", TEMPLATE)
    await form({ "rule.value": 20 })
    await tick("This is a template discount")
    await click("Publish discount")
    await holds(found(TEMPLATE), ({ discounts: [one] }) => one.rule.value === 20 && one.is_dynamic)
    const { id } = await discount(TEMPLATE)
    await api("POST", `/admin/discounts/${id}/dynamic-codes`, { code: `${TEMPLATE}X` })
    await open(TEMPLATE)
    await see("Template discount")
  })
  await step("discount: general information", async () => {
    await open(PERCENTAGE)
    await menu("Edit general information")
    await form({ "general.description": "Fifteen of a hundred", "general.value": 15, "metadata.entries.0.key": "season",
      "metadata.entries.0.value": "summer" })
    await click("Save and close")
    await holds(found(PERCENTAGE), ({ discounts: [one] }) => one.rule.description === "Fifteen of a hundred"
      && one.rule.value === 15 && one.metadata.season === "summer")
  })
  await step("discount: disable and enable", async () => {
    await open(PERCENTAGE)
    for (const [from, to, disabled] of [["Published", "Draft", true], ["Draft", "Published", false]]) {
      await click(from, "button")
      await click(to, "[role=menuitem]")
      await holds(found(PERCENTAGE), ({ discounts: [one] }) => one.is_disabled === disabled)
    }
  })
  await step("discount: an end and a limit, and neither", async () => {
    await open(PERCENTAGE)
    await menu("Edit configurations")
    await see("Limit the number of")
    for (const nth of [1, 2]) await clickAt("[role=switch]", nth)
    await fill('input[placeholder="5"]', 7, -1)
    await click("Save", "button")
    await holds(found(PERCENTAGE), ({ discounts: [one] }) => one.usage_limit === 7 && Date.parse(one.ends_at) > Date.now())
    for (const name of ["ends_at", "usage_limit"]) { // the first of what is listed
      await open(PERCENTAGE)
      await menu("Delete configuration")
      await holds(found(PERCENTAGE), ({ discounts: [one] }) => one[name] === null, `${name} is gone`)
    }
  })
  await step("discount: change, add and delete conditions", async () => {
    const condition = async () => (await discount(PERCENTAGE)).rule.conditions.find(({ type }) => type === "products")
    const { collection } = await api("POST", "/admin/collections", { title: `Offers ${RUN}` })
    const { id } = await discount(PERCENTAGE)
    const chosen = `/admin/discounts/${id}/conditions/${(await condition()).id}?expand=products`
    await open(PERCENTAGE)
    await menu("Edit condition")
    await click("Add", "button")
    await tick("Sydney Dawn")
    await click("Save and go back", "button")
    await holds(chosen, ({ discount_condition: one }) => one.products.length === 2)
    await tick("Perseus Poster")
    await click("Remove", "button")
    await holds(chosen, ({ discount_condition: one }) => one.products.map(({ title }) => title).join() === "Sydney Dawn")
    await open(PERCENTAGE)
    await menu("Add condition")
    await click(/^Collection\n/, "button")
    await tick(collection.title)
    await click("Save and close", "button")
    await holds(found(PERCENTAGE), ({ discounts: [one] }) => one.rule.conditions.length === 2)
    await open(PERCENTAGE)
    await menu("Delete condition")
    await holds(found(PERCENTAGE), ({ discounts: [one] }) => one.rule.conditions.length === 1)
  })
  await step("discounts: search", async () => {
    await go("/a/discounts")
    await fill('input[placeholder^="Search by code"]', FIXED)
    await wait(700)
    await settle()
    await see(FIXED)
    if ((await page.$$("tbody tr")).length !== 1) throw new Error("others are there, too")
  })
  await step("discount: delete", async () => {
    await open(FIXED)
    await menu("Delete discount")
    await confirm()
    await holds(found(FIXED), ({ count }) => count === 0)
  }, { refused: [/^GET 404 \/admin\/discounts\/disc_/] }) // the page asks once more for what it has just deleted
}
