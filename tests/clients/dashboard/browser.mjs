// Chromium with the dashboard open: finds what staff would click and type into by what they read there, and notes
// whatever goes wrong: answers of 400 or more, failed requests, errors of the page and of its console.

import fs from "node:fs"
import http from "node:http"
import os from "node:os"
import path from "node:path"
import puppeteer from "puppeteer-core"

const { DASHBOARD_BUILD: BUILD, BACKEND: API, SHOTS, ONLY } = process.env
export const ORIGIN = process.env.DASHBOARD_ORIGIN
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" }
const CLICKABLE = "button,a,[role=menuitem],[role=option],[role=tab],[role=radio],label,span,p,td,div,h1,h2,h3"


export const PICTURE = path.join(os.tmpdir(), `dashboard-${process.pid}.png`)
fs.writeFileSync(PICTURE, Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64",
))
export const wait = (ms) => new Promise((done) => setTimeout(done, ms))

const at = new URL(ORIGIN)
const web = http.createServer((asked, answer) => {
  let file = path.join(BUILD, asked.url.split("?")[0])
  if (!fs.existsSync(file) || fs.statSync(file).isDirectory()) file = path.join(BUILD, "index.html")
  answer.setHeader("content-type", TYPES[path.extname(file)] ?? "application/octet-stream")
  fs.createReadStream(file).pipe(answer)
}).listen(Number(at.port), at.hostname)
const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"], headless: true,
})
await browser.defaultBrowserContext().overridePermissions(ORIGIN, ["clipboard-read", "clipboard-write", "clipboard-sanitized-write"])
export const page = await browser.newPage()
await page.setViewport({ width: 1500, height: 1100 })

// What went wrong
const complaints = new Set()
/** Answers of 400 or more that a step has: method, status and path, and why it has it. */
let expected = []
/** Those of them that there were. */
const taken = new Set()
let shown = []
let doing = "start"
let finished = 0

export function complain(kind, text) {
  const line = `${kind} [${doing}] ${text}`
  if (complaints.has(line)) return
  complaints.add(line)
  console.log(line)
}

const ours = (thing) => thing.url().startsWith(API)
let pending = 0
page.on("request", (request) => { if (ours(request)) pending += 1 })
for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => { if (ours(request)) pending -= 1 })
page.on("response", async (answer) => {
  if (!ours(answer) || answer.status() < 400) return
  const request = answer.request()
  const url = decodeURIComponent(answer.url().slice(API.length))
  const told = `${request.method()} ${answer.status()} ${url}`
  if (expected.some((pattern) => pattern.test(told))) {
    taken.add(told.split("?")[0].replace(/_[0-9A-Z]{26}/g, "_..."))
    return
  }
  const reason = await answer.text().catch(() => "(gone)")
  complain("ANSWER", `${request.method()} ${answer.status()} ${url} | ${request.postData() ?? ""} | ${reason}`.slice(0, 1500))
})
page.on("requestfailed", (request) => {
  const reason = request.failure()?.errorText
  if (ours(request) && reason !== "net::ERR_ABORTED") complain("FAILED", `${request.url()} ${reason}`)
})
page.on("pageerror", (error) => complain("PAGEERROR", error.message.slice(0, 300)))
page.on("console", (message) => {
  // Chromium repeats every answer of 400 or more, and what it did not reach: of ours both are told above, and what is
  // elsewhere cannot be reached where there is no internet
  if (message.type() !== "error" || /^Failed to load resource/.test(message.text())) return
  complain("CONSOLE", message.text().slice(0, 400))
})

/** Until nothing was asked of the server for a quarter of a second. */
export async function settle() {
  for (let quiet = 0, i = 0; quiet < 5 && i < 200; i += 1) {
    await wait(50)
    quiet = pending > 0 ? 0 : quiet + 1
  }
}

export async function shot(name) {
  if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `${name.replace(/[^a-z0-9-]+/gi, "_")}.png`) })
}

async function missing(what) {
  await shot(`missing ${doing}`)
  throw new Error(`there is no ${what}`)
}

/** Complains about what no page should show: places that were left empty, and pictures of the shop that do not come. */
export async function look() {
  const seen = await page.evaluate((api) => {
    const lines = document.body.innerText.split("\n").filter((line) => /\bundefined\b|\bNaN\b|Invalid Date|\[object Object\]|^null$/i.test(line))
    const broken = [...document.images].filter((one) => one.src.startsWith(api) && one.complete && one.naturalWidth === 0)
    return [...lines, ...broken.map(({ src }) => `no picture ${src}`)]
  }, API)
  for (const line of seen) if (!shown.some((pattern) => pattern.test(line))) complain("SHOWN", `${line.slice(0, 200)} on ${page.url().slice(ORIGIN.length)}`)
}

