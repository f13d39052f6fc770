// Does in Medusa's v1 admin dashboard what staff do, in Chromium, and tells every answer of 400 or more that
// the dashboard does not expect, every request that failed and every error of a page. README.md says how.
import puppeteer from "puppeteer-core"
import http from "node:http"; import fs from "node:fs"; import path from "node:path"
const BUILD = process.env.DASHBOARD_BUILD, API = process.env.BACKEND, AT = new URL(process.env.DASHBOARD_ORIGIN)
const SHOTS = process.env.SHOTS
const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" }
const bad = new Set()
let where = "start"
const expected = []
const expect = (pattern) => expected.push(pattern)
const web = http.createServer((q, r) => {
  let f = path.join(BUILD, q.url.split("?")[0])
  if (!fs.existsSync(f) || fs.statSync(f).isDirectory()) f = path.join(BUILD, "index.html")
  r.setHeader("content-type", types[path.extname(f)] ?? "application/octet-stream"); fs.createReadStream(f).pipe(r)
}).listen(Number(AT.port), AT.hostname)
const browser = await puppeteer.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"], headless: true })
const page = await browser.newPage()
await page.setViewport({ width: 1400, height: 1000 })
function report(kind, text) { const line = `${kind} [${where}] ${text}`; if (expected.some((p) => p.test(line)) || bad.has(line)) return; bad.add(line); console.log(line) }
page.on("response", async (r) => {
  if (!r.url().startsWith(API) || r.request().method() === "OPTIONS" || r.status() < 400) return
  let told = ""; try { told = await r.text() } catch { told = "(gone)" }
  report("ANSWER", `${r.request().method()} ${r.status()} ${decodeURIComponent(r.url().slice(API.length)).slice(0, 400)} | ${(r.request().postData() ?? "").slice(0, 1200)} | ${told.slice(0, 400)}`)
})
page.on("requestfailed", (r) => { if (r.url().startsWith(API) && r.failure()?.errorText !== "net::ERR_ABORTED") report("FAILED", `${r.url()} ${r.failure()?.errorText}`) })
page.on("pageerror", (e) => report("PAGEERROR", e.message.slice(0, 300)))
const wait = (ms) => new Promise((done) => setTimeout(done, ms))
let open = 0
page.on("request", (r) => { if (r.url().startsWith(API)) open++ })
for (const end of ["requestfinished", "requestfailed"]) page.on(end, (r) => { if (r.url().startsWith(API)) open-- })
const settle = async () => {
  for (let quiet = 0, i = 0; quiet < 5 && i < 100; i++) { await wait(50); quiet = open > 0 ? 0 : quiet + 1 }
}
async function shot(name) { if (SHOTS) await page.screenshot({ path: path.join(SHOTS, name.replace(/[^a-z0-9-]+/gi, "_") + ".png") }) }
async function go(to) { const named = where.startsWith("/") || where === "start"; if (named) where = to; open = 0; await page.goto(AT.origin + to, { waitUntil: "domcontentloaded" }); await settle() }
// The last visible thing with that text: dialogs come last in the page.
async function find(text, tags = "button,a,[role=menuitem],[role=option],[role=tab],[role=radio],label,span,p,div,h3") {
  const exact = text instanceof RegExp ? { re: text.source } : { text }
  const handle = await page.evaluateHandle(({ text, re }, tags) => {
    const fits = (t) => (re ? new RegExp(re).test(t) : t === text)
    const seen = (e) => { const b = e.getBoundingClientRect(); return b.width > 0 && b.height > 0 }
    for (const tag of tags.split(",")) {
      const all = [...document.querySelectorAll(tag)].filter((e) => fits((e.innerText ?? "").trim()) && seen(e) && !e.disabled)
      if (all.length) return all.at(-1)
    }
    return null
  }, exact, tags)
  return handle.asElement()
}
async function has(text) { return (await find(text)) !== null }
async function click(text, tags) {
  for (let i = 0; i < 12; i++) { const e = await find(text, tags); if (e) { await e.evaluate((n) => n.scrollIntoView({ block: "center" })); await wait(60); try { await e.click() } catch (error) { await e.evaluate((n) => n.click()) } await settle(); return } await wait(150) }
  await shot(`missing-${where}-${text}`); throw new Error(`nothing to click says ${text}`)
}
async function clickAt(selector, nth = 0) { const all = await page.$$(selector); const e = all.at(nth); if (!e) throw new Error(`no ${selector} #${nth}`); await e.evaluate((n) => n.scrollIntoView({ block: "center" })); await wait(60); await e.click(); await settle() }
async function fill(selector, value, nth = 0) {
  let e; for (let i = 0; i < 12 && !(e = (await page.$$(selector)).at(nth)); i++) await wait(150)
  if (!e) { await shot(`missing-${where}-${selector}`); throw new Error(`no field ${selector}`) }
  await e.evaluate((n) => n.scrollIntoView({ block: "center" })); await e.click({ count: 3 }); await page.keyboard.press("Backspace"); await e.type(value); await wait(50)
}
// The "..." menus: radix opens them on a real mouse press.
async function menu(item, nth = 0) {
  const all = await page.$$('button[aria-haspopup="menu"]'); const tried = nth === "any" ? all : [all.at(nth)]
  for (const trigger of tried) { if (!trigger) continue; await trigger.evaluate((n) => n.scrollIntoView({ block: "center" })); await wait(60)
    try { await trigger.click() } catch { continue } await wait(200)
    const e = await find(item, "[role=menuitem]"); if (e) { const b = (await e.$("button")) ?? e; await b.click(); await settle(); return }
    await page.mouse.click(700, 5); await wait(200) }
  await shot(`missing-${where}-${item}`); throw new Error(`no menu has ${item}`)
}
async function choose(placeholder, option) { await click(placeholder); await wait(200); await click(option); }
const text = () => page.evaluate(() => document.body.innerText)
async function step(name, work) { where = name; try { await work(); console.log("ok  ", name) } catch (error) { report("STEP", error.message.split("\n")[0]); await shot(`failed-${name}`) } }
async function login(email, password) { await go("/login"); await fill('input[name="email"]', email); await fill('input[name="password"]', password); await page.keyboard.press("Enter"); await wait(600); await settle() }
async function api(method, url, body) {
  return page.evaluate(async (API, method, url, body) => { const r = await fetch(API + url, { method, credentials: "include", headers: body ? { "content-type": "application/json" } : {}, body: body && JSON.stringify(body) }); return r.json() }, API, method, url, body)
}
async function done() { await browser.close(); web.close(); console.log(bad.size ? `${bad.size} complaints` : "nothing to complain about"); process.exitCode = bad.size ? 1 : 0 }

