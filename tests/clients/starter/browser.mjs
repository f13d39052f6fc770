// Chromium on the starter's pages: finds things by their data-testid, and notes whatever goes wrong: answers of 400 or
// more from the shop, errors of a page and of its console, pages the starter could not make.

import path from "node:path"
import puppeteer from "puppeteer-core"
import { onAnswer } from "./recorder.mjs"

const { SHOTS, ONLY } = process.env
export const ORIGIN = "http://localhost:8555"
const PATIENCE = 15_000 // a page that is shown for the first time takes its time
export const wait = (ms) => new Promise((done) => setTimeout(done, ms))

const browser = await puppeteer.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"], headless: true,
})
let context
export let page

// What went wrong
const complaints = new Set()
let expected = []
/** Pages that a step has the starter fail on. */
let broken = []
let doing = "start"
let finished = 0

export function complain(kind, text) {
  const line = `${kind} [${doing}] ${text}`
  if (complaints.has(line)) return
  complaints.add(line)
  console.log(line)
}

/** The starter asks who is there on every page, signed in or not. */
const NOBODY = /^GET 401 \/store\/customers\/me(\/orders)?(\?|$)/

let asked = 0
onAnswer(({ method, url, status, sent, told }) => {
  asked += 1
  const line = `${method} ${status} ${decodeURIComponent(url)}`
  if (status < 400 || [NOBODY, ...expected].some((pattern) => pattern.test(line))) return
  complain("ANSWER", `${line} | ${sent} | ${told}`.slice(0, 1500))
})

/** Forgets who was there: new cookies. */
export async function newcomer() {
  await context?.close()
  context = await browser.createBrowserContext()
  page = await context.newPage()
  await page.setViewport({ width: 1500, height: 1200 })
  page.on("response", (answer) => {
    const told = `${answer.status()} ${answer.url()}`
    if (!answer.url().startsWith(ORIGIN) || answer.status() < 500 || broken.some((pattern) => pattern.test(told))) return
    complain("PAGE", told)
  })
  page.on("pageerror", (error) => complain("PAGEERROR", error.message.slice(0, 300)))
  page.on("console", (message) => {
    // Chromium repeats what it could not load: of ours that is told above, and flags come from elsewhere. The starter's
    // choice of shipping starts without a value, whatever the shop.
    if (message.type() !== "error" || /^Failed to load resource|changing from uncontrolled to controlled/.test(message.text())) return
    complain("CONSOLE", message.text().slice(0, 400))
  })
}

/** Until neither the browser nor the starter's server asked for anything for a third of a second. */
export async function settle() {
  await page.waitForNetworkIdle({ idleTime: 300, timeout: 20_000 }).catch(() => {})
  for (let quiet = 0, before = asked; quiet < 3; quiet = before === asked ? quiet + 1 : 0) {
    before = asked
    await wait(60)
  }
}

/** Complains about what no page should show. */
async function look() {
  const lines = await page.evaluate(() => document.body.innerText.split("\n").filter((line) => /\bundefined\b|\bNaN\b|Invalid Date|\[object Object\]/i.test(line)))
  for (const line of lines) complain("SHOWN", `${line.slice(0, 200)} on ${page.url()}`)
}

export async function shot(name) {
  if (SHOTS) await page.screenshot({ path: path.join(SHOTS, `${name.replace(/[^a-z0-9-]+/gi, "_")}.png`), fullPage: true })
}

export async function go(to) {
  await page.goto(ORIGIN + to, { waitUntil: "load", timeout: 60_000 })
  await settle()
}

export const text = () => page.evaluate(() => document.body.innerText)
const selector = (id) => (/^[a-z0-9-]+$/i.test(id) ? `[data-testid="${id}"]` : id)

async function seen(id, nth = 0) {
  const there = []
  for (const element of await page.$$(selector(id))) if (await element.boundingBox()) there.push(element)
  return there.at(nth)
}

/** How many of them can be seen. */
export async function count(id) {
  let there = 0
  for (const element of await page.$$(selector(id))) if (await element.boundingBox()) there += 1
  return there
}

/** Waits for the nth visible one. */
export async function find(id, nth = 0, patience = PATIENCE) {
  for (const end = Date.now() + patience; Date.now() < end; await wait(80)) {
    const element = await seen(id, nth)
    if (element) return element
  }
  await shot(`missing ${doing}`)
  throw new Error(`there is no ${id} ${nth || ""} on ${page.url()}`)
}

export const read = async (id, nth = 0) => (await find(id, nth)).evaluate(
  (node) => (node.matches("input,select") ? node.value : node.innerText).trim(),
)

export async function click(id, nth = 0) {
  const element = await find(id, nth)
  await element.evaluate((node) => node.scrollIntoView({ block: "center" }))
  await wait(60)
  await element.click()
  await settle()
}

export async function fill(values) {
  for (const [id, value] of Object.entries(values)) {
    const element = await find(id)
    if (await element.evaluate((node) => node.tagName === "SELECT")) { await element.select(value); continue }
    await element.click({ count: 3 })
    await page.keyboard.press("Backspace")
    await element.type(value)
  }
}

/** Waits until it is so; what it was instead is told. */
export async function until(what, look) {
  let last
  for (const end = Date.now() + PATIENCE; Date.now() < end; await wait(100)) {
    try { last = await look(); if (last === true) return } catch (error) { last = error.message }
  }
  await shot(`failed ${doing}`)
  throw new Error(`${what}: ${JSON.stringify(last)} on ${page.url()}`)
}

export const reads = (wanted) => until(`the page says ${wanted}`, async () => (await text()).includes(wanted) || (await text()).slice(0, 700))

export const gone = (id) => until(`no ${id}`, async () => (await count(id)) === 0)

/** A workflow: told by one line, ok or failed; `refused` are answers of 400 or more that belong to it,
 *  `pages` those of the starter's own that fail with it. */
export async function step(name, work, { refused = [], pages = [] } = {}) {
  if (ONLY && !new RegExp(ONLY).test(name)) return
  doing = name
  expected = refused
  broken = pages
  const before = complaints.size
  try { await work() } catch (error) {
    complain("STEP", error.message.split("\n")[0])
    await shot(`failed ${name}`)
  }
  await settle()
  await look()
  if (SHOTS) await shot(`after ${name}`)
  finished += 1
  console.log(complaints.size === before ? "ok    " : "failed", name)
}

export async function done() {
  await browser.close()
  console.log(`${finished} workflows, ${complaints.size} complaints`)
  process.exitCode = complaints.size ? 1 : 0
}