export async function go(to) {
  pending = 0
  await page.goto(ORIGIN + to, { waitUntil: "domcontentloaded" })
  await page.waitForFunction(() => document.body.innerText.length > 20, { timeout: 10_000 })
  await settle()
  await page.waitForFunction(() => !document.querySelector(".animate-spin"), { timeout: 5_000 }).catch(() => {})
  await settle()
  await look()
}

/** The rows of the first table. */
export const rows = () => page.$$eval("table", ([first]) => first ? [...first.querySelectorAll("tbody tr")].map((row) => row.innerText) : [])

export const text = () => page.evaluate(() => document.body.innerText)

/** Waits until the page says so. */
export async function see(what) {
  for (let i = 0; i < 40; i += 1) {
    if ((await text()).includes(what)) return
    await wait(100)
  }
  await missing(`text ${what}`)
}

// The last visible thing with that text: dialogs come last in the page.
async function find(wanted, tags = CLICKABLE) {
  const exact = wanted instanceof RegExp ? { pattern: wanted.source } : { wanted }
  const handle = await page.evaluateHandle(({ wanted, pattern }, tags) => {
    const fits = (text) => (pattern ? new RegExp(pattern).test(text) : text === wanted)
    const seen = (element) => element.getBoundingClientRect().width > 0 && element.getBoundingClientRect().height > 0
    for (const tag of tags.split(",")) {
      const all = [...document.querySelectorAll(tag)]
        .filter((element) => fits((element.innerText ?? "").trim()) && seen(element) && !element.disabled)
      if (all.length) return all.at(-1)
    }
    return null
  }, exact, tags)
  return handle.asElement()
}

async function waitFor(look, what) {
  for (let i = 0; i < 25; i += 1) {
    const element = await look()
    if (element) return element
    await wait(100)
  }
  return missing(what)
}

async function press(element) {
  await element.evaluate((node) => node.scrollIntoView({ block: "center" }))
  await wait(80)
  try { await element.click() } catch { await element.evaluate((node) => node.click()) }
  await settle()
}

export const has = async (wanted, tags) => (await find(wanted, tags)) !== null
export const click = async (wanted, tags) => press(await waitFor(() => find(wanted, tags), `${wanted} to click`))

const nthOf = async (selector, nth) => (await page.$$(selector)).at(nth)
export const clickAt = async (selector, nth = 0) => press(await waitFor(() => nthOf(selector, nth), `${selector} ${nth}`))

export async function fill(selector, value, nth = 0) {
  const element = await waitFor(() => nthOf(selector, nth), `field ${selector}`)
  await element.evaluate((node) => node.scrollIntoView({ block: "center" }))
  await element.click({ count: 3 })
  await page.keyboard.down("Control"); await page.keyboard.press("a"); await page.keyboard.up("Control")
  await page.keyboard.press("Backspace")
  await element.type(String(value))
  await wait(50)
}

/** Types into the fields of that `name`; the last of them, as dialogs come last. */
export async function form(values) {
  for (const [name, value] of Object.entries(values)) await fill(`[name="${name}"]`, value, -1)
}

/** Chooses in a list that shows `shown` (its placeholder or present choice). */
export async function choose(shown, option, { search = false } = {}) {
  await click(shown, "div,span,p,button")
  await wait(250)
  if (search) await page.keyboard.type(search === true ? option : search)
  await wait(search ? 600 : 0)
  await settle()
  await press(await waitFor(() => find(option, '[id*="-option-"],[role=option],li,label'), `choice ${option}`))
}

/** Chooses by the keyboard in a list that can be searched; `shown` is its placeholder, or its present choice. Instead of
 *  an option there may be something to do while the list is open. */
