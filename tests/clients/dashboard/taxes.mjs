// Taxes of a region: how they are reckoned, its own rate, and rates for products, types and shipping.

import { RUN, api, click, clickAt, confirm, form, go, holds, menu, see, step, tick } from "./browser.mjs"

const NAME = `Reduced ${RUN}`
const KINDS = [["products", "Products"], ["product_types", "Product Types"], ["shipping_options", "Shipping Options"]]

export async function taxes() {
  const { region } = await api("POST", "/admin/regions", {
    name: `Baltic ${RUN}`, currency_code: "eur", tax_rate: 20, countries: [], payment_providers: ["manual"], fulfillment_providers: ["manual"],
  })
  const { products: [poster] } = await api("GET", "/admin/products?q=Perseus%20Poster")
  const { product_types: [type] } = await api("GET", "/admin/product-types")
  const { shipping_profiles: [profile] } = await api("GET", "/admin/shipping-profiles")
  const { shipping_option: option } = await api("POST", "/admin/shipping-options", {
    name: `Ferry ${RUN}`, region_id: region.id, provider_id: "manual", profile_id: profile.id, data: { id: "manual-fulfillment" },
    price_type: "flat_rate", amount: 100,
  })
  const rows = { products: poster.title, product_types: type.value, shipping_options: option.name }
  const open = async () => { await go(`/a/settings/taxes/${region.id}`); await see("Tax Calculation Settings") }
  const shown = `/admin/regions/${region.id}`
  const rates = `/admin/tax-rates?region_id=${region.id}&expand=products,product_types,shipping_options`
  const rules = (wanted) => holds(rates, ({ tax_rates: [one] }) =>
    KINDS.map(([kind]) => one[kind].length).join() === wanted, `rules ${wanted}`)
  const add = async (kinds) => {
    for (const [kind, choice] of kinds) {
      await click("Add Overrides", "button")
      await click(new RegExp(`^${choice}\\s+Select`), "label,div")
      await tick(rows[kind])
      await click("Add", "button")
    }
  }

  await step("taxes: how a region's are reckoned", async () => {
    for (const wanted of [false, true]) {
      await open()
      for (const name of ["automatic_taxes", "gift_cards_taxable"]) await clickAt(`[name="${name}"]`)
      await click("Save", "button")
      await holds(shown, ({ region: one }) => one.automatic_taxes === wanted && one.gift_cards_taxable === wanted)
    }
  })
  await step("taxes: the region's own rate", async () => {
    await open()
    await menu("Edit", -1)
    await form({ "details.rate": 22, "details.code": "KM" })
    await click("Save", "button")
    await holds(shown, ({ region: one }) => one.tax_rate === 22 && one.tax_code === "KM")
    await see("KM")
  })
  await step("taxes: create a rate for products, types and shipping", async () => {
    await open()
    await click("New Tax Rate")
    await form({ "details.name": NAME, "details.rate": 9, "details.code": "LOW" })
    await add(KINDS)
    await click("Create", "button")
    await rules("1,1,1")
    await holds(rates, ({ tax_rates: [one] }) => one.rate === 9 && one.code === "LOW" && one.name === NAME)
  })
  await step("taxes: edit the rate, and take a rule away", async () => {
    await open()
    await see("LOW")
    await menu("Edit", -1)
    await see("Overrides")
    await form({ "details.name": `${NAME}!`, "details.rate": 9.5 })
    await menu("Delete rule", -1)
    await click("Save", "button")
    await rules("1,1,0")
    await holds(rates, ({ tax_rates: [one] }) => one.name === `${NAME}!` && one.rate === 9.5)
  })
  await step("taxes: change a rule, and add one", async () => {
    await open()
    await see("LOW")
    await menu("Edit", -1)
    await see("Overrides")
    await menu("Edit", -2)
    await see("Select Products")
    await tick("Sydney Dawn")
    await click("Add", "button")
    await add(KINDS.slice(2))
    await click("Save", "button")
    await rules("2,1,1")
  })
  await step("taxes: delete the rate", async () => {
    await open()
    await see("LOW")
    await menu("Delete Tax Rate")
    await confirm()
    await holds(rates, ({ count }) => count === 0)
  })
  await api("DELETE", `/admin/regions/${region.id}`)
}
