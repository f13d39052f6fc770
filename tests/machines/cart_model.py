"""What a cart, its shop and its orders should be, kept in small numbers beside the real ones.

Sums come from ``tests.money_oracle``; which codes hold, which cards pay and what is agreed is decided here.
Nothing of the code under test is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from tests.money_oracle import Bill, Card, Good, Off, Post, bill


@dataclass(frozen=True, kw_only=True)
class Place:
    """A region. inclusive: the variants whose prices contain their tax there."""

    currency: str
    rate: Fraction
    shows_taxes: bool = True
    taxes_cards: bool = True
    inclusive: frozenset[str] = frozenset()
    ships_inclusive: bool = False


@dataclass(kw_only=True)
class Code:
    """kind: as in the oracle, or ``ships``. last_day: it is over from that day on. only: variants it is for."""

    kind: str
    value: int
    places: tuple[str, ...]
    limit: int | None = None
    per_buyer: int | None = None
    last_day: int | None = None
    only: frozenset[str] | None = None
    disabled: bool = False
    uses: dict[str, str] = field(default_factory=dict)  # e-mail by order

    def holds(self, place: str, day: int, buyer: str | None) -> bool:
        return self.refusal(place, day, buyer) is None

    def refusal(self, place: str, day: int, buyer: str | None) -> str | None:
        """In the order in which Medusa looks."""
        if self.limit is not None and len(self.uses) >= self.limit:
            return "DiscountLimitReached"
        if self.last_day is not None and day >= self.last_day:
            return "DiscountInvalid"
        if self.disabled:
            return "DiscountInvalid"
        if place not in self.places:
            return "DiscountNotHere"
        if self.per_buyer is not None and list(self.uses.values()).count(buyer or "") >= self.per_buyer:
            return "DiscountLimitReached"
        return None


@dataclass(kw_only=True)
class Voucher:
    """A gift card. spent: by order."""

    id: str
    value: int
    place: str
    rate: Fraction
    last_day: int | None = None
    spent: dict[str, int] = field(default_factory=dict)

    @property
    def balance(self) -> int:
        return self.value - sum(self.spent.values())

    def refusal(self, place: str, day: int) -> str | None:
        if self.balance <= 0:
            return "GiftCardEmpty"
        if self.last_day is not None and day >= self.last_day:
            return "GiftCardExpired"
        return None if place == self.place else "GiftCardElsewhere"


@dataclass(kw_only=True)
class Sold:
    """An order. lines: (variant, good, discount), as they were sold."""

    bill: Bill
    lines: list[tuple[str, Good, int]]
    codes: list[str]
    canceled: bool = False
    refunded: int = 0
    back: dict[str, int] = field(default_factory=dict)


@dataclass(kw_only=True)
class ShopModel:
    """rates: of variants that have their own, by place. prices: by (variant, place); none: not sold there."""

    places: dict[str, Place]
    prices: dict[tuple[str, str], int]
    rates: dict[tuple[str, str], tuple[Fraction, ...]]
    codes: dict[str, Code]
    vouchers: dict[str, Voucher]
    fixed_price: frozenset[str]
    shipped: frozenset[str]
    postage: int
    stock: int
    day: int = 0
    orders: dict[str, Sold] = field(default_factory=dict)


@dataclass(kw_only=True)
class CartModel:
    """goods: each line as it was at the last re-pricing. shown, due: what that costs without and with the tax
    that the region may hide. used, seen: the cards in their order, and what was on them. offered: ways to pay;
    agreed: what the chosen one is for."""

    shop: ShopModel
    place: str
    lines: dict[str, int] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    vouchers: list[str] = field(default_factory=list)
    buyer: str | None = None
    has_address: bool = False
    has_shipping: bool = False
    offered: set[str] = field(default_factory=set)
    chosen: str | None = None
    agreed: int | None = None
    goods: dict[str, Good] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    shown: Bill = field(default_factory=lambda: bill([]))
    due: Bill = field(default_factory=lambda: bill([]))

    def reprice(self) -> None:
        """At the shop's prices of now; what does not hold any more leaves the cart."""
        shop, place = self.shop, self.shop.places[self.place]
        self.codes = [code for code in self.codes if shop.codes[code].holds(self.place, shop.day, self.buyer)]
        self.vouchers = [id for id in self.vouchers if shop.vouchers[id].refusal(self.place, shop.day) is None]
        self.goods, self.due = self._bill(self.codes, self.vouchers, taxed=True)
        self.shown = self.due if place.shows_taxes else self._bill(self.codes, self.vouchers, taxed=False)[1]
        self.used = self.in_order(self.vouchers)
        self.seen = {id: self.shop.vouchers[id].balance for id in self.vouchers}

    def now(self) -> int:
        """What it would cost if it were re-priced."""
        shop = self.shop
        codes = [code for code in self.codes if shop.codes[code].holds(self.place, shop.day, self.buyer)]
        vouchers = [id for id in self.vouchers if shop.vouchers[id].refusal(self.place, shop.day) is None]
        return self._bill(codes, vouchers, taxed=True)[1].total

    def in_order(self, ids: list[str]) -> list[str]:
        """That end first, then those with the least on them."""
        vouchers = self.shop.vouchers
        return sorted(ids, key=lambda it: (vouchers[it].last_day or 999, vouchers[it].balance, it))

    def edited(self) -> None:
        """The ways to pay follow an edit."""
        self.reprice()
        if self.due.total <= 0:
            self.offered, self.chosen, self.agreed = set(), None, None
        elif self.chosen is not None:
            self.agreed = self.due.total

    def contents_changed(self) -> None:
        self.has_shipping = False

    def move(self, place: str) -> None:
        self.place = place
        self.lines = {name: n for name, n in self.lines.items() if (name, place) in self.shop.prices}
        self.has_shipping = False
        self.vouchers = []
        self.offered, self.chosen, self.agreed = set(), None, None

    @property
    def needs_shipping(self) -> bool:
        return any(name in self.shop.shipped for name in self.lines)

    def _bill(self, codes: list[str], vouchers: list[str], *, taxed: bool) -> tuple[dict[str, Good], Bill]:
        shop, place = self.shop, self.shop.places[self.place]
        acting = next((shop.codes[code] for code in codes if shop.codes[code].kind != "ships"), None)
        goods = {
            name: Good(
                price=shop.prices[name, self.place],
                quantity=quantity,
                rates=shop.rates.get((name, self.place), (place.rate,)),
                inclusive=name in place.inclusive,
                reducible=name not in shop.fixed_price
                and (acting is None or acting.only is None or name in acting.only),
            )
            for name, quantity in self.lines.items()
        }
        postage = shop.postage if self.needs_shipping else 0
        post = Post(price=postage, rates=(place.rate,), inclusive=place.ships_inclusive)
        found = bill(
            list(goods.values()),
            posts=[post] if self.has_shipping else [],
            off=None if acting is None else Off(kind=acting.kind, value=acting.value),
            ships_free=any(shop.codes[code].kind == "ships" for code in codes),
            cards=[
                Card(balance=shop.vouchers[id].balance, rate=shop.vouchers[id].rate) for id in self.in_order(vouchers)
            ],
            covers_tax=not place.taxes_cards,
            taxed=taxed,
        )
        return goods, found