export async function pick(shown, ...options) {
  const exact = shown instanceof RegExp ? shown.source : `^${shown.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`
  const find = () => page.evaluateHandle((pattern) => {
    const fits = (each) => new RegExp(pattern).test(each.innerText?.trim()) && each.getBoundingClientRect().width > 0
    for (let node = [...document.querySelectorAll("div,span,p")].filter(fits).at(-1); node; node = node.parentElement) {
      const field = node.querySelector('input[role="combobox"],input[id^="react-select"]')
      if (field) return field
    }
    return null
  }, exact).then((handle) => handle.asElement())
  const field = await waitFor(find, `list with ${shown}`)
  await field.evaluate((node) => node.scrollIntoView({ block: "center" }))
  await field.focus()
  for (const option of options) {
    if (typeof option === "function") { await field.type(" "); await page.keyboard.press("Backspace"); await option(); continue }
    await field.type(option)
    await waitFor(async () => page.evaluate((option) => [...document.querySelectorAll('[id*="-option-"]')]
      .some((each) => each.innerText.includes(option)), option), `choice ${option}`)
    await page.keyboard.press("Enter")
    await wait(100)
  }
  // A list that takes several stays open, over the page; it closes when the window changes.
  await field.evaluate((node) => { node.blur(); window.dispatchEvent(new Event("resize")) })
  await wait(100)
}

/** Ticks the box in the row that says so; what has been pushed out of the window does not count. */
export async function tick(row) {
  const find = () => page.evaluateHandle((row) => {
    const seen = (element) => {
      const { width, left } = element.getBoundingClientRect()
      return width > 0 && left < window.innerWidth
    }
    const rows = [...document.querySelectorAll("tr,label,[role=row]")]
    return rows.filter((each) => each.innerText.includes(row) && seen(each)).at(-1)?.querySelector("input,button[role=checkbox]") ?? null
  }, row).then((handle) => handle.asElement())
  const box = await waitFor(find, `box in the row ${row}`)
  await box.evaluate((node) => node.click())
  await settle()
}

/** Presses `item` of the menu behind the nth "..." of the page, or of whichever has it; `within` narrows the page. */
export async function menu(item, nth = "any", within = "") {
  const triggers = async () => (await page.$$(`${within} [aria-haspopup="menu"]`)).slice(...(nth === "any" ? [] : [nth]))
  for (const trigger of [...await triggers(), ...await triggers()]) {
    if (!trigger || !(await trigger.boundingBox())) continue
    await trigger.evaluate((node) => node.scrollIntoView({ block: "center" }))
    await wait(80)
    try { await trigger.click() } catch { continue }
    await wait(250)
    const found = await find(item, "[role=menuitem]")
    if (found) {
      await press((await found.$("button")) ?? found)
      return
    }
    await page.mouse.click(700, 5) // Escape would leave some pages
    await wait(200)
  }
  await missing(`menu with ${item}`)
}

/** Presses `item` of the menu in the row of a table that says so. */
export async function rowMenu(row, item) {
  const trigger = () => page.evaluateHandle((row) => [...document.querySelectorAll("tr")]
    .filter((each) => each.innerText.includes(row)).at(-1)?.querySelector('[aria-haspopup="menu"]') ?? null, row)
    .then((handle) => handle.asElement())
  await press(await waitFor(trigger, `menu in the row ${row}`))
  const found = await waitFor(() => find(item, "[role=menuitem]"), `${item} in the menu of ${row}`)
  await press((await found.$("button")) ?? found)
}

/** Types values into a field that makes tags of them. */
export async function tag(selector, values, nth = -1) {
  const field = await waitFor(() => nthOf(selector, nth), `field ${selector}`)
  for (const value of values) {
    await field.type(value)
    await page.keyboard.press("Tab")
    await wait(60)
  }
}

/** Types a price into a cell of the last table: an empty one takes it away. */
export async function cell(where, amount) {
  const wanted = await waitFor(async () => (await page.$$("table")).at(-1)?.$(where), `cell ${where}`)
  await wanted.click({ count: 2 })
  await waitFor(() => wanted.$("input:focus"), "field in the cell") // it comes a moment after the click
  await page.keyboard.down("Control"); await page.keyboard.press("a"); await page.keyboard.up("Control")
  await page.keyboard.press("Backspace")
  await page.keyboard.type(String(amount))
  await page.keyboard.press("Enter")
  await waitFor(async () => !(await wanted.$("input")), "end of typing") // the table takes note when the field goes
  await wait(100)
}

/** Presses the button without words that stands with a heading. */
export async function beside(heading) {
  const find = () => page.evaluateHandle((heading) => {
    const fits = (each) => each.innerText?.trim() === heading && each.getBoundingClientRect().width > 0
    for (let node = [...document.querySelectorAll("h1,h2,h3,span,p")].filter(fits).at(-1); node; node = node.parentElement) {
      const button = node.querySelector("button")
      if (button) return button
    }
    return null
  }, heading).then((handle) => handle.asElement())
  await press(await waitFor(find, `button beside ${heading}`))
}

