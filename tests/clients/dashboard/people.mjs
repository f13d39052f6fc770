// Customers and groups, the team, and the one who is logged in.

import fs from "node:fs"
import path from "node:path"
import {
  BEFORE_LOGIN, RUN, api, choose, click, confirm, fill, form, go, has, holds, login, menu, page, rowMenu, see, step, tick, wait,
} from "./browser.mjs"
import { place } from "./orders.mjs"

const { MAILBOX } = process.env // the folder into which the server puts its mails

// Asked by the page that whoever logs out leaves
// The dashboard counts the staff for its makers' statistics, and does without where it may not.
const COUNTED = /^GET 403 \/admin\/users$/
const LEFT = /^GET 401 \/admin\/(users|orders|regions|sales-channels)(\?|$)/
const GROUP = `Friends ${RUN}`

async function logOut() {
  await go("/a/orders")
  await menu(/^(Log out|Sign out)$/i, 0)
  await see("Log in")
}

/** The first that fits in the newest mail to somebody. */
async function mailed(to, wanted) {
  for (let i = 0; i < 50; i += 1) {
    const letters = fs.readdirSync(MAILBOX).sort().reverse().map((name) => fs.readFileSync(path.join(MAILBOX, name), "utf8"))
    const found = letters.find((letter) => letter.includes(`To: ${to}`))?.match(wanted)
    if (found) return found[0]
    await wait(200)
  }
  throw new Error(`no mail to ${to}`)
}

