"""The walk: one sale, from the file's upload to the refund that ends access to it."""

import hashlib
import io
from dataclasses import dataclass, field
from decimal import Decimal

from bootstrap.demo.caller import Answer, Caller
from bootstrap.demo.mailbox import Letter, Mailbox
from bootstrap.demo.story import Story, expect
from bootstrap.wallpapers import wallpaper_pack

TITLE = "Perseid Nights"
PRICE = 1490
DOWNLOAD_LIMIT = 3
BUYER = "andromeda@shop.test"
STRANGER = "medusa@shop.test"
PASSWORD = "winged-sandals-42"  # noqa: S105 - of people who exist for a minute on this machine


@dataclass(kw_only=True)
class Walk:
    """Everything that one step learns and a later one needs.

    base: the shop's address. admin_email, admin_password: of the seeded admin.
    """

    story: Story
    mailbox: Mailbox
    base: str
    admin_email: str
    admin_password: str
    admin: Caller = field(init=False)
    buyer: Caller = field(init=False)
    pack: bytes = field(default_factory=lambda: wallpaper_pack(TITLE))

    def __post_init__(self) -> None:
        self.admin = Caller(self.story, self.base)
        self.buyer = Caller(self.story, self.base)

    def run(self) -> None:
        """All of it, in order. Raises DemoFailed at the first thing that is not as it should be."""
        self.log_in_as_admin()
        product = self.create_product()
        self.upload_file(product["id"])
        self.accept_invitation(self.invite_buyer())
        order = self.buy(product["id"])
        token = self.receive_links(order["id"])
        self.download_until_limit(token)
        self.try_as_somebody_else(token)
        self.refund(order, token)

    def log_in_as_admin(self) -> None:
        self.story.step("The admin logs in.")
        answer = self.admin.post("/auth/user/emailpass", {"email": self.admin_email, "password": self.admin_password})
        self.admin.token = answer["token"]
        self.story.show("token", answer["token"])

    def create_product(self) -> Answer:
        self.story.step("They create a product with one digital variant and a price.")
        answer = self.admin.post(
            "/admin/products",
            {
                "title": TITLE,
                "status": "published",
                "options": [{"title": "Format"}],
                "variants": [
                    {
                        "title": "ZIP",
                        "options": [{"value": "ZIP"}],
                        "requires_shipping": False,
                        "manage_inventory": False,
                        "prices": [{"currency_code": "eur", "amount": PRICE}],
                    }
                ],
                "metadata": {"download": {"limit": DOWNLOAD_LIMIT}},
            },
        )
        product: Answer = answer["product"]
        self.story.show_all({"product": product["id"], "title": product["title"], "price": amount(PRICE, "eur")})
        return product

    def upload_file(self, product_id: str) -> None:
        self.story.step("They upload the wallpapers as a ZIP; the shop inspects and hashes it.")
        answer = self.admin.upload(f"/admin/products/{product_id}/files", "perseid-nights.zip", io.BytesIO(self.pack))
        file = answer["file"]
        self.story.show_all({key: file[key] for key in ("id", "size", "sha256", "state")})
        expect(file["sha256"] == sha256(self.pack), "The shop's SHA-256 differs from that of the uploaded bytes.")
        expect(file["state"] == "ready", f"The file should be ready for sale, not {file['state']}.")

    def invite_buyer(self) -> str:
        self.story.step("They invite a customer; the invitation arrives by mail.")
        answer = self.admin.post("/admin/invites", {"email": BUYER, "first_name": "Andromeda"}, expected=201)
        self.story.show("status", answer["invite"]["status"])
        letter = self._wait_for_mail("/invites/")
        link = letter.link("/invites/")
        self.story.show("mail", letter.subject)
        self.story.show("link", link, whole=True)
        return token_of(link)

    def _wait_for_mail(self, part: str) -> Letter:
        with self.story.waiting("Waiting for the mail"):
            return self.mailbox.wait_for(BUYER, part)

    def accept_invitation(self, token: str) -> None:
        self.story.step("The customer opens the link ...")
        invite = self.buyer.get(f"/store/invites/{token}")
        self.story.show_all({key: invite[key] for key in ("email", "expires_at")})
        expect(invite["email"] == BUYER, "The invitation should be for the invited address.")
        self.story.step("... chooses a password, and is logged in.")
        body = {"password": PASSWORD, "first_name": "Andromeda", "last_name": "of Joppa"}
        answer = self.buyer.post(f"/store/invites/{token}/accept", body, expected=201)
        self.buyer.token = answer["token"]
        self.story.show_all({"customer": answer["customer"]["id"], "token": answer["token"]})

    def buy(self, product_id: str) -> Answer:
        region = self._find_region("eur")
        variant_id = self._find_variant(product_id, region["id"])
        cart = self._fill_cart(region["id"], variant_id)
        self._pay(cart)
        return self._complete(cart)

    def _pay(self, cart: Answer) -> None:
        self.story.step("They pay. The payment provider is `manual`, which authorises at once.")
        session = self.buyer.post(f"/store/carts/{cart['id']}/payment-sessions")["cart"]["payment_session"]
        self.story.show_all({"provider": session["provider_id"], "status": session["status"]})

    def _complete(self, cart: Answer) -> Answer:
        self.story.step("They complete the cart, and it becomes an order.")
        answer = self.buyer.post(f"/store/carts/{cart['id']}/complete")
        expect(answer["type"] == "order", f"Completing the cart should give an order, not a {answer['type']}.")
        order: Answer = answer["data"]
        self.story.show_all({"order": order["id"], "number": order["display_id"], "total": money_of(order)})
        expect(order["total"] == cart["total"], "The order should cost what the cart did.")
        return order

    def _find_region(self, currency: str) -> Answer:
        self.story.step("They look where the shop sells ...")
        regions = self.buyer.get("/store/regions")["regions"]
        for region in regions:
            self.story.show(region["name"], f"{region['currency_code'].upper()}, {region['tax_rate']} % tax")
        chosen = [region for region in regions if region["currency_code"] == currency]
        expect(bool(chosen), f"The sample shop should have a region with {currency.upper()}.")
        return dict(chosen[0])

    def _find_variant(self, product_id: str, region_id: str) -> str:
        self.story.step("... and what.")
        products = self.buyer.get("/store/products", params={"region_id": region_id})["products"]
        for product in products:
            price = product["variants"][0]["calculated_price"]
            self.story.show(product["title"], amount(price, "eur") if price is not None else "no price here")
        ours = [product for product in products if product["id"] == product_id]
        expect(bool(ours), f"The new product {TITLE} should be listed.")
        return str(ours[0]["variants"][0]["id"])

    def _fill_cart(self, region_id: str, variant_id: str) -> Answer:
        self.story.step("They open a cart and put the wallpapers in. Nothing ships, so no address is asked for.")
        cart = self.buyer.post("/store/carts", {"region_id": region_id})["cart"]
        self.story.show("cart", cart["id"])
        line = {"variant_id": variant_id, "quantity": 1}
        cart = self.buyer.post(f"/store/carts/{cart['id']}/line-items", line)["cart"]
        self.story.show_all({name: amount(cart[name], "eur") for name in ("subtotal", "tax_total", "total")})
        expect(cart["subtotal"] == PRICE, "The cart's subtotal should be the product's price.")
        return dict(cart)

    def receive_links(self, order_id: str) -> str:
        self.story.step("The order is paid for, and the download link arrives by mail.")
        return self._find_links(order_id)

    def _find_links(self, order_id: str) -> str:
        letter = self._wait_for_mail("/downloads/")
        link = letter.link("/downloads/")
        self.story.show("mail", letter.subject)
        self.story.show("link", link, whole=True)
        token = token_of(link)
        self.story.step("The same download is in their account.")
        downloads = self.buyer.get("/store/customers/me/downloads")["downloads"]
        ours = [download for download in downloads if download["order_id"] == order_id]
        expect(len(ours) == 1, f"There should be one download of this order, not {len(ours)}.")
        mine = ours[0]
        self.story.show_all({"file": mine["file"]["name"], "status": mine["status"], "remaining": mine["remaining"]})
        expect(mine["token"] == token, "The account and the mail should show the same token.")
        return token

    def download_until_limit(self, token: str) -> None:
        self.story.step("They ask for the file and get a link that works for 15 minutes.")
        answer = self._fetch(token)
        self.story.step("The storefront confirms the download, which counts it.")
        self._redeem(token, answer["session_id"], left=DOWNLOAD_LIMIT - 1)
        self.story.step(f"Again, until all {DOWNLOAD_LIMIT} downloads are used ...")
        for left in reversed(range(DOWNLOAD_LIMIT - 1)):
            session_id = self.buyer.get(f"/store/downloads/{token}")["session_id"]
            self._redeem(token, session_id, left=left)
        self.story.step("... and then no more.")
        self.buyer.refused("POST", f"/store/downloads/{token}/redeem", 410, "DOWNLOAD_LIMIT_REACHED")
        self.buyer.refused("GET", f"/store/downloads/{token}", 410, "DOWNLOAD_LIMIT_REACHED")

    def _fetch(self, token: str) -> Answer:
        """Open the link and compare its bytes; what opening it answered."""
        answer = self.buyer.get(f"/store/downloads/{token}")
        self.story.show_all({"url": answer["url"], "expires_in": f"{answer['expires_in']} s"})
        self.story.step("They fetch the bytes.")
        fetched = self.buyer.fetch(answer["url"])
        self.story.show_all({"bytes": len(fetched), "sha256": sha256(fetched)})
        expect(fetched == self.pack, "The downloaded bytes should be exactly the uploaded ones.")
        self.story.show("identical", "yes, byte for byte what the admin uploaded")
        return answer

    def _redeem(self, token: str, session_id: str, *, left: int) -> None:
        answer = self.buyer.post(f"/store/downloads/{token}/redeem", {"session_id": session_id})
        remaining = answer["download"]["remaining"]
        self.story.show("remaining", remaining)
        expect(remaining == left, f"{left} downloads should be left, not {remaining}.")

    def try_as_somebody_else(self, token: str) -> None:
        self.story.step("Somebody else registers and tries the same token.")
        stranger = Caller(self.story, self.base)
        stranger.post(
            "/store/customers",
            {"email": STRANGER, "password": PASSWORD, "first_name": "Medusa", "last_name": "Gorgon"},
        )
        login = stranger.post("/auth/customer/emailpass", {"email": STRANGER, "password": PASSWORD})
        stranger.token = login["token"]
        stranger.refused("GET", f"/store/downloads/{token}", 403, "NOT_OWNER")

    def refund(self, order: Answer, token: str) -> None:
        self.story.step("The admin refunds the order; access to the file ends with it.")
        body = {"amount": order["total"], "reason": "return"}
        answer = self.admin.post(f"/admin/orders/{order['id']}/refund", body)["order"]
        self.story.show_all(
            {"refunded": amount(answer["refunded_total"], "eur"), "payment": answer["payment_status"]}
        )
        expect(answer["payment_status"] == "refunded", "The order's payment should be refunded.")
        self.buyer.refused("GET", f"/store/downloads/{token}", 410, "DOWNLOAD_REVOKED")


def amount(minor: int, currency: str) -> str:
    """Minor units of a two-decimal currency for reading: EUR 14.90."""
    return f"{currency.upper()} {Decimal(minor).scaleb(-2)}"


def money_of(order: Answer) -> str:
    return amount(order["total"], order["currency_code"])


def token_of(link: str) -> str:
    """The last part of a mailed link's path."""
    return link.split("?", 1)[0].rstrip("/").rsplit("/", 1)[-1]


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
