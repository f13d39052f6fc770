// Gift cards: the product that is bought, its denominations, and cards that staff give.

import { RUN, api, click, clickAt, confirm, fill, form, go, holds, menu, see, step } from "./browser.mjs"

const PRODUCT = "/admin/products?is_giftcard=true&expand=variants,variants.prices"
const amounts = ({ products: [one] }) => one.variants.map(({ prices }) => prices.map(({ amount }) => amount).join()).sort().join(" ")

export async function giftCards() {
  for (const { id } of (await api("GET", PRODUCT)).products) await api("DELETE", `/admin/products/${id}`) // there is one at most
  await step("gift card product: create, with a denomination", async () => {
    await go("/a/gift-cards")
    await click("Create Gift Card", "button")
    await form({ title: "A present", description: "Of the isles" })
    await click("Add Denomination", "button")
    await fill('input[placeholder="0.00"]', "25", -1)
    await click("Create & Publish")
    await holds(PRODUCT, (answer) => answer.products[0].title === "A present" && answer.products[0].status === "published"
      && amounts(answer) === "2500")
  })
  await step("gift card product: general information", async () => {
    await go("/a/gift-cards/manage")
    await menu("Edit General Information")
    await form({ "general.title": "A gift" })
    await click("Save")
    await holds(PRODUCT, ({ products: [one] }) => one.title === "A gift")
  })
  await step("gift card product: add, change and delete a denomination", async () => {
    await go("/a/gift-cards/manage")
    await menu("Add Denomination")
    await fill('input[placeholder="-"]', "50", 0)
    await click("Save and close", "button")
    await holds(PRODUCT, (answer) => amounts(answer).split(" ").some((each) => each.split(",").includes("5000")))
    await go("/a/gift-cards/manage")
    await menu("Edit", -1, "table")
    await fill('input[placeholder="-"]', "75", 0)
    await click("Save and close", "button")
    await holds(PRODUCT, (answer) => amounts(answer).includes("7500"))
    await go("/a/gift-cards/manage")
    await menu("Delete", -1, "table")
    await confirm()
    await holds(PRODUCT, ({ products: [one] }) => one.variants.length === 1)
  })
  await step("gift card product: unpublish and publish", async () => {
    for (const [action, status] of [["Unpublish", "draft"], ["Publish", "published"]]) {
      await go("/a/gift-cards")
      await menu(action)
      await holds(PRODUCT, ({ products: [one] }) => one.status === status)
    }
  })

  const email = `ada-${RUN}@example.com`
  const mine = async () => (await api("GET", "/admin/gift-cards?limit=100")).gift_cards.find(({ metadata }) => metadata?.email === email)
  await step("gift card: a custom one", async () => {
    await go("/a/gift-cards")
    await click("Custom Gift Card", "button")
    await fill('input[placeholder="-"],input[placeholder="0.00"]', "30", -1)
    await form({ "receiver.email": email, "receiver.message": "Enjoy" })
    await click("Create and send")
    await see("Custom gift card was created successfully")
    const card = await mine()
    if (card.value !== 3000 || card.balance !== 3000 || card.is_disabled || card.metadata.personal_message !== "Enjoy") {
      throw new Error(`made ${JSON.stringify(card)}`)
    }
  })
  await step("gift card: balance, expiry, disable and enable", async () => {
    const { id } = await mine()
    const shown = `/admin/gift-cards/${id}`
    const open = () => go(`/a/gift-cards/${id}`)
    await open()
    await menu("Update balance")
    await fill('input[placeholder="-"],input[placeholder="0.00"]', "20", -1)
    await click("Save and close")
    await holds(shown, ({ gift_card: one }) => one.balance === 2000 && one.value === 3000)
    await open()
    await menu("Edit details")
    await clickAt("[role=switch]", -1)
    await click("Save and close")
    await holds(shown, ({ gift_card: one }) => Date.parse(one.ends_at) > Date.now())
    for (const [from, to, disabled] of [["Active", "Disable", true], ["Disable", "Active", false]]) {
      await open()
      await click(from, "button")
      await click(to, "[role=menuitem]")
      await holds(shown, ({ gift_card: one }) => one.is_disabled === disabled)
    }
  })
  await step("gift card product: delete", async () => {
    await go("/a/gift-cards")
    await menu("Delete")
    await confirm()
    await holds(PRODUCT, ({ count }) => count === 0)
  })
}
