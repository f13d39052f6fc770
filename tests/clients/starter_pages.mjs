// Does on the pages of Medusa's v1 Next.js starter what shoppers do, in Chromium, against a running shop, and reads
// afterwards what came of it. README.md says how to get the starter and run this.
// STARTER is its folder, BACKEND the shop; BUILD=no where it is built already.

import { spawn } from "node:child_process"
import { once } from "node:events"
import fs from "node:fs"
import { record } from "./starter/recorder.mjs"
import { furnish } from "./starter/records.mjs"

const { STARTER, BACKEND, BUILD, LOG = "/dev/null" } = process.env
const RECORDER = 8556 // its address is baked into the pages
const shop = await furnish()
const env = {
  ...process.env, NEXT_PUBLIC_MEDUSA_BACKEND_URL: `http://localhost:${RECORDER}`, NEXT_PUBLIC_DEFAULT_REGION: shop.country,
  NEXT_PUBLIC_BASE_URL: "http://localhost:8555", REVALIDATE_SECRET: "starter", NEXT_TELEMETRY_DISABLED: "1",
}
const recorder = await record(RECORDER, BACKEND)
const log = fs.openSync(LOG, "a")
const next = (...words) => spawn(process.execPath, ["node_modules/next/dist/bin/next", ...words], { cwd: STARTER, env, stdio: ["ignore", log, log] })

if (BUILD !== "no") {
  const [code] = await once(next("build"), "exit")
  if (code !== 0) throw new Error(`the starter could not be built (${code}); LOG names a file for what it says`)
  console.log("ok     build")
}
const starter = next("start", "-H", "127.0.0.1", "-p", "8555")
try {
  for (let i = 0; i < 100; i += 1) {
    if (await fetch("http://127.0.0.1:8555/favicon.ico").then(() => true, () => false)) break
    await new Promise((later) => setTimeout(later, 200))
  }
  const { done, newcomer } = await import("./starter/browser.mjs")
  const { browsing } = await import("./starter/browsing.mjs")
  const { buying } = await import("./starter/buying.mjs")
  const { cases } = await import("./starter/cases.mjs")
  const { account } = await import("./starter/account.mjs")
  await newcomer()
  await browsing(shop)
  await newcomer()
  await buying(shop)
  await account(shop)
  await cases(shop)
  await done()
} finally {
  starter.kill()
  recorder.close()
  recorder.closeAllConnections()
}