// The pages
expect(/GET 401 \/admin\/(auth|batch-jobs|store)/) // asked before the log-in
expect(/GET 404 \/admin\/draft-orders/) // not there yet
await login(process.env.ADMIN_EMAIL ?? "admin@shop.test", process.env.ADMIN_PASSWORD ?? "perseus-demo")
const pages = ["/a/orders","/a/draft-orders","/a/products","/a/products?view=collections","/a/product-categories","/a/customers","/a/customers/groups","/a/discounts","/a/gift-cards","/a/gift-cards/manage","/a/pricing","/a/pricing/new","/a/sales-channels","/a/publishable-api-keys","/a/settings","/a/settings/regions","/a/settings/currencies","/a/settings/details","/a/settings/shipping-profiles","/a/settings/return-reasons","/a/settings/team","/a/settings/personal-information","/a/settings/taxes"]
const first = async (url, key, to) => { const x = await api("GET", url); const id = x[key]?.[0]?.id; if (id) pages.push(to + id); else console.log("none", url, JSON.stringify(x).slice(0, 200)) }
await first("/admin/orders?limit=1", "orders", "/a/orders/"); await first("/admin/products?limit=1", "products", "/a/products/"); await first("/admin/customers?limit=1", "customers", "/a/customers/")
await first("/admin/collections?limit=1", "collections", "/a/collections/"); await first("/admin/regions", "regions", "/a/settings/regions/"); await first("/admin/discounts", "discounts", "/a/discounts/"); await first("/admin/price-lists", "price_lists", "/a/pricing/"); await first("/admin/customer-groups", "customer_groups", "/a/customers/groups/")
for (const p of pages) { await go(p); await shot("walk" + p); const t = await text(); console.log("page", p, t.length) }

// What is done to orders
const { orders } = await api("GET", "/admin/orders?order=display_id")
const [o, cancelable] = orders.filter((x) => x.status === "pending" && x.payment_status === "awaiting")
if (!cancelable) throw new Error("place two orders of goods first: nothing awaits its payment")
const opened = "/a/orders/" + o.id
await step("orders: filter and search", async () => { await go("/a/orders"); await fill('input[placeholder="Search"]', "buyer"); await wait(700); await settle(); await shot("orders-search"); await go("/a/orders?offset=0&limit=15&status[]=pending&payment_status[]=awaiting&fulfillment_status[]=not_fulfilled&created_at[gt]=1600000000") ; await shot("orders-filter") })
await step("order: open", async () => { await go(opened); await shot("order-open") })
await step("order: capture", async () => { await click("Capture payment"); await shot("order-captured") })
await step("order: note", async () => { await fill('[placeholder="Write a note..."]', "call the buyer"); await page.keyboard.press("Enter"); await settle(); await shot("order-note") ; if (!(await text()).includes("call the buyer")) throw new Error("note not shown") })
await step("order: fulfil", async () => { await go(opened); await click("Create Fulfillment"); await wait(300); await shot("order-fulfil-modal"); await click("Create fulfillment") ; await shot("order-fulfilled") })
await step("order: ship", async () => { await go(opened); await menu("Mark Shipped", "any"); await wait(300); await fill('input[placeholder="Tracking number..."]', "DE123456"); await click(/^Complete$/); await shot("order-shipped"); if (!(await text()).includes("DE123456")) throw new Error("no tracking") })
await step("order: resend mail", async () => { await go(opened); await shot("order-timeline"); await menu("Re-Send Mail", "any"); await wait(200); await click(/^(Resend Mail|Re-Send Mail|Send|Resend|Submit)$/, "button"); await shot("order-resend") })
await step("order: return", async () => { await go(opened); await menu(/Request Return/i, "any"); await wait(400); await shot("order-return-modal") })
await step("order: cancel", async () => { await go("/a/orders/" + cancelable.id); await menu("Cancel Order", "any"); await wait(300); await shot("order-cancel-modal"); const name = await page.evaluate(() => document.querySelector("strong,.inter-base-semibold")?.innerText ?? ""); await fill('input[placeholder*="order"],input[placeholder*="Order"]', `order #${cancelable.display_id}`); await click(/^Yes, confirm$|^Confirm$/); await shot("order-canceled"); if (!(await text()).includes("Canceled")) throw new Error("not canceled") })

await done()
