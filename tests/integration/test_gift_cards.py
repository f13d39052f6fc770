"""Gift cards over HTTP: made, laid on carts, spent, sold, mailed once, given back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.dispute import DisputeReport, DisputeState
from core.domain.order import Order
from core.domain.payment import RefundReport
from core.use_cases.gift_card.spending import credit_cards
from core.use_cases.order.refund_payment import RefundRequest
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import ADMIN, REGION, VARIANT, run_jobs

CODE = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}")


class CardShop(PeopledShop):
    """One digital product of 1,000 and a gift card product of 2,500, 10 % tax."""

    def __init__(self, folder: Path, **more: str) -> None:
        super().__init__(folder, **more)
        self.folder = folder

    def card(self, value: int = 5_000, **more: object) -> dict[str, Any]:
        answer = self.post("/admin/gift-cards", {"value": value, "region_id": REGION, **more})
        assert answer.status_code == 200, answer.text
        return answer.json["gift_card"]

    def look(self, card: dict[str, Any]) -> dict[str, Any]:
        return self.ask("GET", f"/admin/gift-cards/{card['id']}?expand=transactions", self.staff).json["gift_card"]

    def cart(self, variant_id: str = VARIANT, quantity: int = 1) -> str:
        cart_id = self.ask("POST", "/store/carts", None, {"region_id": REGION}).json["cart"]["id"]
        self.put(cart_id, "/line-items", {"variant_id": variant_id, "quantity": quantity})
        self.put(cart_id, "", {"email": "guest@example.com"})
        return cart_id

    def put(self, cart_id: str, path: str, json: object, status: int = 200) -> dict[str, Any]:
        answer = self.ask("POST", f"/store/carts/{cart_id}{path}", None, json)
        assert answer.status_code == status, answer.text
        return answer.json["cart"] if status == 200 and "cart" in answer.json else answer.json

    def lay(self, cart_id: str, *cards: dict[str, Any], status: int = 200) -> dict[str, Any]:
        return self.put(cart_id, "", {"gift_cards": [{"code": card["code"]} for card in cards]}, status)

    def complete(self, cart_id: str, status: int = 200) -> dict[str, Any]:
        answer = self.ask("POST", f"/store/carts/{cart_id}/complete")
        assert answer.status_code == status, answer.text
        run_jobs(self.container)
        return answer.json.get("data", answer.json)

    def gift_product(self) -> str:
        """A published gift card of 2,500; its variant's id."""
        product = self.product(
            title="Gift card",
            is_giftcard=True,
            status="published",
            options=[{"title": "Value"}],
            variants=[
                {
                    "title": "25",
                    "options": [{"value": "25"}],
                    "manage_inventory": False,
                    "prices": [{"currency_code": "eur", "amount": 2_500}],
                }
            ],
        )
        return product["variants"][0]["id"]

    def buy_cards(self, quantity: int = 2) -> str:
        """The id of an order of gift cards that is not paid yet."""
        cart_id = self.cart(self.gift_product(), quantity)
        self.put(cart_id, "/payment-sessions", None)
        return self.complete(cart_id)["id"]

    def capture(self, order_id: str) -> None:
        self.container.capture_payment()(ADMIN, order_id)
        run_jobs(self.container)

    def issued(self, order_id: str) -> list[Any]:
        with self.container.begin()(SYSTEM, "test.look") as work:
            return work.gift_cards.issued_by(order_id)

    def mails(self) -> list[str]:
        texts = [path.read_text() for path in sorted(self.folder.rglob("*.eml"))]
        return [text for text in texts if CODE.search(text)]


@pytest.fixture
def shop(folder: Path) -> CardShop:
    return CardShop(folder)


# Staff


