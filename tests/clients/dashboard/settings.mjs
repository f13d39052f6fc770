// The settings: currencies, the store, reasons of returns, channels and keys.

import { RUN, api, choose, click, clickAt, confirm, fill, form, go, has, holds, menu, step, tick } from "./browser.mjs"

export async function settings() {
  await currencies()
  await store()
  await returnReasons()
  await salesChannels()
  await keys()
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

async function salesChannels() {
  const name = `Corner ${RUN}`
  const channels = `/admin/sales-channels?name=${encodeURIComponent(name)}`
  await step("sales channels: create, add products, edit", async () => {
    await go("/a/sales-channels")
    await clickAt("h2 + div svg", 1)
    await form({ name, description: "At the corner" })
    await click("Publish channel", "button")
    await holds(channels, ({ sales_channels: [one] }) => one.name === name && !one.is_disabled)
    const { sales_channels: [{ id }] } = await api("GET", channels)
    await go("/a/sales-channels")
    await click(name)
    await click("Add products", "button,span")
    await tick("Perseus Poster")
    await click(/^(Save|Add|Save and close)$/, "button")
    await holds(`/admin/products?sales_channel_id[]=${id}`, ({ count }) => count === 1)
    await menu("Edit general info")
    await form({ description: "Round the corner" })
    await click("Save", "button")
    await holds(channels, ({ sales_channels: [one] }) => one.description === "Round the corner")
  })
  await step("sales channels: delete", async () => {
    await go("/a/sales-channels")
    await click(name)
    await menu("Delete channel")
    await fill(`input[placeholder="${name}"]`, name, -1)
    await confirm()
    await holds(channels, ({ count }) => count === 0)
  })
}

async function keys() {
  const title = `Web ${RUN}`
  const key = async () => (await api("GET", "/admin/publishable-api-keys?limit=100")).publishable_api_keys.find((one) => one.title.startsWith(title))
  await step("publishable keys: create with a channel, edit, revoke and delete", async () => {
    await go("/a/publishable-api-keys")
    await click("Create API key")
    await form({ name: title })
    await click("Add sales channels")
    await tick("Default Sales Channel")
    await click("Save and close")
    await click("Publish API key")
    const { id } = await key()
    await holds(`/admin/publishable-api-keys/${id}/sales-channels`, ({ sales_channels: all }) => all.length === 1)
    await go("/a/publishable-api-keys")
    await menu("Edit API key details", 0)
    await form({ name: `${title}!` })
    await click("Save and close")
    await holds(`/admin/publishable-api-keys/${id}`, ({ publishable_api_key: one }) => one.title === `${title}!`)
    await go("/a/publishable-api-keys")
    await menu("Revoke token", 0)
    await confirm()
    await holds(`/admin/publishable-api-keys/${id}`, ({ publishable_api_key: one }) => one.revoked_at !== null)
    await go("/a/publishable-api-keys")
    await menu("Delete API key", 0)
    await confirm()
    if (await key()) throw new Error("still there")
  })
}
