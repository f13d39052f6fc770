"""The walk on the engines of production: what happens around a sale when the world is real."""

import io
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bootstrap.demo.caller import Answer
from bootstrap.demo.sandbox_desk import SandboxDesk
from bootstrap.demo.story import expect
from bootstrap.demo.walk import BUYER, DOWNLOAD_LIMIT, TITLE, Walk, amount, money_of, sha256

PART_REFUND = 500
NAME = "perseid-nights.zip"
NOISE = 9 << 20  # bytes: makes an archive of more than one part


class Command(Protocol):
    def __call__(self, *arguments: str) -> Sequence[str]:
        """Run ``perseus`` to its end; the lines it printed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """stripe, storage: their addresses. lose_workers kills them all, hire_workers starts others."""

    stripe: str
    stripe_key: str
    publishable_key: str
    storage: str
    lose_workers: Callable[[], None]
    hire_workers: Callable[[], None]
    run: Command


@dataclass(kw_only=True)
class ProductionWalk(Walk):
    around: Surroundings
    desk: SandboxDesk = field(init=False)
    intents: dict[str, str] = field(default_factory=dict)
    """The PaymentIntent of each cart."""
    wanted: tuple[str, str] = ("", "")
    """Region and variant of the last cart."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.pack = _with_noise(self.pack)
        around = self.around
        self.desk = SandboxDesk(
            self.story, around.stripe, key=around.stripe_key, publishable_key=around.publishable_key
        )

    def run(self) -> None:
        self.log_in_as_admin()
        product = self.create_product()
        self.upload_file(product["id"])
        invitation = self.invite_buyer()
        self.see_delivery()
        self.accept_invitation(invitation)
        order = self.buy(product["id"])
        token = self.receive_links(order["id"])
        self.download(token)
        self.try_as_somebody_else(token)
        self.hear_everything_again(order)
        self.refund_twice(order, token)
        self.add_up([token, self.buy_without_coming_back(), self.buy_unheard()])

    def see_delivery(self) -> None:
        self.story.step("Resend tells by a webhook that it arrived, and the admin sees it.")
        answer = self.admin.wait_until(
            "/admin/invites",
            lambda answer: [invite["delivery_status"] for invite in answer["invites"]] == ["delivered"],
            "Waiting for Resend's word",
        )
        self.story.show("delivery_status", answer["invites"][0]["delivery_status"])

    def upload_file(self, product_id: str) -> None:
        self.story.step("They send the wallpapers straight to the storage, in parts, past the shop ...")
        path = f"/admin/products/{product_id}/files/uploads"
        announced = {
            "name": NAME,
            "size": len(self.pack),
            "mime_type": "application/zip",
            "sha256": sha256(self.pack),
        }
        upload = self.admin.post(path, announced, expected=201)["upload"]
        self.story.show_all({"upload": upload["id"], "parts": len(upload["parts"])})
        parts = []
        for part in upload["parts"]:
            expect(part["url"].startswith(self.around.storage), "Parts should go to the storage itself.")
            start = (part["number"] - 1) * upload["part_size"]
            etag = self.admin.put(part["url"], self.pack[start : start + upload["part_size"]])
            parts.append({"number": part["number"], "etag": etag})
        self.story.step("... and the shop puts them together, inspects and hashes the file there.")
        file = self.admin.post(f"{path}/{upload['id']}/complete", {"parts": parts}, expected=201)["file"]
        self.story.show_all({key: file[key] for key in ("id", "size", "sha256", "state")})
        expect(file["sha256"] == sha256(self.pack), "The shop's SHA-256 differs from that of the uploaded bytes.")
        expect(file["state"] == "ready", f"The file should be ready for sale, not {file['state']}.")

    def _pay(self, cart: Answer) -> None:
        self.story.step("They pay by card: the shop opens a PaymentIntent ...")
        intent = self._open_intent(cart)
        self.story.step("... and the browser confirms it at Stripe with its client secret. The shop sees no card.")
        self._pay_card(cart, intent)

    def _open_intent(self, cart: Answer) -> Answer:
        session = self.buyer.post(f"/store/carts/{cart['id']}/payment-sessions")["cart"]["payment_session"]
        intent = dict(session["data"])
        self.intents[cart["id"]] = intent["id"]
        self.story.show_all({"provider": session["provider_id"], "intent": intent["id"]})
        return intent

    def _pay_card(self, cart: Answer, intent: Answer) -> None:
        confirmed = self.desk.confirm(intent["id"], intent["client_secret"])
        self.story.show_all({"status": confirmed["status"], "received": amount(confirmed["amount_received"], "eur")})
        expect(confirmed["amount_received"] == cart["total"], "The buyer should pay what the cart costs.")

    def download(self, token: str) -> None:
        self.story.step("They ask for the file and get a link that leads to the storage, for 15 minutes.")
        answer = self._fetch(token)
        expect(answer["url"].startswith(self.around.storage), "The bytes should come from the storage itself.")
        self.story.step("Whoever changes the link, so that it works for longer, gets nothing from it.")
        self.buyer.fetch_refused(answer["url"].replace("X-Amz-Expires=", "X-Amz-Expires=9"), 403)
        self.story.step("The storefront confirms the download, which counts it.")
        self._redeem(token, answer["session_id"], left=DOWNLOAD_LIMIT - 1)

    def hear_everything_again(self, order: Answer) -> None:
        self.story.step("Stripe says everything again: each webhook twice, the newest first.")
        events = list(dict.fromkeys(str(webhook["event_id"]) for webhook in self.desk.webhooks()))
        said = self.desk.say_again(events[::-1], expected=200, copies=2)
        self.story.show("webhooks", f"{said}, all answered 200")
        self.story.step("Somebody else says it too: changed on the way, signed long ago, signed with another secret.")
        for what, manner in (
            ("changed", {"tampered": True}),
            ("old", {"old": True}),
            ("foreign", {"secret": "whsec_of_somebody_else"}),
        ):
            said = self.desk.say_again(events, expected=403, **manner)
            self.story.show(what, f"{said}, all answered 403")
        self._expect_one_sale(order["cart_id"], 1)

    def _expect_one_sale(self, cart_id: str, orders: int) -> None:
        """One charge for this cart, and so many orders altogether."""
        charges = self.desk.charges(self.intents[cart_id])
        expect(len(charges) == 1, f"The card should be charged once, not {len(charges)} times.")
        found = self.admin.get("/admin/orders", params={"fields": "id,cart_id"})
        expect(found["count"] == orders, f"There should be {orders} orders, not {found['count']}.")
        self.story.show_all({"charges": f"1 for {charges[0]['payment_intent']}", "orders": found["count"]})

    def refund_twice(self, order: Answer, token: str) -> None:
        self.story.step("The admin refunds a part ...")
        body = {"amount": PART_REFUND, "reason": "discount"}
        part = self.admin.post(f"/admin/orders/{order['id']}/refund", body)["order"]
        self.story.show_all({"refunded": amount(part["refunded_total"], "eur"), "payment": part["payment_status"]})
        expect(part["refunded_total"] == PART_REFUND, "The order should know of this refund.")
        self.story.step("... and somebody the rest, in Stripe's dashboard. A webhook tells the shop.")
        self.desk.refund(self.intents[order["cart_id"]], order["total"] - PART_REFUND)
        whole = self.admin.wait_until(
            f"/admin/orders/{order['id']}",
            lambda answer: bool(answer["order"]["payment_status"] == "refunded"),
            "Waiting for the shop to hear of it",
        )["order"]
        self.story.show_all({"refunded": amount(whole["refunded_total"], "eur"), "payment": whole["payment_status"]})
        expect(whole["refunded_total"] == order["total"], "Each refund should count once.")
        self.buyer.refused("GET", f"/store/downloads/{token}", 410, "DOWNLOAD_REVOKED")
        for _ in range(2):
            letter = self._wait_for_mail("refund")
            self.story.show("mail", letter.subject)

    def buy_without_coming_back(self) -> str:
        """Paid, and the browser is gone: the webhook decides alone, and not even the workers are there."""
        self.story.step("A second sale. Just then all workers are lost.")
        self.around.lose_workers()
        cart = self._pay_and_leave()
        self.story.step("Other workers start, and find in the queue what Stripe has told meanwhile.")
        self.around.hire_workers()
        return self._receive_unasked(cart, orders=2)

    def buy_unheard(self) -> str:
        """Paid, the browser is gone, and no webhook comes either."""
        self.desk.hold_webhooks()
        self.story.step("A third sale, while Stripe's webhooks do not get through.")
        cart = self._pay_and_leave()
        self.story.step("The reconciler asks Stripe. It does so by itself once a minute; here it is called.")
        for line in self.around.run("reconcile"):
            self.story.say(f"      {line}", "dim")
        token = self._receive_unasked(cart, orders=3)
        self.story.step("Now the webhooks get through, too late, and change nothing.")
        self.story.show("webhooks", f"{self.desk.let_webhooks_go()}, all answered 200")
        self._expect_one_sale(cart["id"], 3)
        return token

    def _fill_cart(self, region_id: str, variant_id: str) -> Answer:
        self.wanted = (region_id, variant_id)
        return super()._fill_cart(region_id, variant_id)

    def _pay_and_leave(self) -> Answer:
        """The same cart again, paid in the browser, which is closed then."""
        region_id, variant_id = self.wanted
        cart = self.buyer.post("/store/carts", {"region_id": region_id})["cart"]
        line = {"variant_id": variant_id, "quantity": 1}
        cart = self.buyer.post(f"/store/carts/{cart['id']}/line-items", line)["cart"]
        self._pay_card(cart, self._open_intent(cart))
        self.story.show("browser", "closed; nobody completes the cart")
        return dict(cart)

    def _receive_unasked(self, cart: Answer, *, orders: int) -> str:
        order = self.buyer.wait_until(
            f"/store/orders/cart/{cart['id']}",
            lambda answer: bool(answer["order"]["payment_status"] == "captured"),
            "Waiting for the order",
        )["order"]
        self.story.show_all({"order": order["id"], "number": order["display_id"], "total": money_of(order)})
        expect(order["total"] == cart["total"], "The order should cost what the cart did.")
        token = self._find_links(order["id"])
        self._fetch(token)
        self._expect_one_sale(cart["id"], orders)
        return token

    def add_up(self, tokens: Sequence[str]) -> None:
        self.story.step("At the end everything has to add up.")
        for title, arguments in (("perseus reconcile", ["reconcile"]), ("perseus check", ["check"])):
            with self.story.waiting(title):
                lines = self.around.run(*arguments)
            for line in lines:
                self.story.say(f"      {line}", "dim")
        for token in tokens:
            sent = self.mailbox.holding(token)
            expect(sent == 1, f"{BUYER} should get each link once, not {sent} times.")
        self.story.show("mails with links", f"{len(tokens)}, one per order")


def _with_noise(pack: bytes) -> bytes:
    """The same archive with a large file beside the pictures."""
    archive = io.BytesIO(pack)
    with zipfile.ZipFile(archive, "a") as opened:
        opened.writestr("The night sky, unprocessed.raw", random.Random(TITLE).randbytes(NOISE))  # noqa: S311
    return archive.getvalue()
