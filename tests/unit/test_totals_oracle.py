"""Totals of lines, shipping, discounts and gift cards against the oracle of tests/money_oracle.py."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.domain.cart import Cart, CartId, LineItem
from core.domain.discount import Allocation, DiscountType
from core.domain.discounting import Reduced, share_out
from core.domain.gift_card import AppliedGiftCard
from core.domain.lines import Adjustment, ShippingMethod
from core.domain.money import EXPONENTS, Money, allocate, exponent
from core.domain.tax import TaxLine
from core.domain.totals import refundable
from tests import money_oracle as oracle

RATES = st.lists(st.sampled_from(["0", "5", "7.7", "19", "33.3333", "50", "100"]), max_size=3).map(
    lambda rates: tuple(Fraction(rate) for rate in rates)
)
# Small amounts, where every rounding shows, and large ones as in yen or in thousandths of a dinar.
AMOUNTS = st.integers(0, 12) | st.integers(0, 5_000) | st.integers(0, 90_000_000)
GOODS = st.lists(
    st.builds(
        oracle.Good,
        price=AMOUNTS,
        quantity=st.integers(1, 9) | st.integers(1, 300),
        rates=RATES,
        inclusive=st.booleans(),
        reducible=st.sampled_from([True, True, False]),
    ),
    min_size=1,
    max_size=4,
)
POSTS = st.lists(st.builds(oracle.Post, price=AMOUNTS, rates=RATES, inclusive=st.booleans()), max_size=2)
OFF = (
    st.none()
    | st.builds(oracle.Off, kind=st.just("percentage"), value=st.integers(0, 100))
    | st.builds(oracle.Off, kind=st.sampled_from(["item", "total"]), value=AMOUNTS)
)
CARDS = st.lists(
    st.builds(
        oracle.Card, balance=AMOUNTS.filter(bool), rate=st.sampled_from([Fraction(0), Fraction(19), Fraction(77, 10)])
    ),
    max_size=3,
)
KINDS = {
    "percentage": (DiscountType.PERCENTAGE, Allocation.TOTAL),
    "item": (DiscountType.FIXED, Allocation.ITEM),
    "total": (DiscountType.FIXED, Allocation.TOTAL),
}


def decimal(rate: Fraction) -> Decimal:
    return Decimal(rate.numerator) / Decimal(rate.denominator)


def a_line(number: int, good: oracle.Good) -> LineItem:
    return LineItem(
        id=f"item_{number}",
        title="Mug",
        unit_price=good.price,
        quantity=good.quantity,
        includes_tax=good.inclusive,
        allow_discounts=good.reducible,
        tax_lines=tuple(
            TaxLine(id=f"litl_{number}_{n}", rate=decimal(rate), name="VAT") for n, rate in enumerate(good.rates)
        ),
    )


def a_method(number: int, post: oracle.Post) -> ShippingMethod:
    return ShippingMethod(
        id=f"sm_{number}",
        shipping_option_id="so_1",
        name="Post",
        profile_id=f"sp_{number}",
        price=post.price,
        includes_tax=post.inclusive,
        tax_lines=tuple(
            TaxLine(id=f"smtl_{number}_{n}", rate=decimal(rate), name="VAT") for n, rate in enumerate(post.rates)
        ),
    )


def a_cart(goods, posts, off, cards, *, ships_free: bool, covers_tax: bool) -> Cart:
    """As re-pricing leaves it, with the discount shared out by the code under test."""
    cart = Cart(id=CartId("cart_1"), region_id="reg_1", currency_code="eur")
    cart.items = [a_line(number, good) for number, good in enumerate(goods)]
    reduced = [item for item in cart.items if item.allow_discounts]
    if off is not None:
        type, allocation = KINDS[off.kind]
        given_off = share_out(type, off.value, allocation, [Reduced(item.net, item.quantity) for item in reduced])
        for item, share in zip(reduced, given_off, strict=True):
            item.adjustments = (Adjustment(id="lia_1", description="discount", amount=share, discount_id="disc_1"),)
    cart.shipping_methods = [a_method(number, post) for number, post in enumerate(posts)]
    for method in cart.shipping_methods:
        method.ship_free(ships_free)
    cart.gift_cards = tuple(
        AppliedGiftCard(
            id=f"cgc_{number}",
            gift_card_id=f"gift_{number}",
            balance=card.balance,
            tax_rate=decimal(card.rate),
            covers_tax=covers_tax,
        )
        for number, card in enumerate(cards)
    )
    cart.recompute()
    return cart


def shown(cart: Cart) -> dict[str, int]:
    totals = cart.totals
    return {
        "subtotal": totals.subtotal,
        "discount": totals.discount_total,
        "shipping": totals.shipping_total,
        "item_tax": totals.item_tax_total,
        "shipping_tax": totals.shipping_tax_total,
        "tax": totals.tax_total,
        "cards": totals.gift_card_total,
        "card_tax": totals.gift_card_tax_total,
        "total": totals.total,
    }


def billed(bill: oracle.Bill) -> dict[str, int]:
    return {
        name: getattr(bill, name)
        for name in (
            "subtotal",
            "discount",
            "shipping",
            "item_tax",
            "shipping_tax",
            "tax",
            "cards",
            "card_tax",
            "total",
        )
    }


def in_order(cards: list[oracle.Card]) -> list[oracle.Card]:
    """The smaller first, as none of them ends."""
    return sorted(cards, key=lambda card: card.balance)


@settings(max_examples=300)
@given(goods=GOODS, posts=POSTS, off=OFF, cards=CARDS, ships_free=st.booleans(), covers_tax=st.booleans())
@example(
    # The discount leaves less than what the units are worth one by one: no tax is owed back for that.
    goods=[oracle.Good(price=3, quantity=100, rates=(Fraction(20),), inclusive=True)],
    posts=[],
    off=oracle.Off(kind="total", value=259),
    cards=[],
    ships_free=False,
    covers_tax=False,
)
def test_a_cart_costs_what_the_rules_say(goods, posts, off, cards, ships_free, covers_tax) -> None:
    cart = a_cart(goods, posts, off, cards, ships_free=ships_free, covers_tax=covers_tax)

    expected = oracle.bill(
        goods, posts=posts, off=off, ships_free=ships_free, cards=in_order(cards), covers_tax=covers_tax
    )
    assert shown(cart) == billed(expected)
    assert cart.due == expected.total >= 0
    for item, line in zip(cart.items, expected.lines, strict=True):
        assert (item.subtotal, item.discount_total, item.tax_total, item.total, item.original_tax_total) == (
            line.subtotal,
            line.discount,
            line.tax,
            line.paid,
            line.original_tax,
        )
        assert item.total >= 0
        assert item.tax_total >= 0


@settings(max_examples=200)
@given(goods=GOODS, off=OFF.filter(bool))
def test_a_discount_is_shared_out_to_the_last_unit(goods, off) -> None:
    lines = [a_line(number, good) for number, good in enumerate(goods)]
    type, allocation = KINDS[off.kind]

    off_each = share_out(type, off.value, allocation, [Reduced(item.net, item.quantity) for item in lines])

    worths = [max(item.net, 0) for item in lines]
    assert all(0 <= share <= most for share, most in zip(off_each, worths, strict=True))
    if off.kind == "total":
        assert sum(off_each) == min(off.value, sum(worths))
    if off.kind == "percentage" and off.value == 100:
        assert off_each == worths


@given(st.integers(0, 10_000), st.lists(st.integers(0, 9_999), min_size=1, max_size=9))
def test_no_part_is_a_whole_unit_away_from_its_exact_share(amount: int, weights: list[int]) -> None:
    parts = allocate(amount, weights)

    assert sum(parts) == amount
    shares = [Fraction(amount * weight, sum(weights)) for weight in weights] if any(weights) else None
    if shares is not None:
        rest = [share - part for share, part in zip(shares, parts, strict=True)]
        assert all(-1 < left < 1 for left in rest)
        # Whoever was rounded up had lost at least as much as whoever was rounded down.
        assert max((r for r in rest if r > 0), default=Fraction(0)) <= min(
            (1 + r for r in rest if r < 0), default=Fraction(1)
        )


@settings(max_examples=200)
@given(goods=GOODS, off=OFF, data=st.data())
def test_what_comes_back_is_worth_what_the_rules_say_and_never_less_than_nothing(goods, off, data) -> None:
    cart = a_cart(goods, [], off, [], ships_free=False, covers_tax=False)
    for item, good in zip(cart.items, goods, strict=True):
        returned = data.draw(st.integers(0, good.quantity))
        worth = refundable(
            item.unit_price,
            item.quantity,
            returned,
            item.discount,
            [line.rate for line in item.tax_lines],
            includes_tax=item.includes_tax,
        )

        assert worth == oracle.worth_back(good, item.discount_total, good.quantity - returned) >= 0


@given(st.sampled_from(["eur", "jpy", "kwd", "clf"]), st.lists(AMOUNTS, min_size=1, max_size=5))
def test_amounts_add_up_in_major_units_too(currency: str, amounts: list[int]) -> None:
    places = {"eur": 2, "jpy": 0, "kwd": 3, "clf": 4}[currency]
    assert exponent(currency) == EXPONENTS.get(currency, 2) == places

    whole = sum((Money(amount, currency).major for amount in amounts), Decimal(0))

    assert whole * 10**places == sum(amounts)
    assert whole.as_tuple().exponent == -places