def test_staff_makes_finds_changes_and_deletes_cards(shop: CardShop) -> None:
    card = shop.card(metadata={"for": "ada"})
    assert CODE.fullmatch(card["code"])
    assert (card["value"], card["balance"], card["tax_rate"], card["order"]) == (5_000, 5_000, 10, None)
    assert card["region"]["id"] == REGION

    found = shop.ask("GET", f"/admin/gift-cards?q={card['code'][:9].lower()}", shop.staff).json
    assert [each["id"] for each in found["gift_cards"]] == [card["id"]]
    assert (found["count"], found["offset"], found["limit"]) == (1, 0, 50)

    changed = shop.post(f"/admin/gift-cards/{card['id']}", {"balance": 1_200, "ends_at": "2030-01-01"}).json
    assert (changed["gift_card"]["balance"], changed["gift_card"]["value"]) == (1_200, 5_000)
    assert changed["gift_card"]["ends_at"].startswith("2030-01-01T00:00:00")
    (entry,) = shop.look(card)["transactions"]
    assert (entry["kind"], entry["amount"], entry["order_id"]) == ("debit", 3_800, None)

    gone = shop.ask("DELETE", f"/admin/gift-cards/{card['id']}", shop.staff).json
    assert gone == {"id": card["id"], "object": "gift-card", "deleted": True}
    assert shop.ask("GET", f"/admin/gift-cards/{card['id']}", shop.staff).status_code == 404
    assert shop.ask("GET", f"/store/gift-cards/{card['code']}").status_code == 404
    assert shop.ask("DELETE", f"/admin/gift-cards/{card['id']}", shop.staff).status_code == 200


@pytest.mark.parametrize(
    "body", [{"balance": 5_001}, {"balance": -1}, {"balance": 1.5}, {"value": 9_000}, {"code": "MINE"}]
)
def test_a_balance_beyond_the_value_is_refused(shop: CardShop, body: dict[str, object]) -> None:
    card = shop.card()
    answer = shop.post(f"/admin/gift-cards/{card['id']}", body)

    assert (answer.status_code, answer.json["type"]) == (400, "invalid_data")
    assert shop.look(card)["balance"] == 5_000


def test_a_region_is_needed_and_has_to_be_there(shop: CardShop) -> None:
    assert shop.post("/admin/gift-cards", {"value": 1}).status_code == 400
    assert shop.post("/admin/gift-cards", {"value": 1, "region_id": "reg_none"}).status_code == 404
    assert shop.post("/admin/gift-cards", {"region_id": REGION}).status_code == 400


# The store


def test_the_store_shows_what_a_card_holds_and_no_more(shop: CardShop) -> None:
    card = shop.card()
    shown = shop.ask("GET", f"/store/gift-cards/{card['code'].lower()}").json["gift_card"]

    assert shown.keys() == {"id", "code", "value", "balance", "region"}
    assert (shown["code"], shown["balance"]) == (card["code"], 5_000)
    assert shop.ask("GET", "/store/gift-cards/NOPE").json["message"] == "Gift card with code: NOPE was not found"
    assert shop.ask("GET", f"/store/gift-cards/{card['code']}?expand=order").status_code == 400


def test_cards_pay_for_goods_and_their_tax(shop: CardShop) -> None:
    card, cart_id = shop.card(600), shop.cart()
    cart = shop.lay(cart_id, card)

    assert [each["code"] for each in cart["gift_cards"]] == [card["code"]]
    assert (cart["gift_card_total"], cart["gift_card_tax_total"], cart["tax_total"]) == (600, 60, 100)
    assert cart["total"] == 440

    cart = shop.put(cart_id, "/payment-sessions", None)
    assert cart["payment_session"]["amount"] == 440
    order = shop.complete(cart_id)
    assert (order["total"], order["tax_total"], order["paid_total"]) == (440, 40, 440)
    assert (order["gift_card_total"], order["gift_card_tax_total"]) == (600, 60)
    (used,) = order["gift_card_transactions"]
    assert (used["amount"], used["gift_card_id"], used["is_taxable"], used["tax_rate"]) == (600, card["id"], True, 10)
    assert [each["code"] for each in order["gift_cards"]] == ["****-****-****-" + card["code"][-4:]]
    assert order["gift_cards"][0]["order_id"] is None
    shown = shop.ask("GET", f"/admin/orders/{order['id']}", shop.staff).json["order"]
    (listed,) = shop.ask("GET", f"/admin/orders?id={order['id']}", shop.staff).json["orders"]
    for seen in (shown, listed):  # the dashboard names the card of each transaction
        assert [each["gift_card"]["code"] for each in seen["gift_card_transactions"]] == [card["code"]]
    left = shop.look(card)
    assert (left["balance"], left["is_disabled"]) == (0, True)
    assert shop.lay(shop.cart(), card, status=400)["code"] == "GIFT_CARD_EMPTY"


