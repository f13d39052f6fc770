// The settings: currencies, the store, reasons of returns.

import { RUN, api, click, confirm, form, go, has, holds, menu, step, tick } from "./browser.mjs"

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
  await step("return reasons: create, edit and delete", async () => {
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
    await menu(/Delete reason/)
    await confirm()
    if (await reasons()) throw new Error("still there")
  })
}
