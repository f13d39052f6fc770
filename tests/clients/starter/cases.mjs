// What goes less smoothly, or by more than one way at once: sale prices in a cart, mixed carts, codes that do not hold, the
// last one in stock, second thoughts in the checkout, several orders.

import { click, count, fill, find, go, newcomer, page, read, reads, settle, step, text, until } from "./browser.mjs"
import { dollars, euros } from "./browsing.mjs"
import { ADDRESS, cents, checkOut, codes, pay, put, total } from "./buying.mjs"
import { admin, store } from "./records.mjs"

const PASSWORD = "a long enough one"

/** What the confirmation says of the order is what the shop has. */
async function confirms(order) {
  const { order: now } = await admin("GET", `/orders/${order.id}`)
  const shown = await text()
  for (const name of ["subtotal", "shipping_total", "tax_total", "total"]) {
    if (!shown.includes(euros(now[name]))) throw new Error(`${name} ${euros(now[name])} is not shown`)
  }
  if ((await count("product-row")) !== now.items.length) throw new Error(`${await count("product-row")} lines are shown`)
  return now
}

export async function cases(shop) {
  const { country, shirt, mug, run } = shop
  const mugPage = `/${country}/products/${mug}`
  const inSale = `/${country}/products/${shop.onSale}`

  await newcomer()
  await step("a sale price in the cart, and in the order", async () => {
    await put(inSale)
    await go(`/${country}/cart`)
    await until("the lower price", async () => cents(await read("cart-subtotal")) === 260 || await read("cart-subtotal"))
    const order = await confirms(await checkOut(shop, `sale.${run}@example.com`))
    if (order.items[0].unit_price !== 260 || order.items[0].original_total !== order.items[0].total) throw new Error(JSON.stringify(order.items[0]))
  })

  if (shop.digital) await step("a mug and a download in one cart", async () => {
    await put(mugPage)
    await put(`/${country}/products/${shop.digital.handle}`)
    const order = await confirms(await checkOut(shop, `mixed.${run}@example.com`))
    if (order.items.length !== 2 || order.shipping_total <= 0) throw new Error(`${order.items.length} lines, ${order.shipping_total}`)
  })

  await step("a discount and a gift card on one cart, and in the order", async () => {
    await put(`/${country}/products/${shirt.handle}`, ["S", "Black"])
    await go(`/${country}/cart`)
    await codes(shop.smallCard)
    await until("its code", async () => (await read("gift-card-code")) === shop.smallCard)
    await codes(shop.discount) // no field is there afterwards
    await until("its row", async () => (await read("discount-code")) === shop.discount)
    const order = await confirms(await checkOut(shop, `codes.${run}@example.com`))
    if (order.discount_total !== 195 || order.gift_card_total !== 500) throw new Error(`${order.discount_total}, ${order.gift_card_total}`)
    await reads(euros(order.discount_total))
    await reads(euros(order.gift_card_total))
  }, { refused: [/^POST 4\d\d \/store\/carts\/[^/]+$/] })

  for (const [name, code] of [["that is switched off", shop.offCode], ["that has run out", shop.pastCode], ["of another region", shop.foreignCode]]) {
    await step(`a code ${name}`, async () => {
      await newcomer()
      await put(mugPage)
      await go(`/${country}/cart`)
      const before = await total()
      await codes(code)
      await until("it is told", async () => (await read("discount-error-message")).length > 10)
      if ((await count("discount-row")) || (await total()) !== before) throw new Error("it holds")
    }, { refused: [/^POST 4\d\d \/store\/carts\/[^/]+$/] })
  }

  await step("a country chosen in the menu takes cart and discount along", async () => {
    await newcomer()
    await put(mugPage)
    await put(`/${country}/products/${shirt.handle}`, ["S", "White"])
    await go(`/${country}/cart`)
    await codes(shop.discount)
    await find("discount-code")
    await click("nav-menu-button")
    await (await find('[data-testid="nav-menu-popup"] ::-p-text(Shipping to:)')).hover()
    await click(`[role="option"]::-p-text(${shop.other.display_name})`)
    await until("the address has it", () => page.url().includes(`/${shop.other.iso_2}/cart`) || page.url())
    await until("prices in dollars", async () => (await read("cart-subtotal")) === dollars(610 + 2050) || await read("cart-subtotal"))
    if ((await count("product-row")) !== 2) throw new Error(`${await count("product-row")} lines`)
    await until("the discount", async () => (await read("cart-discount")).includes("2.66") || await read("cart-discount"))
    const { cart } = await store("GET", `/carts/${await cartId()}`)
    if (cart.region_id !== shop.abroad.id || cart.discounts[0].code !== shop.discount) throw new Error(cart.region_id)
  }, { refused: [/^POST 4\d\d \/store\/carts\/[^/]+$/] })

  await step("the last one, which somebody else buys meanwhile", async () => {
    await newcomer()
    await put(`/${country}/products/${shop.rare.handle}`)
    await admin("POST", `/products/${shop.rare.id}/variants/${shop.rare.variants[0].id}`, { inventory_quantity: 0 })
    await checkOut(shop, `late.${run}@example.com`, { refused: true })
    await until("it is told", async () => (await read("manual-payment-error-message")).length > 10)
    await settle() // the client repeats conflicts a few times by itself
    await admin("POST", `/products/${shop.rare.id}/variants/${shop.rare.variants[0].id}`, { inventory_quantity: 1 })
    await go(`/${country}/checkout?step=payment`) // its payment was released, and is chosen anew
    await pay()
    await click("submit-order-button")
    await until("the order is there", () => page.url().includes("/order/confirmed/") || page.url())
    await go(`/${country}/products/${shop.rare.handle}`)
    await until("it is out of stock", async () => (await read("add-product-button")) === "Out of stock" || await read("add-product-button"))
  }, { refused: [/^POST 409 \/store\/carts\/[^/]+\/complete$/], pages: [/^500 .*step=review$/] })

  await step("second thoughts: another address and another delivery from the last page", async () => {
    await newcomer()
    await put(mugPage)
    const order = await checkOut(shop, `wavering.${run}@example.com`, { wavering: async () => {
      const before = await total()
      await click("edit-address-button")
      await fill({ "shipping-city-input": "Lille" })
      await click("submit-address-button")
      await until("delivery is next", () => page.url().includes("step=delivery") || page.url())
      await click("delivery-option-radio", 1) // options that were made together come in any order
      await until("it costs something else", async () => (await total()) !== before || await total())
      await click("submit-delivery-option-button")
      await until("payment is next", () => page.url().includes("step=payment") || page.url())
      await click("submit-payment-button")
      await until("review is next", () => page.url().includes("step=review") || page.url())
    } })
    if (order.shipping_address.city !== "Lille") throw new Error(order.shipping_address.city)
    await confirms(order)
  })

  await step("a form that is not filled in goes no further", async () => {
    await newcomer()
    await put(mugPage)
    await go(`/${country}/checkout?step=address`)
    await fill({ ...ADDRESS, "shipping-country-select": country, "shipping-email-input": "no-address" })
    await click("submit-address-button")
    await settle()
    if (page.url().includes("step=delivery")) throw new Error("it went on")
  })

  const email = `grace.${run}@example.com`
  await step("log in with an address nobody has", async () => {
    await newcomer()
    await logIn(country, `nobody.${run}@example.com`)
    await until("it is told", async () => (await read("login-error-message")).includes("Wrong email or password"))
  }, { refused: [/^POST 401 \/store\/auth\/token$/] })

  await step("several orders, the newest first, and what became of one", async () => {
    await store("POST", "/customers", { email, password: PASSWORD, first_name: "Grace", last_name: "Hopper" })
    await newcomer()
    await logIn(country, email)
    await reads("Hello Grace")
    const made = []
    for (const product of [mugPage, inSale, mugPage]) {
      await put(product)
      made.push(await checkOut(shop, email))
    }
    const { order: { id, items } } = await admin("GET", `/orders/${made[1].id}`)
    const { order: { fulfillments: [{ id: parcel }] } } = await admin("POST", `/orders/${id}/fulfillment`, { items: items.map((one) => ({ item_id: one.id, quantity: one.quantity })) })
    await admin("POST", `/orders/${id}/shipment`, { fulfillment_id: parcel, tracking_numbers: ["FR1"] })
    await admin("POST", `/orders/${id}/capture`)
    await go(`/${country}/account/orders`)
    await until("three of them", async () => (await count("order-card")) === 3 || await count("order-card"))
    const shown = [await read("order-display-id", 0), await read("order-display-id", 1), await read("order-display-id", 2)]
    if (shown.join() !== made.map((one) => String(one.display_id)).reverse().join()) throw new Error(shown.join())
    await reads(euros(made[0].total))
    await click("order-details-link", 1)
    await find("order-details-container")
    await reads("Shipped")
    await reads("Captured")
    await confirms(made[1])
    await go(`/${country}/account`)
    await until("three in the overview", async () => (await count("order-wrapper")) === 3 || await count("order-wrapper"))
  })
}

const cartId = async () => (await page.cookies()).find((cookie) => cookie.name === "_medusa_cart_id").value

async function logIn(country, email) {
  await go(`/${country}/account`)
  await fill({ "email-input": email, "password-input": PASSWORD })
  await click("sign-in-button")
}