def test_a_cart_that_costs_nothing_needs_no_payment(shop: CardShop) -> None:
    card, cart_id = shop.card(5_000), shop.cart()
    cart = shop.lay(cart_id, card)
    assert cart["total"] == 0

    order = shop.complete(cart_id)
    assert (order["total"], order["payments"], order["payment_status"]) == (0, [], "captured")
    assert shop.look(card)["balance"] == 4_000
    assert shop.complete(cart_id)["id"] == order["id"]
    assert shop.look(card)["balance"] == 4_000


def test_a_list_replaces_the_cards_and_an_empty_one_removes_them(shop: CardShop) -> None:
    first, second, cart_id = shop.card(100), shop.card(200), shop.cart()

    assert shop.lay(cart_id, first, first)["gift_card_total"] == 100
    assert shop.lay(cart_id, second)["gift_card_total"] == 200
    assert shop.lay(cart_id, first, second)["gift_card_total"] == 300
    assert shop.put(cart_id, "", {"metadata": {"a": "b"}})["gift_card_total"] == 300
    assert shop.lay(cart_id)["gift_cards"] == []


def test_cards_that_cannot_pay_are_refused_by_name(shop: CardShop) -> None:
    cart_id, past = shop.cart(), (datetime.now(UTC) - timedelta(days=1)).isoformat()
    with shop.container.begin()(SYSTEM, "test.region") as work:
        region = work.regions.get(REGION)
        work.regions.add(type(region)(id="reg_other", name="US", currency_code="usd"))
        work.commit()
    known = shop.card(100)
    shop.lay(cart_id, known)

    for card, status, code in (
        ({"code": "NOPE"}, 404, "NOT_FOUND"),
        (shop.card(is_disabled=True), 400, "GIFT_CARD_DISABLED"),
        (shop.card(ends_at=past), 400, "GIFT_CARD_EXPIRED"),
        (shop.card(0), 400, "GIFT_CARD_EMPTY"),
        (shop.post("/admin/gift-cards", {"value": 1, "region_id": "reg_other"}).json["gift_card"], 400, None),
    ):
        refused = shop.lay(cart_id, known, card, status=status)
        assert refused["code"] == (code or "GIFT_CARD_WRONG_REGION")
        assert refused["type"] == {404: "not_found"}.get(status, "not_allowed" if code else "invalid_data")
    assert shop.ask("GET", f"/store/carts/{cart_id}").json["cart"]["gift_card_total"] == 100
    moved = shop.put(cart_id, "", {"region_id": "reg_other"})
    assert moved["gift_cards"] == []


def test_a_card_emptied_meanwhile_is_told_and_the_cart_stays_usable(shop: CardShop) -> None:
    card, mine, theirs = shop.card(1_000), shop.cart(), shop.cart()
    shop.lay(mine, card)
    shop.lay(theirs, card)
    shop.complete(theirs)

    refused = shop.complete(mine, status=409)
    assert (refused["code"], refused["totals"]["total"]) == ("GIFT_CARD_INSUFFICIENT", 1_100)
    cart = shop.ask("GET", f"/store/carts/{mine}").json["cart"]
    assert (cart["total"], cart["gift_cards"]) == (1_100, [])
    shop.put(mine, "/payment-sessions", None)
    assert shop.complete(mine)["total"] == 1_100


# Selling


