// Stands between the starter, which asks for most things on its own server, and the shop: hands everything on as it is
// and notes what was asked and answered.

import fs from "node:fs"
import http from "node:http"

const { RECORD } = process.env
const LISTENERS = new Set()

/** Calls `listener({method, url, status, sent, told})` for each answer. */
export const onAnswer = (listener) => LISTENERS.add(listener)

const bytes = async (stream) => {
  const parts = []
  for await (const part of stream) parts.push(part)
  return Buffer.concat(parts)
}

// Names and kinds instead of values, so that two servers can be compared.
function shape(value) {
  if (Array.isArray(value)) return value.length ? [shape(value[0])] : []
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, shape(inner)]))
}

/** Serves `port` as if it were the shop at `backend`, until closed. */
export function record(port, backend) {
  const shop = new URL(backend)
  const server = http.createServer(async (asked, answer) => {
    const sent = await bytes(asked)
    const onward = http.request({
      host: shop.hostname, port: shop.port, method: asked.method, path: asked.url, headers: { ...asked.headers, host: shop.host },
    }, async (came) => {
      const told = await bytes(came)
      answer.writeHead(came.statusCode, came.headers)
      answer.end(told)
      const note = { method: asked.method, url: asked.url, status: came.statusCode, sent: sent.toString(), told: told.toString() }
      for (const listener of LISTENERS) listener(note)
      if (!RECORD || came.headers["content-encoding"]) return
      let seen = note.told
      try { seen = shape(JSON.parse(note.told)) } catch { /* not JSON: as it is */ }
      fs.appendFileSync(RECORD, `${JSON.stringify({ ...note, told: seen })}\n`)
    })
    onward.on("error", (error) => {
      answer.writeHead(502)
      answer.end(error.message)
      for (const listener of LISTENERS) listener({ method: asked.method, url: asked.url, status: 502, sent: "", told: error.message })
    })
    onward.end(sent)
  })
  return new Promise((done) => server.listen(port, "127.0.0.1", () => done(server)))
}