/** Says yes to the question whether it is meant. */
export const confirm = () => click(/^Yes, /, "button")

/** Gives a file, or a list of them, to the nth input for files. */
export async function attach(files, nth = 0) {
  const input = await waitFor(() => nthOf('input[type="file"]', nth), "input for files")
  await input.uploadFile(...[files].flat())
  await settle()
}

/** Takes the nth thing that can be dragged to the place of another. */
export async function drag(selector, from, to) {
  const things = await page.$$(selector)
  const middle = async (thing) => { const { x, y, width, height } = await thing.boundingBox(); return [x + width / 2, y + height / 2] }
  await things[from].evaluate((node) => node.scrollIntoView({ block: "center" }))
  const [[x, y], [toX, toY]] = [await middle(things[from]), await middle(things[to])]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x, y + 5 * Math.sign(toY - y), { steps: 3 })
  await page.mouse.move(toX, toY + 10 * Math.sign(toY - y), { steps: 15 })
  await wait(200)
  await page.mouse.up()
  await settle()
}

/** Asks the server as the dashboard does: from its page, by its cookie. */
export async function api(method, url, body) {
  return page.evaluate(async (address, method, body) => {
    const headers = body ? { "content-type": "application/json" } : {}
    const told = await (await fetch(address, { method, credentials: "include", headers, body: body && JSON.stringify(body) })).text()
    return told.startsWith("{") ? JSON.parse(told) : told // some answers are a word
  }, API + url, method, body)
}

/** Asks until the answer is as wanted: what a click started takes a moment. */
export async function holds(url, wanted, what) {
  let answer
  for (let i = 0; i < 20; i += 1) {
    answer = await api("GET", url)
    try { if (wanted(answer)) return answer } catch { /* not there yet */ }
    await wait(100)
  }
  throw new Error(`${what ?? wanted} does not hold of ${JSON.stringify(answer).slice(0, 700)}`)
}

/** What can be clicked and typed into at the moment, to write steps by. */
export const controls = () => page.evaluate(() => {
  const wanted = 'input,textarea,button,[role=tab],h1,h2,h3,[id*="-option-"],[id*="-placeholder"]'
  const seen = (element) => element.type === "file" || element.getBoundingClientRect().width > 0
  return [...document.querySelectorAll(wanted)].filter(seen).map((element) => [
    element.tagName.toLowerCase(), element.type, element.name, element.placeholder, element.disabled && "disabled",
    element.getAttribute("aria-haspopup"), (element.innerText ?? "").trim().slice(0, 60), element.value,
  ].filter(Boolean).join(" | ")).join("\n")
})

export const RUN = Date.now().toString(36)

/** A workflow: told by one line, ok or failed; ONLY in the environment is a pattern of those to run. `refused` are the
 *  answers of 400 or more that belong to it, as patterns of "GET 404 /admin/…"; `odd` what it shows that looks wrong. */
export async function step(name, work, { refused = [], odd = [] } = {}) {
  if (ONLY && name !== "log in" && !new RegExp(ONLY).test(name)) return
  doing = name
  expected = refused
  shown = odd
  const before = complaints.size
  try { await work() } catch (error) {
    complain("STEP", error.message.split("\n")[0])
    await shot(`failed ${name}`)
    if (process.env.DUMP) console.log((await controls()).split("\n").filter((line) => !/^(button . submit|Search anything...|)$|Ctrl K/.test(line)).slice(-28).join("\n"))
  }
  await settle()
  await look()
  await shot(`after ${name}`)
  finished += 1
  console.log(complaints.size === before ? "ok    " : "failed", name)
}

/** What the dashboard asks before it knows who is there. */
export const BEFORE_LOGIN = /^GET 401 \/admin\/(auth|store\/|batch-jobs\?limit=100)$/

/** Whoever was logged in before is not any more. */
export async function login(email, password) {
  await (await page.createCDPSession()).send("Network.clearBrowserCookies")
  await go("/login")
  await form({ email, password })
  await page.keyboard.press("Enter")
  await wait(600)
  await settle()
}

export async function done() {
  await browser.close()
  web.close()
  fs.rmSync(PICTURE)
  for (const answer of [...taken].sort()) console.log("expected", answer)
  console.log(`${finished} workflows, ${complaints.size} complaints`)
  process.exitCode = complaints.size ? 1 : 0
}