def test_a_sold_card_is_issued_when_it_is_paid_and_mailed_once(shop: CardShop) -> None:
    order_id = shop.buy_cards(2)
    assert (shop.issued(order_id), shop.mails()) == ([], [])

    shop.capture(order_id)
    shop.capture(order_id)
    cards = shop.issued(order_id)
    assert [(card.value, card.balance, card.unit, card.tax_rate) for card in cards] == [
        (2_500, 2_500, 0, 10),
        (2_500, 2_500, 1, 10),
    ]
    (mail,) = shop.mails()
    assert all(card.code in mail for card in cards)
    order = shop.ask("GET", f"/store/orders/{order_id}").text
    assert not any(card.code in order for card in cards)
    shown = shop.ask("GET", f"/admin/gift-cards?q={shop.order(order_id).display_id}", shop.staff).json["gift_cards"]
    assert {each["code"] for each in shown} == {card.code for card in cards}
    assert shown[0]["order"]["id"] == order_id


def test_refunding_an_unused_card_voids_it_and_a_used_one_is_refused(shop: CardShop) -> None:
    order_id = shop.buy_cards(2)
    shop.capture(order_id)
    used, unused = shop.issued(order_id)
    cart_id = shop.cart()
    shop.lay(cart_id, {"code": used.code})
    shop.complete(cart_id)

    line = shop.order(order_id).items[0].id
    path = f"/admin/orders/{order_id}/refund"
    refused = shop.post(path, {"amount": 5_500, "reason": "other", "items": [{"item_id": line, "quantity": 2}]})
    assert (refused.status_code, refused.json["code"]) == (400, "GIFT_CARD_SPENT")
    taken = shop.post(path, {"amount": 2_750, "reason": "other", "items": [{"item_id": line, "quantity": 1}]})
    assert taken.status_code == 200, taken.text
    assert [card.is_disabled for card in shop.issued(order_id)] == [False, True]
    assert shop.lay(shop.cart(), {"code": unused.code}, status=400)["code"] == "GIFT_CARD_DISABLED"

    shop.container.refund_payment()(ADMIN, order_id, RefundRequest(amount=2_750))
    assert [card.is_disabled for card in shop.issued(order_id)] == [True, True]


def test_cards_revive_when_the_refund_comes_back(shop: CardShop) -> None:
    order_id = shop.buy_cards(2)
    shop.capture(order_id)
    staffs_own, other = shop.issued(order_id)
    assert shop.post(f"/admin/gift-cards/{staffs_own.id}", {"is_disabled": True}).status_code == 200
    shop.container.refund_payment()(ADMIN, order_id, RefundRequest(amount=5_500))
    assert [card.is_disabled for card in shop.issued(order_id)] == [True, True]

    order = shop.order(order_id)
    (refund,), (payment,) = order.refunds, order.payments
    report = RefundReport(
        provider_id=payment.provider_id,
        provider_payment_id=payment.provider_payment_id or "",
        provider_refund_id=refund.provider_refund_id or "",
        amount=refund.amount,
        currency_code=payment.currency_code,
        succeeded=False,
        ours=refund.id,
    )
    for _ in range(2):
        shop.container.handle_refund()(SYSTEM, report)
        assert {card.id: card.is_disabled for card in shop.issued(order_id)} == {staffs_own.id: True, other.id: False}
    assert shop.lay(shop.cart(), {"code": other.code})["gift_card_total"] == 1_000


