// Sales channels, what is sold in them, and the keys of shop fronts that name them.

import {
  RUN, api, click, clickAt, confirm, fill, form, go, has, holds, menu, page, rowMenu, see, settle, step, tick,
} from "./browser.mjs"

export async function channels() {
  await salesChannels()
  await keys()
}

async function salesChannels() {
  const name = `Corner ${RUN}`
  const found = `/admin/sales-channels?name=${encodeURIComponent(name)}`
  const channel = async () => (await api("GET", found)).sales_channels[0]
  const open = async () => { // by its address it cannot be: the page goes to the default channel
    await go("/a/sales-channels")
    await click(name, "h3")
  }
  const sold = async (count) => holds(`/admin/products?sales_channel_id[]=${(await channel()).id}`, (answer) => answer.count === count, `${count} sold`)
  const add = async (...titles) => {
    if (await has("Add products", "button,span")) await click("Add products", "button,span")
    else await menu("Add products") // where there are products already
    for (const title of titles) await tick(title)
    await click(/^(Save|Add|Save and close)$/, "button")
  }
  await step("sales channels: create", async () => {
    await go("/a/sales-channels")
    await clickAt("h2 + div svg", 1)
    await form({ name, description: "At the corner" })
    await click("Publish channel", "button")
    await holds(found, ({ sales_channels: [one] }) => one.name === name && !one.is_disabled)
  })
  await step("sales channels: search", async () => {
    await go("/a/sales-channels")
    await clickAt("h2 + div svg", 0)
    await fill('input[placeholder="Search by title or description"]', "corner")
    await see(name)
    if (await has("Kiosk", "h3")) throw new Error("others are there, too")
  })
  await step("sales channels: edit", async () => {
    await open()
    await menu("Edit general info")
    await form({ description: "Round the corner" })
    await click("Save", "button")
    await holds(found, ({ sales_channels: [one] }) => one.description === "Round the corner")
  })
  await step("sales channels: disable and enable", async () => {
    for (const [from, to, disabled] of [["Enabled", "Disabled", true], ["Disabled", "Enabled", false]]) {
      await open()
      await click(from, "button")
      await click(to, "[role=menuitem] button,[role=menuitem]")
      await holds(found, ({ sales_channels: [one] }) => one.is_disabled === disabled)
    }
  })
  await step("sales channels: add and remove products", async () => {
    await open()
    await add("Perseus Poster")
    await sold(1)
    await open()
    await add("Sydney Dawn", "Aegean Noon")
    await sold(3)
    await open()
    await rowMenu("Perseus Poster", "Remove from the channel")
    await sold(2)
    await open()
    for (const title of ["Sydney Dawn", "Aegean Noon"]) await tick(title)
    await click("Remove", "button")
    await sold(0)
  })
  await step("sales channels: where a product is sold", async () => {
    const { products: [{ id }] } = await api("GET", "/admin/products?q=Perseus%20Poster")
    const shown = `/admin/products/${id}?expand=sales_channels`
    const among = (answer) => answer.product.sales_channels.some((one) => one.name === name)
    await go(`/a/products/${id}`)
    await menu("Edit Sales Channels")
    await click("Add Channels")
    await tick(name)
    await click("Save and close")
    await settle()
    if (await has("Save and close", "button")) await click("Save and close")
    await holds(shown, among)
    await go(`/a/products/${id}`)
    await menu("Edit Sales Channels")
    await tick(name)
    await click("Remove", "button")
    await settle()
    if (await has("Save and close", "button")) await click("Save and close")
    await holds(shown, (answer) => !among(answer))
  })
  await step("sales channels: delete", async () => {
    await open()
    await menu("Delete channel")
    await fill(`input[placeholder="${name}"]`, name, -1)
    await confirm()
    await holds(found, ({ count }) => count === 0)
  }, { refused: [/^GET 404 \/admin\/sales-channels\/sc_/] }) // the page asks once more for what it has just deleted
}

async function keys() {
  const title = `Web ${RUN}`
  const listed = "/admin/publishable-api-keys?limit=100"
  const key = async (named = title) => (await api("GET", listed)).publishable_api_keys.find((one) => one.title === named)
  const open = () => go("/a/publishable-api-keys")
  await step("publishable keys: create with a channel", async () => {
    await open()
    await click("Create API key")
    await form({ name: title })
    await click("Add sales channels")
    await tick("Default Sales Channel")
    await click("Save and close")
    await click("Publish API key")
    await holds(`/admin/publishable-api-keys/${(await key()).id}/sales-channels`, ({ sales_channels: all }) => all.length === 1)
  })
  await step("publishable keys: create without channels", async () => {
    await open()
    await click("Create API key")
    await form({ name: `${title} bare` })
    await click("Publish API key")
    await see(`${title} bare`)
    await holds(`/admin/publishable-api-keys/${(await key(`${title} bare`)).id}/sales-channels`, ({ sales_channels: all }) => all.length === 0)
  })
  await step("publishable keys: add and remove channels", async () => {
    const { sales_channel: kiosk } = await api("POST", "/admin/sales-channels", { name: `Stall ${RUN}` })
    const named = (wanted) => async () => holds(`/admin/publishable-api-keys/${(await key()).id}/sales-channels`,
      ({ sales_channels: all }) => all.map(({ name }) => name).sort().join() === wanted, wanted)
    await open()
    await rowMenu(title, "Edit sales channels")
    await click("Add channels", "button")
    await tick(kiosk.name)
    await click("Add and go back", "button")
    await named(`Default Sales Channel,${kiosk.name}`)()
    await open()
    await rowMenu(title, "Edit sales channels")
    await tick("Default Sales Channel")
    await click("Remove", "button")
    await named(kiosk.name)()
  })
  await step("publishable keys: edit", async () => {
    await open()
    await rowMenu(`${title}\t`, "Edit API key details")
    await form({ name: `${title}!` })
    await click("Save and close")
    await holds(listed, ({ publishable_api_keys: all }) => all.some((one) => one.title === `${title}!`))
  })
  await step("publishable keys: copy the token", async () => {
    await open()
    await rowMenu(`${title}!`, "Copy token")
    const copied = await page.evaluate(() => navigator.clipboard.readText())
    if (copied !== (await key(`${title}!`)).id) throw new Error(`copied ${copied}`)
  })
  await step("publishable keys: revoke", async () => {
    await open()
    await rowMenu(`${title}!`, "Revoke token")
    await confirm()
    await holds(`/admin/publishable-api-keys/${(await key(`${title}!`)).id}`, ({ publishable_api_key: one }) => one.revoked_at !== null)
    await open()
    await see("Revoked")
  })
  await step("publishable keys: delete", async () => {
    for (const named of [`${title}!`, `${title} bare`]) {
      await open()
      await rowMenu(named, "Delete API key")
      await confirm()
      await holds(listed, ({ publishable_api_keys: all }) => all.every((one) => one.title !== named))
    }
  })
}