export async function people({ email, password }) {
  const { customer } = await api("POST", "/admin/customers", {
    email: `ada-${RUN}@example.com`, first_name: "Ada", last_name: "Byron", password: "a long enough one",
  })
  const shown = `/admin/customers/${customer.id}?expand=groups`
  const groups = `/admin/customer-groups?name=${encodeURIComponent(GROUP)}`
  const group = async () => (await api("GET", groups)).customer_groups[0]
  await step("customer: edit", async () => {
    await go(`/a/customers/${customer.id}`)
    await menu(/^Edit/)
    await form({ last_name: "Lovelace", phone: "+49 228 1" })
    await click("Save and close")
    await holds(shown, ({ customer: one }) => one.last_name === "Lovelace" && one.phone === "+49 228 1")
  })
  await step("customers: search", async () => {
    await go(`/a/customers?q=${encodeURIComponent(customer.email)}`)
    await see(customer.email)
  })
  await step("group: create", async () => {
    await go("/a/customers/groups")
    await click("New group")
    await form({ "general.name": GROUP, "metadata.entries.0.key": "since", "metadata.entries.0.value": "1843" })
    await click("Publish Group")
    await holds(groups, ({ customer_groups: [one] }) => one.name === GROUP && one.metadata.since === "1843")
  })
  await step("group: edit", async () => {
    await go(`/a/customers/groups/${(await group()).id}`)
    await menu("Edit")
    await form({ "metadata.entries.0.value": "1844" })
    await click("Edit Group")
    await holds(groups, ({ customer_groups: [one] }) => one.metadata.since === "1844")
  })
  await step("group: add a customer", async () => {
    await go(`/a/customers/groups/${(await group()).id}`)
    await click(/^Edit customers$|^Add customers$/i, "button")
    await tick(customer.email)
    await click("Save")
    await holds(shown, ({ customer: one }) => one.groups.length === 1)
  })
  await step("group: remove the customer", async () => {
    await go(`/a/customers/groups/${(await group()).id}`)
    await menu(/^(Remove|Delete from the group|Delete)/, -1)
    if (await has(/^Yes, /, "button")) await confirm()
    await holds(shown, ({ customer: one }) => one.groups.length === 0)
  })
  await step("group: delete", async () => {
    await go(`/a/customers/groups/${(await group()).id}`)
    await menu("Delete")
    await confirm()
    await holds(groups, ({ count }) => count === 0)
  })

  const colleague = { email: `grace-${RUN}@shop.test`, password: "another long enough one" }
  const invited = async () => (await api("GET", "/admin/invites")).invites.filter((one) => one.user_email === colleague.email)
  const users = async () => (await api("GET", "/admin/users")).users.find((one) => one.email === colleague.email)
  await step("team: invite and accept", async () => {
    await go("/a/settings/team")
    await click("Invite Users")
    await form({ user: colleague.email })
    await choose("Member", "Admin")
    await click("Invite", "button")
    const [invite] = await invited()
    if (invite.role !== "admin") throw new Error(`invited as ${invite.role}`)
    await go(`/invite?token=${invite.token}`)
    await click(/^Sign up$/i, "button")
    await form({ password: colleague.password, repeat_password: colleague.password })
    await click(/^Create account$/i, "button")
    const user = await users()
    if (!user || user.role !== "admin") throw new Error("not in the team")
    await login(email, password)
  }, { refused: [BEFORE_LOGIN, LEFT, /^POST 404 \/admin\/analytics-configs$/] }) // asked whatever the flag says
  await step("team: edit and remove a user", async () => {
    await go("/a/settings/team")
    await rowMenu(colleague.email, "Edit User")
    await form({ first_name: "Grace", last_name: "Hopper" })
    await click("Save", "button")
    await holds("/admin/users", ({ users: all }) => all.some((one) => one.email === colleague.email && one.last_name === "Hopper"))
    await go("/a/settings/team")
    await see("Grace Hopper")
    await rowMenu(colleague.email, "Remove User")
    await confirm()
    await holds("/admin/users", ({ users: all }) => all.every((one) => one.email !== colleague.email))
  })
  await step("team: send an invitation again, and remove it", async () => {
    const guest = { email: `katherine-${RUN}@shop.test` }
    const pending = async () => (await api("GET", "/admin/invites")).invites.find((one) => one.user_email === guest.email)
    await go("/a/settings/team")
    await click("Invite Users")
    await form({ user: guest.email })
    await click("Invite", "button")
    const { token } = await pending()
    await go("/a/settings/team")
    await rowMenu(guest.email, "Resend Invitation")
    await holds("/admin/invites", ({ invites }) => invites.some((one) => one.user_email === guest.email && one.token !== token))
    await go("/a/settings/team")
    await rowMenu(guest.email, "Remove Invitation")
    await confirm()
    await holds("/admin/invites", ({ invites }) => invites.every((one) => one.user_email !== guest.email))
  })
  await step("personal information", async () => {
    await go("/a/settings/personal-information")
    await click("Edit information")
    await form({ first_name: "Andromeda" })
    await click("Submit and close")
    await holds("/admin/auth", ({ user }) => user.first_name === "Andromeda")
  })
  if (MAILBOX) await step("forgotten password: ask for a link, open it, choose another", async () => {
    const clerk = { email: `clerk-${RUN}@shop.test`, password: "the first long one" }
    const next = "the second long one"
    const { user: { id } } = await api("POST", "/admin/users", clerk)
    await logOut()
    await click("Forgot your password?", "span,a,button")
    await form({ email: clerk.email })
    await click("Send reset instructions", "button")
    await see("Successfully sent you an email")
    const link = await mailed(clerk.email, /http\S*\/reset-password\?\S*/)
    await go(`/reset-password${new URL(link).search}`)
    await form({ password: next, repeat_password: next })
    await click("Reset password", "button")
    await see("Log in")
    await login(clerk.email, next)
    await see("Orders")
    await login(email, password)
    await api("DELETE", `/admin/users/${id}`)
  }, { refused: [BEFORE_LOGIN, LEFT] })
  await step("somebody who is no admin: lists, an order's notes, their own name", async () => {
    const member = { email: `member-${RUN}@shop.test`, password: "a third long one" }
    const { user: { id } } = await api("POST", "/admin/users", { ...member, role: "member" })
    const order = await place()
    await api("POST", "/admin/notes", { resource_id: order.id, resource_type: "order", value: "from the boss" })
    await login(member.email, member.password)
    for (const list of ["orders", "products", "customers", "discounts", "gift-cards", "pricing", "settings/regions"]) await go(`/a/${list}`)
    await go(`/a/orders/${order.id}`)
    await see("from the boss")
    await fill('[placeholder="Write a note..."]', "from a member")
    await page.keyboard.press("Enter")
    await see("from a member")
    await go("/a/settings/personal-information")
    await click("Edit information")
    await form({ first_name: "Mira", last_name: "Member" })
    await click("Submit and close")
    await holds("/admin/auth", ({ user }) => user.first_name === "Mira" && user.role === "member")
    await login(email, password)
    await api("DELETE", `/admin/users/${id}`)
  }, { refused: [BEFORE_LOGIN, LEFT, COUNTED] })
  await step("log in with a wrong password", async () => {
    await logOut()
    await form({ email, password: "not that one" })
    await page.keyboard.press("Enter")
    await see("These credentials do not match our records")
    await login(email, password)
  }, { refused: [BEFORE_LOGIN, LEFT, /^POST 401 \/admin\/auth$/] })
  await step("log out and in", async () => {
    await logOut()
    const { user } = await api("GET", "/admin/auth").catch(() => ({}))
    if (user) throw new Error("still logged in")
    await login(email, password)
    await see("Orders")
  }, { refused: [BEFORE_LOGIN, LEFT] })
}
