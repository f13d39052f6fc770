// Regions, and what ships in them.

import {
  RUN, api, beside, choose, click, clickAt, fill, form, go, holds, menu, pick, see, step,
} from "./browser.mjs"

const NAME = `Benelux ${RUN}`
const region = async () => (await api("GET", "/admin/regions?limit=100")).regions.find(({ name }) => name.startsWith(NAME))
const open = async () => go(`/a/settings/regions/${(await region()).id}`)
const AMOUNT = 'input[placeholder="-"]'
const [PRICE, LEAST, MOST] = [-3, -2, -1] // the fields for amounts in the form of shipping options, from its end
const providers = ({ payment_providers: pay, fulfillment_providers: ship }) => [...pay, ...ship].map(({ id }) => id).join()

export async function regions() {
  await step("region: create", async () => {
    await go("/a/settings/regions")
    await beside("Regions")
    await form({ "details.name": NAME, "details.tax_rate": 21, "details.tax_code": "BTW" })
    await pick("Choose currency", "Euro")
    await pick("Choose countries", "Belgium", "Luxembourg")
    await click(/^Providers/, "h3")
    await pick("Choose payment providers...", "Manual")
    await pick("Choose fulfillment providers...", "Manual")
    await click("Create region")
    await see("Return Shipping Options")
    await holds(`/admin/regions/${(await region()).id}`, ({ region: one }) => one.tax_rate === 21 && one.tax_code === "BTW"
      && one.countries.map(({ iso_2 }) => iso_2).sort().join() === "be,lu" && one.currency_code === "eur"
      && providers(one) === "manual,manual")
  })
  await step("region: edit its name, countries, currency, providers and metadata", async () => {
    await open()
    await menu("Edit Region Details")
    await form({ "details.name": `${NAME}!`, "metadata.entries.0.key": "language", "metadata.entries.0.value": "nl" })
    await pick("Countries", "Luxembourg", "Ireland")
    await pick("Euro", "US Dollar")
    await click("Save and close")
    await holds(`/admin/regions/${(await region()).id}`, ({ region: one }) => one.name === `${NAME}!` && one.metadata.language === "nl"
      && one.countries.map(({ iso_2 }) => iso_2).sort().join() === "be,ie" && one.currency_code === "usd"
      && one.tax_rate === 21 && providers(one) === "manual,manual")
  })
  await step("region: all countries at once, of which others have some, and one more", async () => {
    await open()
    await menu("Edit Region Details")
    await pick("Countries", async () => click("Select All", "button"))
    await click("Save and close")
    await see("already exists in region")
    await open()
    await menu("Edit Region Details")
    await pick("Countries", "Kosovo")
    await click("Save and close")
    await holds(`/admin/regions/${(await region()).id}`, ({ region: { countries } }) =>
      countries.map(({ iso_2 }) => iso_2).sort().join() === "be,ie,xk")
  }, { refused: [/^POST 422 \/admin\/regions\/reg_/] })
  for (const is_return of [false, true]) await shippingOption(is_return)
  await step("region: delete", async () => {
    const { id, name } = await region()
    await open()
    await menu("Delete Region")
    await fill(`input[placeholder="${name}"]`, name, -1)
    await click(/^Yes, /, "button")
    await holds("/admin/regions?limit=100", ({ regions: all }) => all.every((one) => one.id !== id))
  }, { refused: [/^GET 404 \/admin\/regions\/reg_/] }) // the page asks once more for what it has just deleted
}

async function shippingOption(is_return) {
  const [kind, heading, name] = is_return
    ? ["return shipping option", "Return Shipping Options", "Bring back"] : ["shipping option", "Shipping Options", "Letter"]
  const listed = async () => `/admin/shipping-options?is_return=${is_return}&region_id=${(await region()).id}`
  const holdsOf = async (wanted) => holds(await listed(), ({ shipping_options: [one] }) => wanted(one), String(wanted))
  const limits = ({ requirements }) => requirements.map(({ type, amount }) => `${type} ${amount}`).sort().join()
  await step(`region: create a ${kind}`, async () => {
    await open()
    await clickAt(`xpath///h1[normalize-space()="${heading}"]/following::button[1]`)
    await see(is_return ? "Add Return Shipping Option" : "Add Shipping Option")
    await form({ name })
    await pick("Choose a price type", "Flat Rate")
    await fill(AMOUNT, "4.5", PRICE)
    await pick("Choose a shipping profile", "Default")
    await pick("Choose a fulfillment method", "Manual")
    if (!is_return) await fill(AMOUNT, "10", LEAST)
    await form({ "metadata.entries.0.key": "carrier", "metadata.entries.0.value": "Post" })
    await click("Save and close")
    await holdsOf((one) => one.amount === 450 && one.price_type === "flat_rate" && one.admin_only && one.metadata.carrier === "Post"
      && one.provider_id === "manual")
    await holdsOf((one) => limits(one) === (one.is_return ? "" : "min_subtotal 1000"))
  })
  await step(`region: edit the ${kind}`, async () => {
    await open()
    await see(name)
    await menu("Edit")
    await clickAt("[role=switch]", -1)
    await fill(AMOUNT, "5.5", PRICE)
    await fill(AMOUNT, "100", MOST)
    await click("Save and close")
    await holdsOf((one) => one.amount === 550 && !one.admin_only)
    await holdsOf((one) => limits(one) === (one.is_return ? "max_subtotal 10000" : "max_subtotal 10000,min_subtotal 1000"))
  })
  await step(`region: take the limits of the ${kind} away`, async () => {
    await open()
    await see(name)
    await menu("Edit")
    await fill(AMOUNT, "", MOST)
    await click("Save and close")
    await holdsOf((one) => limits(one) === (one.is_return ? "" : "min_subtotal 1000"))
  })
  await step(`region: delete the ${kind}`, async () => {
    await open()
    await see(name)
    await menu("Delete")
    await holds(await listed(), ({ count }) => count === 0)
  })
}
