// Price lists, and whether the prices of a currency include taxes.

import { RUN, api, beside, click, clickAt, fill, form, go, holds, menu, page, see, step, tick, wait } from "./browser.mjs"

const NAME = `Summer ${RUN}`
const LISTS = `/admin/price-lists?q=${encodeURIComponent(NAME)}&expand=prices`
const open = async () => go(`/a/pricing/${(await api("GET", LISTS)).price_lists[0].id}`)
const stored = (wanted) => holds(LISTS, ({ price_lists: [one] }) =>
  one.prices.map(({ amount, currency_code }) => `${amount} ${currency_code}`).sort().join() === wanted, wanted)

/** Types into the grid of the product that is open, by the row of its variant. */
async function price(row, currency, amount) {
  const cell = (await page.$$(`td[data-currency-code="${currency}"]`)).at(row)
  await cell.click({ count: 2 })
  await cell.$eval("input", (input) => input.select())
  await page.keyboard.type(amount)
  await page.keyboard.press("Enter")
  await wait(100)
}

export async function pricing() {
  await step("price list: create, with products and prices", async () => {
    await go("/a/pricing")
    await click("Create New", "button")
    await form({ "details.general.name": NAME, "details.general.description": "Cheaper" })
    await click("Continue", "button")
    await tick("Perseus Poster")
    await click("Continue", "button")
    await click("Add prices", "button")
    await price(0, "eur", "12.5")
    await price(1, "usd", "14")
    await click("Save Prices", "button")
    await click("Save and Publish", "button")
    await see("Successfully created price list")
    await stored("1250 eur,1400 usd")
    await holds(LISTS, ({ price_lists: [one] }) => one.status === "active" && one.type === "sale" && one.description === "Cheaper")
  })
  await step("price list: details", async () => {
    await open()
    await menu("Edit details")
    await form({ "details.general.description": "Much cheaper" })
    await click("Save", "button")
    await holds(LISTS, ({ price_lists: [one] }) => one.description === "Much cheaper")
  })
  await step("price list: draft and active", async () => {
    for (const [from, to, status] of [["Active", "Draft", "draft"], ["Draft", "Activate", "active"]]) {
      await open()
      await click(from, "button")
      await click(to, "[role=menuitem]")
      await holds(LISTS, ({ price_lists: [one] }) => one.status === status)
    }
  })
  await step("price list: change prices", async () => {
    await open()
    await menu("Edit prices")
    await click(/^(Add|Edit) prices$/, "button")
    await price(0, "eur", "11")
    await price(0, "usd", "13.5")
    await click(/^Save/, "button")
    await click(/^Save/, "button")
    await stored("1100 eur,1350 usd,1400 usd")
  })
  await step("price list: add a product, and take its prices away", async () => {
    await open()
    await menu("Add products")
    await tick("Sydney Dawn")
    await click("Continue", "button")
    await click("Add prices", "button")
    await price(0, "eur", "3")
    await click(/^Save/, "button")
    await click("Submit and Close", "button")
    await stored("1100 eur,1350 usd,1400 usd,300 eur")
    await open()
    const row = await page.waitForSelector("xpath///tr[contains(., 'Sydney Dawn')]//button[@aria-haspopup='menu']")
    await row.click()
    await click("Delete prices", "[role=menuitem]")
    await click("Confirm", "button")
    await stored("1100 eur,1350 usd,1400 usd")
  })
  await step("price list: who it is for, and when", async () => {
    const { customer_group: group } = await api("POST", "/admin/customer-groups", { name: `Regulars ${RUN}` })
    const dates = LISTS.replace("expand=prices", "expand=customer_groups")
    await open()
    await menu("Edit details")
    await beside("Customer availability")
    await tick(group.name)
    for (const [heading, field] of [["Price list has a start date?", "Start date"], ["Price list has an expiry date?", "Expiry date"]]) {
      await beside(heading)
      await clickAt(`xpath///label[normalize-space()="${field}"]/following::button[1]`)
      if (field === "Expiry date") await clickAt('[name="next-month"]', -1)
      await click("10", "button")
      await click("Apply", "button")
    }
    await click("Save", "button")
    await holds(dates, ({ price_lists: [one] }) => one.customer_groups.map(({ name }) => name).join() === group.name
      && new Date(one.starts_at).getUTCDate() === 10 && Date.parse(one.ends_at) > Date.now())
    await open()
    await menu("Edit details")
    await beside("Price list has an expiry date?") // takes it away
    await click("Save", "button")
    await holds(dates, ({ price_lists: [one] }) => one.ends_at === null && one.starts_at !== null)
  })
  await step("price list: delete", async () => {
    await open()
    await menu("Delete")
    await fill("[role=alertdialog] input", NAME)
    await click("Delete", "button")
    await holds(LISTS, ({ count }) => count === 0)
  }, { refused: [/^GET 404 \/admin\/price-lists\/pl_/] }) // the page asks once more for what it has just deleted
  await step("currencies: prices with and without taxes", async () => {
    for (const taxed of [true, false]) {
      await go("/a/settings/currencies")
      await see("EUR")
      const nth = await page.$$eval("form", (forms) => forms.filter((one) => one.querySelector("[role=switch]"))
        .findIndex((one) => one.innerText.startsWith("EUR")))
      await clickAt("form [role=switch]", nth)
      await holds("/admin/currencies?code=eur", ({ currencies: [one] }) => one.includes_tax === taxed)
    }
  })
}