def test_cards_follow_a_dispute_that_is_lost_and_won_after_all(shop: CardShop) -> None:
    order_id = shop.buy_cards(2)
    shop.capture(order_id)
    spent, _ = shop.issued(order_id)
    for _ in range(3):  # two carts of 1,000 and what is left
        cart_id = shop.cart()
        shop.lay(cart_id, {"code": spent.code})
        shop.put(cart_id, "/payment-sessions", None)
        last = shop.complete(cart_id)["id"]
    (payment,) = shop.order(order_id).payments

    def tell(state: DisputeState, day: int) -> list[tuple[int, bool]]:
        report = DisputeReport(
            provider_id=payment.provider_id,
            provider_payment_id=payment.provider_payment_id or "",
            provider_dispute_id="dp_1",
            amount=payment.amount,
            currency_code=payment.currency_code,
            state=state,
            reason="fraudulent",
            at=datetime(2030, 1, day, tzinfo=UTC),
        )
        shop.container.handle_dispute()(SYSTEM, report)
        return [(card.balance, card.is_disabled) for card in shop.issued(order_id)]

    assert tell(DisputeState.LOST, 1) == [(0, True), (2_500, True)]
    assert shop.post(f"/admin/orders/{last}/cancel").status_code == 200
    assert [(card.balance, card.is_disabled) for card in shop.issued(order_id)] == [(500, True), (2_500, True)]
    assert tell(DisputeState.WON, 2) == [(500, False), (2_500, False)]
    assert tell(DisputeState.LOST, 3) == [(500, True), (2_500, True)]


def test_what_an_order_took_goes_back_to_the_card_once(shop: CardShop) -> None:
    card, cart_id = shop.card(1_000), shop.cart()
    shop.lay(cart_id, card)
    order_id = shop.complete(cart_id)["id"]

    def give_back() -> int:
        with shop.container.begin()(SYSTEM, "test.cancel") as work:
            order: Order = work.orders.get(order_id)
            returned = credit_cards(work, order, shop.container.clock().now(), shop.container.ids())
            work.commit()
        return returned

    assert give_back() == 1_000
    back = shop.look(card)
    assert (back["balance"], back["is_disabled"]) == (1_000, False)
    assert [entry["kind"] for entry in back["transactions"]] == ["debit", "credit"]
    with pytest.raises(Exception, match=r"written down already|somebody else"):
        give_back()
    (shown,) = shop.ask("GET", f"/store/orders/{order_id}").json["order"]["gift_card_transactions"]
    assert shown["amount"] == 1_000
    assert shop.container.check_shop()(ANONYMOUS) == []


@pytest.mark.parametrize(("raised_to", "back"), [(4_001, 999), (5_000, 0)])
def test_a_card_that_staff_filled_up_meanwhile_stops_no_cancel(shop: CardShop, raised_to: int, back: int) -> None:
    card, cart_id = shop.card(5_000), shop.cart()
    shop.lay(cart_id, card)
    order_id = shop.complete(cart_id)["id"]
    assert shop.look(card)["balance"] == 4_000
    assert shop.post(f"/admin/gift-cards/{card['id']}", {"balance": raised_to}).status_code == 200

    for _ in range(2):
        assert shop.post(f"/admin/orders/{order_id}/cancel").status_code == 200
        shown = shop.look(card)
        credited = [e["amount"] for e in shown["transactions"] if e["kind"] == "credit" and e["order_id"] == order_id]
        assert (shown["balance"], sum(credited)) == (5_000, back)
    assert shop.container.check_shop()(ANONYMOUS) == []


def test_a_card_that_staff_deleted_meanwhile_stops_no_cancel(shop: CardShop) -> None:
    card, cart_id = shop.card(5_000), shop.cart()
    shop.lay(cart_id, card)
    order_id = shop.complete(cart_id)["id"]
    assert shop.ask("DELETE", f"/admin/gift-cards/{card['id']}", shop.staff).status_code == 200

    assert shop.post(f"/admin/orders/{order_id}/cancel").status_code == 200
    assert shop.container.check_shop()(ANONYMOUS) == []


def test_codes_are_tried_ten_times_a_minute_on_a_cart(folder: Path) -> None:
    shop = CardShop(folder, RATE_LIMITS="on")
    cart_id = shop.cart()
    statuses = [
        shop.ask("POST", f"/store/carts/{cart_id}", None, {"gift_cards": [{"code": f"TRY-{number}"}]}).status_code
        for number in range(11)
    ]

    assert statuses == [404] * 10 + [429]
    assert shop.ask("POST", f"/store/carts/{cart_id}", None, {"metadata": {}}).status_code == 200
