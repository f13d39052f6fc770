// What a customer does: registers, logs in and out, keeps a profile and addresses, buys with a saved address, reads
// about the orders.

import { click, count, fill, find, go, gone, newcomer, read, reads, step, text, until } from "./browser.mjs"
import { checkOut, put } from "./buying.mjs"
import { admin } from "./records.mjs"

const PASSWORD = "a long enough one"
const NEW_PASSWORD = "another long enough one"

async function logIn(country, email, password) {
  await go(`/${country}/account`)
  await fill({ "email-input": email, "password-input": password })
  await click("sign-in-button")
}

// Changes a part of the profile and waits until it says so.
async function edit(part, values) {
  const within = (id) => `[data-testid="${part}"] [data-testid="${id}"]`
  await click(within("edit-button"))
  await find(within(Object.keys(values)[0]))
  await fill(Object.fromEntries(Object.entries(values).map(([id, value]) => [within(id), value])))
  await click(within("save-button"))
  await until("it says so", async () => /updated/.test(await read(within("success-message"))))
}

export async function account(shop) {
  const { country, run } = shop
  const email = `ada.${run}@example.com`
  const newEmail = `countess.${run}@example.com`
  let order

  await newcomer()
  await step("register", async () => {
    await go(`/${country}/account`)
    await click("register-button")
    await fill({
      "first-name-input": "Ada", "last-name-input": "Lovelace", "email-input": email, "phone-input": "030 123", "password-input": PASSWORD,
    })
    await click('[data-testid="register-button"]::-p-text(Join)')
    await reads("Hello Ada")
    await reads(email)
  })

  await step("log out", async () => {
    await click('[data-testid="account-nav"] [data-testid="logout-button"]')
    await find("login-page")
  })

  await step("register with an address that is taken", async () => {
    await click("register-button")
    await fill({ "first-name-input": "Ada", "last-name-input": "Lovelace", "email-input": email, "password-input": PASSWORD })
    await click('[data-testid="register-button"]::-p-text(Join)')
    await until("it is told", async () => (await read("register-error")).length > 10)
  }, { refused: [/^POST 422 \/store\/customers$/] })

  await step("log in with the wrong password", async () => {
    await logIn(country, email, "not that one")
    await until("it is told", async () => (await read("login-error-message")).includes("Wrong email or password"))
  }, { refused: [/^POST 401 \/store\/auth\/token$/] })

  await step("log in", async () => {
    await logIn(country, email, PASSWORD)
    await reads("Hello Ada")
    await reads("No recent orders")
  })

  await step("profile: name, phone, billing address", async () => {
    await go(`/${country}/account/profile`)
    await edit("account-name-editor", { "first-name-input": "Augusta", "last-name-input": "King" })
    await reads("Augusta King")
    await edit("account-phone-editor", { "phone-input": "030 456" })
    await reads("030 456")
    await edit("account-billing-address-editor", {
      "billing-first-name-input": "Augusta", "billing-last-name-input": "King", "billing-company-input": "Analytical",
      "billing-address-1-input": "2 Marylebone Road", "billing-address-2-input": "", "billing-postcal-code-input": "75002",
      "billing-city-input": "Lyon", "billing-province-input": "", "billing-country-code-select": country,
    })
    await reads("2 Marylebone Road")
  })

  await step("profile: email", async () => {
    await go(`/${country}/account/profile`)
    await edit("account-email-editor", { "email-input": newEmail })
    await reads(newEmail)
  })

  await step("profile: password", async () => {
    await go(`/${country}/account/profile`)
    await edit("account-password-editor", {
      "old-password-input": PASSWORD, "new-password-input": NEW_PASSWORD, "confirm-password-input": NEW_PASSWORD,
    })
  })

  await step("profile: password, with the old one wrong", async () => {
    await go(`/${country}/account/profile`)
    const within = (id) => `[data-testid="account-password-editor"] [data-testid="${id}"]`
    await click(within("edit-button"))
    await find(within("old-password-input"))
    await fill({ [within("old-password-input")]: "wrong one", [within("new-password-input")]: "x".repeat(9), [within("confirm-password-input")]: "x".repeat(9) })
    await click(within("save-button"))
    await reads("Old password is incorrect")
  }, { refused: [/^POST 401 \/store\/auth$/] })

  await step("log in with what is new", async () => {
    await newcomer()
    await logIn(country, newEmail, NEW_PASSWORD)
    await reads("Hello Augusta")
    if ((await read("customer-profile-completion")) !== "100%") throw new Error(await read("customer-profile-completion"))
  })

  const address = (city) => ({
    "first-name-input": "Augusta", "last-name-input": "King", "company-input": "", "address-1-input": "3 rue du Bac",
    "address-2-input": "", "postal-code-input": "75007", "city-input": city, "state-input": "", "country-select": country, "phone-input": "",
  })

  await step("address book: add, edit, remove", async () => {
    await go(`/${country}/account`)
    await click('[data-testid="account-nav"] [data-testid="addresses-link"]')
    for (const city of ["Paris", "Nantes"]) {
      await click("add-address-button")
      await find("add-address-modal")
      await fill(address(city))
      await click("save-button")
      await reads(`75007, ${city}`)
      await gone("add-address-modal")
    }
    await until("two of them", async () => (await count("address-container")) === 2 || await count("address-container"))
    await click("address-edit-button", 1)
    await find("edit-address-modal")
    await fill({ "city-input": "Brest" })
    await click("save-button")
    await reads("75007, Brest")
    await gone("edit-address-modal")
    await click("address-delete-button", 1)
    await until("one of them", async () => (await count("address-container")) === 1 || await count("address-container"))
  })

  await step("checkout with a saved address", async () => {
    await put(`/${country}/products/${shop.mug}`)
    order = await checkOut(shop, newEmail, { saved: async () => {
      await click("shipping-address-select")
      await click("shipping-address-option")
      await until("it is filled in", async () => (await read("shipping-address-input")) === "3 rue du Bac" || await read("shipping-address-input"))
      if ((await read("shipping-email-input")) !== newEmail) throw new Error(await read("shipping-email-input"))
    } })
    if (order.customer.email !== newEmail || !order.customer.has_account) throw new Error("it is somebody else's order")
    if (!/^3 rue du Bac$/.test(order.shipping_address.address_1)) throw new Error("it goes elsewhere")
  })

  await step("orders, and one of them", async () => {
    await go(`/${country}/account`)
    await reads(`#${order.display_id}`)
    await click('[data-testid="account-nav"] [data-testid="orders-link"]')
    await until("the order", async () => (await read("order-display-id")) === String(order.display_id))
    await click("order-details-link")
    await find("order-details-container")
    await reads("Not fulfilled")
    await reads("3 rue du Bac")
    const { order: now } = await admin("GET", `/orders/${order.id}`)
    await reads(`€${(now.total / 100).toFixed(2)}`)
    if ((await read("order-email")) !== newEmail) throw new Error(await read("order-email"))
  })

  // The cart stays behind in the browser, and is the customer's alone: others start a new one.
  await step("log out for good", async () => {
    await put(`/${country}/products/${shop.mug}`)
    await go(`/${country}/account`)
    await click('[data-testid="account-nav"] [data-testid="logout-button"]')
    await find("login-page")
    await go(`/${country}/account/orders/details/${order.id}`)
    if ((await text()).includes("3 rue du Bac")) throw new Error("the order is shown to anybody")
    await put(`/${country}/products/${shop.mug}`)
    await go(`/${country}/cart`)
    await until("one line", async () => (await count("product-row")) === 1 || await count("product-row"))
  }, { refused: [/^GET 404 \/store\/(orders|carts)\//] })
}
