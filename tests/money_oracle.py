"""What a purchase costs, worked out a second time from the rules alone, to hold the shop to it.

Nothing here is shared with the code it judges: exact fractions, loops and plain records. The rules
are those of docs/money.md, docs/discounts.md and docs/gift-cards.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction


def rounded(exact: Fraction) -> int:
    """Half up, towards plus infinity."""
    whole, rest = divmod(exact.numerator, exact.denominator)
    return whole + (2 * rest >= exact.denominator)


@dataclass(frozen=True, kw_only=True)
class Good:
    """A line. rates: percent. price: of one unit, tax in it if ``inclusive``. reducible: discounts may touch it."""

    price: int
    quantity: int
    rates: tuple[Fraction, ...] = ()
    inclusive: bool = False
    reducible: bool = True


@dataclass(frozen=True, kw_only=True)
class Post:
    """A shipping method."""

    price: int
    rates: tuple[Fraction, ...] = ()
    inclusive: bool = False


@dataclass(frozen=True, kw_only=True)
class Off:
    """kind: percentage, item, total. value: percent or minor units."""

    kind: str
    value: int


@dataclass(frozen=True, kw_only=True)
class Card:
    """balance in minor units; rate: percent it was taxed with when it was bought."""

    balance: int
    rate: Fraction = Fraction(0)


@dataclass(kw_only=True)
class LineBill:
    subtotal: int
    discount: int
    tax: int
    original_tax: int
    paid: int


@dataclass(kw_only=True)
class Bill:
    lines: list[LineBill]
    subtotal: int
    discount: int
    shipping: int
    item_tax: int
    shipping_tax: int
    cards: int = 0
    card_tax: int = 0
    total: int = 0
    card_parts: list[int] = field(default_factory=list)

    @property
    def tax(self) -> int:
        return self.item_tax + self.shipping_tax


def tax_in(price: int, rates: tuple[Fraction, ...]) -> int:
    """Of one price that contains it."""
    together = sum(rates, Fraction(0))
    return rounded(price * together / (100 + together))


def unit_net(good: Good) -> int:
    return good.price - tax_in(good.price, good.rates) if good.inclusive else good.price


def tax_on(amount: int, rates: tuple[Fraction, ...]) -> int:
    """Each rate is rounded on its own."""
    return sum(rounded(amount * rate / 100) for rate in rates)


def worth(good: Good) -> int:
    """Without tax, before discount."""
    if not good.inclusive:
        return good.price * good.quantity
    return good.price * good.quantity - tax_on(unit_net(good) * good.quantity, good.rates)


def shares(goods: list[Good], off: Off | None) -> list[int]:
    """What comes off each line."""
    taken = [0] * len(goods)
    touched = [n for n, good in enumerate(goods) if off is not None and good.reducible]
    if off is None or not touched:
        return taken
    worths = {n: max(worth(goods[n]), 0) for n in touched}
    if off.kind == "percentage":
        for n in touched:
            taken[n] = rounded(Fraction(worths[n] * off.value, 100))
    elif off.kind == "item":
        for n in touched:
            taken[n] = min(off.value * goods[n].quantity, worths[n])
    else:
        whole = sum(worths.values())
        given = min(off.value, whole)
        if whole:
            exact = {n: Fraction(given * worths[n], whole) for n in touched}
            for n in touched:
                taken[n] = int(exact[n])
            # One by one to whoever lost most by rounding down, the earlier line first.
            waiting = sorted(touched, key=lambda n: (int(exact[n]) - exact[n], n))
            while sum(taken) < given:
                taken[waiting.pop(0)] += 1
    return taken


def bill(
    goods: list[Good],
    *,
    posts: list[Post] | None = None,
    off: Off | None = None,
    ships_free: bool = False,
    cards: list[Card] | None = None,
    covers_tax: bool = False,
    taxed: bool = True,
) -> Bill:
    """cards: in the order in which they are used. taxed: False shows a cart before its tax is known."""
    if not taxed:
        # What lies in an inclusive price is only known with its rates; discounts were shared with them.
        taken = shares(goods, off)
        goods = [Good(price=g.price, quantity=g.quantity, reducible=g.reducible) for g in goods]
        posts = [Post(price=p.price) for p in posts or ()]
    else:
        taken = shares(goods, off)
    lines = []
    for good, less in zip(goods, taken, strict=True):
        base = unit_net(good) * good.quantity
        left = 0 if less == worth(good) else max(base - less, 0)
        tax = tax_on(left, good.rates)
        lines.append(
            LineBill(
                subtotal=worth(good),
                discount=less,
                tax=tax,
                original_tax=tax_on(base, good.rates),
                paid=worth(good) - less + tax,
            )
        )
    shipping = shipping_tax = 0
    for post in [] if ships_free else posts or ():
        tax = (
            min(post.price, rounded(sum((post.price * rate / (100 + rate) for rate in post.rates), Fraction(0))))
            if post.inclusive
            else rounded(post.price * sum(post.rates) / Fraction(100))
        )
        shipping_tax += tax
        shipping += post.price - tax if post.inclusive else post.price
    found = Bill(
        lines=lines,
        subtotal=sum(line.subtotal for line in lines),
        discount=sum(taken),
        shipping=shipping,
        item_tax=sum(line.tax for line in lines),
        shipping_tax=shipping_tax,
    )
    _pay_with(found, cards or [], covers_tax=covers_tax)
    return found


def _pay_with(found: Bill, cards: list[Card], *, covers_tax: bool) -> None:
    whole = found.subtotal - found.discount + found.shipping + found.tax
    open_amount = whole if covers_tax else whole - found.tax
    for card in cards:
        part = max(min(open_amount - found.cards, card.balance), 0)
        found.card_parts.append(part)
        found.cards += part
        found.card_tax += rounded(part * card.rate / 100)
    found.card_tax = min(found.card_tax, found.tax, whole - found.cards)
    found.total = whole - found.cards - found.card_tax


def worth_back(good: Good, discount: int, quantity: int) -> int:
    """What so many units are worth when they come back; the discount counts per unit, rounded."""
    net = max(unit_net(good) - rounded(Fraction(discount, good.quantity)), 0) * quantity
    return net + tax_on(net, good.rates)
