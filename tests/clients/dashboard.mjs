// Does in Medusa's v1 admin dashboard what staff do, in Chromium, and reads afterwards what came of it. Tells a line
// per workflow, and each answer of 400 or more that the step does not name, each request that failed and each
// error of a page. README.md says how to run it.

import { BEFORE_LOGIN, api, done, go, login, shot, step } from "./dashboard/browser.mjs"
import { catalogue } from "./dashboard/catalogue.mjs"
import { channels } from "./dashboard/channels.mjs"
import { conditions, terms } from "./dashboard/conditions.mjs"
import { discounts } from "./dashboard/discounts.mjs"
import { giftCards } from "./dashboard/gift_cards.mjs"
import { lists } from "./dashboard/lists.mjs"
import { orderChanges } from "./dashboard/order_changes.mjs"
import { orderLife } from "./dashboard/order_life.mjs"
import { orders } from "./dashboard/orders.mjs"
import { people } from "./dashboard/people.mjs"
import { pricing } from "./dashboard/pricing.mjs"
import { regions } from "./dashboard/regions.mjs"
import { settings } from "./dashboard/settings.mjs"
import { taxes } from "./dashboard/taxes.mjs"

const EMAIL = process.env.ADMIN_EMAIL ?? "admin@shop.test"
const PASSWORD = process.env.ADMIN_PASSWORD ?? "perseus-demo"

await step("log in", async () => { await login(EMAIL, PASSWORD) }, { refused: [BEFORE_LOGIN] })

const PAGES = [
  "orders", "draft-orders", "products", "products?view=collections", "product-categories", "customers", "customers/groups",
  "discounts", "gift-cards", "gift-cards/manage", "pricing", "pricing/new", "sales-channels", "publishable-api-keys",
  "settings", "settings/regions", "settings/currencies", "settings/details", "settings/shipping-profiles",
  "settings/return-reasons", "settings/team", "settings/personal-information", "settings/taxes",
]
for (const [list, pages] of [
  ["orders", "orders"], ["products", "products"], ["customers", "customers"], ["collections", "collections"],
  ["regions", "settings/regions"], ["discounts", "discounts"], ["price-lists", "pricing"], ["customer-groups", "customers/groups"],
]) {
  const [first] = (await api("GET", `/admin/${list}?limit=1`))[list.replace("-", "_")] ?? []
  if (first) PAGES.push(`${pages}/${first.id}`)
}
// pages for which the server has nothing yet: they tell how many there are as of an answer
const LACKS = { "draft-orders": { refused: [/^GET 404 \/admin\/draft-orders\?/], odd: [/^1 of NaN$/] } }
for (const page of PAGES) {
  await step(`page: ${page}`, async () => { await go(`/a/${page}`); await shot(`page ${page}`) }, LACKS[page])
}

const ALL = [catalogue, discounts, conditions, terms, giftCards, pricing, people, regions, taxes, settings, channels, orders, orderChanges, orderLife, lists]
for (const workflows of ALL) await workflows({ email: EMAIL, password: PASSWORD })
await done()
