// What the starter's pages need to show anything, made through the admin API: collections, categories, enough
// products for two pages, pictures, a discount and gift cards. Works on any Medusa v1 server with regions.

const { BACKEND, ADMIN_EMAIL = "admin@shop.test", ADMIN_PASSWORD = "perseus-demo" } = process.env
const RUN = Date.now().toString(36)
const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR42mPQiFpAEmIY1TCqYfhqAAC1BSIQbI06FgAAAABJRU5ErkJggg==", "base64",
)
const token = await fetch(`${BACKEND}/admin/auth/token`, {
  method: "POST", headers: { "content-type": "application/json" },
  body: JSON.stringify({ email: ADMIN_EMAIL, password: ADMIN_PASSWORD }),
}).then((answer) => answer.json()).then((told) => told.access_token)

/** Asks as staff; anything but success is thrown. */
export async function admin(method, path, body) {
  const form = body instanceof FormData
  const answer = await fetch(`${BACKEND}/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body && !form ? { "content-type": "application/json" } : {}) },
    body: form || body === undefined ? body : JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

/** Asks as a shop front. */
export async function store(method, path, body) {
  const answer = await fetch(`${BACKEND}/store${path}`, {
    method, headers: body ? { "content-type": "application/json" } : {}, body: body && JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
  return answer.json()
}

async function picture(name) {
  const form = new FormData()
  form.append("files", new Blob([PICTURE], { type: "image/png" }), name)
  const { uploads: [{ url }] } = await admin("POST", "/uploads", form)
  return url
}

const price = (eur, usd) => [{ currency_code: "eur", amount: eur }, { currency_code: "usd", amount: usd }]
const stock = (quantity) => ({ manage_inventory: true, inventory_quantity: quantity })

// A region of that currency with `wanted` countries or more that ships; made where there is none.
async function region(currency, wanted, name) {
  const { regions } = await admin("GET", "/regions?limit=100")
  const { shipping_options: options } = await admin("GET", "/shipping-options")
  const ships = (one) => options.some((option) => option.region_id === one.id && !option.is_return && !option.admin_only)
  const there = regions.find((one) => one.currency_code === currency && one.countries.length >= wanted && ships(one))
  if (there) return there
  const taken = new Set(regions.flatMap((one) => one.countries.map((country) => country.iso_2)))
  const free = ["fr", "es", "it", "nl", "de", "be", "at", "pt", "us", "ca", "mx", "br", "fj", "ws"].filter((code) => !taken.has(code))
  const { region: made } = await admin("POST", "/regions", {
    name, currency_code: currency, tax_rate: 19, countries: free.slice(0, wanted),
    payment_providers: ["manual"], fulfillment_providers: ["manual"],
  })
  for (const [option, amount] of [["Standard", 490], ["Express", 1290]]) {
    await admin("POST", "/shipping-options", {
      name: option, region_id: made.id, provider_id: "manual", data: {}, price_type: "flat_rate", amount,
    })
  }
  return made
}

/** Makes the shop worth showing and says what is in it. */
export async function furnish() {
  const home = await region("eur", 2, `Starter ${RUN}`)
  const abroad = await region("usd", 1, `Starter abroad ${RUN}`)
  const { collection } = await admin("POST", "/collections", { title: `Summer ${RUN}` })
  const { product_category: category } = await admin("POST", "/product-categories", {
    name: `Clothes ${RUN}`, is_active: true, is_internal: false,
  })
  const { product_category: child } = await admin("POST", "/product-categories", {
    name: `Shirts ${RUN}`, is_active: true, is_internal: false, parent_category_id: category.id,
  })
  const common = { status: "published", collection_id: collection.id }
  const images = [await picture("front.png"), await picture("back.png")]
  const { product: shirt } = await admin("POST", "/products", {
    ...common, title: `Starter Shirt ${RUN}`, handle: `starter-shirt-${RUN}`, description: "Soft, and washed twice.",
    images, thumbnail: images[0], weight: 200, material: "cotton", origin_country: "pt",
    categories: [{ id: category.id }, { id: child.id }], tags: [{ value: `soft-${RUN}` }],
    options: [{ title: "Size" }, { title: "Color" }],
    variants: [["S", "Black", 1950, 20], ["S", "White", 1950, 20], ["M", "Black", 2150, 20], ["M", "White", 2150, 0]].map(
      ([size, color, amount, quantity]) => ({
        title: `${size} / ${color}`, ...stock(quantity), prices: price(amount, amount + 100), options: [{ value: size }, { value: color }],
      }),
    ),
  })
  const { product: rare } = await admin("POST", "/products", {
    status: "published", title: `Starter Vase ${RUN}`, handle: `starter-vase-${RUN}`, options: [{ title: "Size" }],
    variants: [{ title: "One", ...stock(1), prices: price(900, 990), options: [{ value: "One size" }] }],
  })
  for (let i = 1; i <= 13; i += 1) {
    await admin("POST", "/products", {
      ...common, title: `Starter Mug ${i} ${RUN}`, handle: `starter-mug-${i}-${RUN}`, options: [{ title: "Size" }],
      variants: [{ title: "One", ...stock(50), prices: price(500 + i * 10, 600 + i * 10), options: [{ value: "One size" }] }],
    })
  }
  const { products: [cup] } = await admin("GET", `/products?handle=starter-mug-2-${RUN}`)
  await admin("POST", "/price-lists", {
    name: `Sale ${RUN}`, description: "Cups", type: "sale", status: "active",
    prices: [{ amount: 260, currency_code: "eur", variant_id: cup.variants[0].id }],
  })
  const off = async (name, more, regions = [home.id, abroad.id]) => (await admin("POST", "/discounts", {
    code: `${name}${RUN}`.toUpperCase(), is_dynamic: false, is_disabled: false, regions, rule: { type: "percentage", value: 10, allocation: "total" }, ...more,
  })).discount.code
  const discount = await off("TEN", {})
  const offCode = await off("OFF", { is_disabled: true })
  const pastCode = await off("PAST", { starts_at: "2020-01-01T00:00:00.000Z", ends_at: new Date(Date.now() + 1_500).toISOString() })
  const foreignCode = await off("FOREIGN", {}, [abroad.id])
  const card = async (value) => (await admin("POST", "/gift-cards", { value, region_id: home.id })).gift_card.code
  const { products } = await admin("GET", "/products?limit=100&expand=variants")
  const digital = products.find((one) => one.status === "published" && one.variants.length
    && one.variants.every((variant) => variant.requires_shipping === false))
  return {
    run: RUN, home, abroad, collection, category, child, shirt, mug: `starter-mug-1-${RUN}`, onSale: cup.handle, rare, discount, offCode, pastCode, foreignCode,
    smallCard: await card(500), largeCard: await card(100_000), digital, country: home.countries[0].iso_2, other: abroad.countries[0],
  }
}
