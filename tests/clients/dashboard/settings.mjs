// The settings: currencies, the store, and reasons of returns.

import { RUN, api, choose, click, clickAt, confirm, form, go, has, holds, menu, see, step, tick } from "./browser.mjs"

export async function settings() {
  await currencies()
  await store()
  await returnReasons()
}

async function currencies() {
  const codes = ({ store: one }) => one.currencies.map(({ code }) => code)
  await step("currencies: add and remove", async () => {
    await go("/a/settings/currencies")
    await click("Edit currencies")
    await click("Add Currencies")
    await tick("AED")
    await click(/^Save and (close|go back)$/, "button")
    await holds("/admin/store", (answer) => codes(answer).includes("aed"))
    await go("/a/settings/currencies")
    await click("Edit currencies")
    await tick("AED")
    await click("Remove", "button,span")
    if (await has(/^Yes, /, "button")) await confirm()
    await holds("/admin/store", (answer) => !codes(answer).includes("aed"))
  })
  const taxed = async () => (await api("GET", "/admin/currencies?includes_tax=true")).currencies.map(({ code }) => code)
  await step("currencies: prices with tax", async () => {
    const before = await taxed()
    for (const wanted of [!before.includes("eur"), before.includes("eur")]) {
      await go("/a/settings/currencies")
      await clickAt("button[role=switch]", 0)
      await holds("/admin/currencies?includes_tax=true", ({ currencies: all }) => all.some(({ code }) => code === "eur") === wanted)
    }
  })
  await step("currencies: the default", async () => {
    const { store: { default_currency_code: before } } = await api("GET", "/admin/store")
    const names = { eur: "Euro", usd: "US Dollar" }
    const other = before === "eur" ? "usd" : "eur"
    for (const [from, to] of [[before, other], [other, before]]) {
      await go("/a/settings/currencies")
      await choose(names[from], new RegExp(`${names[to]}$`))
      await holds("/admin/store", ({ store: one }) => one.default_currency_code === to)
    }
  })
}

async function store() {
  await step("store details", async () => {
    await go("/a/settings/details")
    await form({ name: `Shop ${RUN}`, swap_link_template: "http://shop.example/swap={swap_id}" })
    await click("Save")
    await holds("/admin/store", ({ store: one }) => one.name === `Shop ${RUN}` && one.swap_link_template.includes("swap="))
  })
}

async function returnReasons() {
  const value = `wrong_${RUN}`
  const reasons = async () => (await api("GET", "/admin/return-reasons")).return_reasons.find((one) => one.value === value)
  await step("return reasons: create, edit, duplicate and delete", async () => {
    await go("/a/settings/return-reasons")
    await click("Add reason")
    await form({ value, label: `Wrong ${RUN}`, description: "It is another" })
    await click("Create", "button")
    if ((await reasons())?.label !== `Wrong ${RUN}`) throw new Error("not created")
    await go("/a/settings/return-reasons")
    await click(`Wrong ${RUN}`)
    await form({ description: "Another one" })
    await click("Save", "button")
    await holds(`/admin/return-reasons/${(await reasons()).id}`, ({ return_reason: one }) => one.description === "Another one")
    await menu(/Duplicate reason/)
    await form({ value: `${value}_2`, label: `Wrong ${RUN}, too` })
    await click("Create", "button")
    await see(`Wrong ${RUN}, too`)
    for (const [label, gone] of [[`Wrong ${RUN}, too`, `${value}_2`], [`Wrong ${RUN}`, value]]) {
      await go("/a/settings/return-reasons")
      await click(label)
      await see(gone)
      await menu(/Delete reason/)
      await confirm()
      await holds("/admin/return-reasons", ({ return_reasons: all }) => all.every((one) => one.value !== gone))
    }
  })
}
