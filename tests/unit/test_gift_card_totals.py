"""What gift cards make of a total, against an oracle that counts in exact fractions and shares no code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from core.domain.cart import Cart, CartId, LineItem
from core.domain.gift_card import AppliedGiftCard, normalise_code, readable_code
from core.domain.lines import ShippingMethod
from core.domain.order import OrderId
from core.domain.tax import TaxLine
from core.use_cases.order.placing import order_from

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
RATES = st.sampled_from([Decimal(0), Decimal("7.7"), Decimal(19), Decimal("33.3333")])
LINES = st.lists(st.tuples(st.integers(0, 5_000), st.integers(1, 9), RATES), min_size=1, max_size=4)
CARDS = st.lists(
    st.tuples(st.integers(0, 30_000), st.none() | RATES, st.none() | st.integers(1, 3)), min_size=0, max_size=4
)


def a_cart(lines, shipping, cards, *, covers_tax: bool, show_taxes: bool = True) -> Cart:
    cart = Cart(id=CartId("cart_1"), region_id="reg_1", currency_code="eur", show_taxes=show_taxes)
    cart.customer_id, cart.email = "cus_1", "ada@example.com"
    for number, (price, quantity, rate) in enumerate(lines):
        tax = TaxLine(id=f"litl_{number}", rate=rate, name="default")
        cart.items.append(
            LineItem(id=f"item_{number}", title="x", unit_price=price, quantity=quantity, tax_lines=(tax,))
        )
    if shipping:
        cart.shipping_methods.append(
            ShippingMethod(id="sm_1", shipping_option_id="so_1", name="Post", profile_id="sp_1", price=shipping)
        )
    cart.gift_cards = tuple(
        AppliedGiftCard(
            id=f"cgc_{number}",
            gift_card_id=f"gift_{number}",
            balance=balance,
            tax_rate=rate,
            ends_at=None if days is None else NOON + timedelta(days=days),
            covers_tax=covers_tax,
        )
        for number, (balance, rate, days) in enumerate(cards)
    )
    return cart


def rounded(exact: Fraction) -> int:
    whole, rest = divmod(exact.numerator, exact.denominator)
    return whole + (2 * rest >= exact.denominator)


def oracle(lines, shipping, cards, *, covers_tax: bool) -> tuple[int, int, int]:
    """(paid by cards, tax paid with them, total), as the rules of docs/gift-cards.md read."""
    goods = sum(price * quantity for price, quantity, _ in lines) + shipping
    tax = sum(rounded(Fraction(price * quantity) * Fraction(rate) / 100) for price, quantity, rate in lines)
    open_amount = goods + (tax if covers_tax and cards else 0)
    in_order = sorted(range(len(cards)), key=lambda n: (cards[n][2] or 9, cards[n][0], n))
    paid = paid_tax = 0
    for number in in_order:
        balance, rate, _ = cards[number]
        part = open_amount - paid if balance > open_amount - paid else balance
        paid += part
        paid_tax += rounded(Fraction(part) * Fraction(rate or 0) / 100)
    for bound in (tax, goods + tax - paid):
        paid_tax = bound if paid_tax > bound else paid_tax
    return paid, paid_tax, goods + tax - paid - paid_tax


@given(lines=LINES, shipping=st.integers(0, 900), cards=CARDS, covers_tax=st.booleans())
def test_cart_and_order_agree_with_the_oracle(lines, shipping, cards, covers_tax) -> None:
    cart = a_cart(lines, shipping, cards, covers_tax=covers_tax)
    cart.recompute()
    paid, paid_tax, total = oracle(lines, shipping, cards, covers_tax=covers_tax)

    assert (cart.totals.gift_card_total, cart.totals.gift_card_tax_total) == (paid, paid_tax)
    assert cart.totals.total == cart.due == total >= 0

    order = order_from(cart, id=OrderId("order_1"), display_id=1, customer_id="cus_1", email="a@b.test", now=NOON)
    assert (order.totals.gift_card_total, order.totals.gift_card_tax_total, order.totals.total) == (
        paid,
        paid_tax,
        total,
    )
    assert order.totals.tax_total == cart.totals.tax_total - paid_tax
    before = order.totals
    order.recompute()
    assert order.totals == before


@given(lines=LINES, cards=CARDS, covers_tax=st.booleans())
def test_what_is_taken_from_the_cards_is_what_they_pay(lines, cards, covers_tax) -> None:
    cart = a_cart(lines, 0, cards, covers_tax=covers_tax, show_taxes=False)
    uses = {use.gift_card_id: use.amount for use in cart.card_uses}
    paid, _, total = oracle(lines, 0, cards, covers_tax=covers_tax)

    assert sum(uses.values()) == paid
    assert all(0 < uses[card.gift_card_id] <= card.balance for card in cart.gift_cards if card.gift_card_id in uses)
    assert cart.due == total


def test_a_card_that_ends_first_is_used_first_and_the_smaller_of_two_before_the_larger() -> None:
    cart = a_cart(
        [(1_000, 1, Decimal(0))], 0, [(900, None, None), (400, None, None), (300, None, 2)], covers_tax=False
    )

    assert [(use.gift_card_id, use.amount) for use in cart.card_uses] == [
        ("gift_2", 300),
        ("gift_1", 400),
        ("gift_0", 300),
    ]


def test_codes_are_found_however_they_are_typed() -> None:
    code = readable_code("code_01J0000000ABCDEFGHJKMNPQRS")

    assert code == "ABCD-EFGH-JKMN-PQRS"
    for typed in (code, code.lower(), code.replace("-", ""), f"  {code} "):
        assert normalise_code(typed) == code
    assert normalise_code("welcome") == "WELCOME"
