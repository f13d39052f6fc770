"""Gift cards: money kept under a code, and every movement of it written down.

A card's balance is its value less what was taken plus what was given back; nothing else moves it.
Rules: docs/gift-cards.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from core.domain.errors import Conflict, FieldProblem, Invalid, NotAllowed, NotFound
from core.domain.events import Event
from core.domain.money import rounded_percent
from core.domain.totals import Totals
from core.domain.values import Metadata

GiftCardId = NewType("GiftCardId", str)
GROUP = 4
CODE_CHARACTERS = 16


class GiftCardNotFound(NotFound):
    pass


class GiftCardDisabled(NotAllowed):
    code = "GIFT_CARD_DISABLED"


class GiftCardExpired(NotAllowed):
    code = "GIFT_CARD_EXPIRED"


class GiftCardEmpty(NotAllowed):
    code = "GIFT_CARD_EMPTY"


class GiftCardElsewhere(Invalid):
    """The card belongs to another region than the cart."""

    code = "GIFT_CARD_WRONG_REGION"


class GiftCardSpent(NotAllowed):
    """A sold card has been used, so that its line cannot be refunded by name."""

    code = "GIFT_CARD_SPENT"


class GiftCardInsufficient(Conflict):
    """A card no longer holds what the cart counts on. extra: ``totals``, where they are known."""

    code = "GIFT_CARD_INSUFFICIENT"


class EntryKind(StrEnum):
    DEBIT = "debit"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardTransaction:
    """One movement of a card's money; written once, never changed.

    amount: minor units, above 0. order_id: None where staff set the balance. Unique per
    (card, order, kind). tax_rate: percent that the money had been taxed with when the card was sold.
    """

    id: str
    gift_card_id: str
    kind: EntryKind
    amount: int
    order_id: str | None = None
    tax_rate: Decimal | None = None
    created_at: datetime

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount <= 0:
            raise Invalid("a movement of a gift card is a whole number of minor units above 0")


@dataclass(slots=True, kw_only=True)
class GiftCard:
    """Aggregate root. value: minor units of the region's currency.

    code: upper case, unique. debited, credited: sums of its transactions. order_id, order_item_id, unit:
    the sale it was issued by, and which unit of that line it is. disabled_before_void: whether staff had
    disabled it when its sale was taken back; None while its sale stands. tax_rate: percent its sale was taxed
    with, None where cards are not taxed: then it pays for tax too.
    """

    id: GiftCardId
    code: str
    value: int
    region_id: str
    debited: int = 0
    credited: int = 0
    order_id: str | None = None
    order_item_id: str | None = None
    unit: int | None = None
    is_disabled: bool = False
    disabled_before_void: bool | None = None
    ends_at: datetime | None = None
    tax_rate: Decimal | None = None
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        if type(self.value) is not int or self.value < 0:
            raise _wrong("value", "must be a whole number of minor units from 0")

    @property
    def balance(self) -> int:
        return self.value - self.debited + self.credited

    @property
    def unused(self) -> bool:
        return self.balance == self.value

    def check_usable(self, region_id: str, now: datetime) -> None:
        """Raises GiftCardDisabled, GiftCardExpired, GiftCardEmpty, GiftCardElsewhere."""
        if self.balance <= 0:
            raise GiftCardEmpty("The gift card is empty")
        if self.is_disabled:
            raise GiftCardDisabled("The gift card is disabled")
        if self.ends_at is not None and self.ends_at <= now:
            raise GiftCardExpired("The gift card is expired")
        if self.region_id != region_id:
            raise GiftCardElsewhere("The gift card cannot be used in the current region")

    def set_balance(self, balance: int, id: str, now: datetime) -> GiftCardTransaction | None:
        """Staff's correction, to be recorded by the caller; None when nothing moved. Raises Invalid."""
        if type(balance) is not int or not 0 <= balance <= self.value:
            raise _wrong("balance", f"must be a whole number from 0 to {self.value}, the card's value")
        moved = balance - self.balance
        if not moved:
            return None
        kind = EntryKind.CREDIT if moved > 0 else EntryKind.DEBIT
        self._move(kind, abs(moved))
        return GiftCardTransaction(
            id=id, gift_card_id=self.id, kind=kind, amount=abs(moved), tax_rate=self.tax_rate, created_at=now
        )

    def give_back(self, taken: GiftCardTransaction, id: str, now: datetime) -> GiftCardTransaction | None:
        """Undo what an order took, to be recorded by the caller; None when the card is full. A card that
        was spent counts again. What staff put back meanwhile is not put back twice: a card never holds
        more than its value."""
        amount = min(taken.amount, self.value - self.balance)
        if amount <= 0:
            return None
        if self.balance == 0 and not self.is_void:
            self.is_disabled = False
        self._move(EntryKind.CREDIT, amount)
        return replace(taken, id=id, kind=EntryKind.CREDIT, amount=amount, created_at=now)

    @property
    def is_void(self) -> bool:
        return self.disabled_before_void is not None

    def void(self) -> None:
        """Its sale was taken back: nobody can pay with it any more. What it holds stays written down.
        Repeatable."""
        if not self.is_void:
            self.disabled_before_void = self.is_disabled and self.balance > 0
        self.is_disabled = True

    def revive(self) -> None:
        """Its sale stands after all: it is what it was before it was void. Repeatable."""
        if self.is_void:
            self.is_disabled = bool(self.disabled_before_void) or self.balance == 0
            self.disabled_before_void = None

    def switch(self, *, disabled: bool) -> None:
        """Staff's word. A void card they enable is void no more; one they disable stays so when it revives."""
        self.is_disabled = disabled
        if not disabled:
            self.disabled_before_void = None
        elif self.is_void:
            self.disabled_before_void = True

    def _move(self, kind: EntryKind, amount: int) -> None:
        if kind is EntryKind.DEBIT:
            self.debited += amount
        else:
            self.credited += amount


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedGiftCard:
    """A card on a cart, as it was when the cart was priced. balance: minor units.

    covers_tax: the region does not tax gift cards, so that they pay for tax like for anything else.
    """

    id: str
    gift_card_id: str
    balance: int
    tax_rate: Decimal | None = None
    ends_at: datetime | None = None
    covers_tax: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CardUse:
    """How much of a purchase one card pays."""

    gift_card_id: str
    amount: int
    tax_rate: Decimal | None = None

    @property
    def tax(self) -> int:
        """Tax on it that was paid when the card was bought."""
        return 0 if self.tax_rate is None else rounded_percent(self.amount, self.tax_rate)


def use_cards(cards: Sequence[AppliedGiftCard], totals: Totals) -> tuple[CardUse, ...]:
    """What each card pays of these totals, which count no gift cards yet.

    Cards that end first are used first, then those with the lowest balance, so that the most is left
    for the longest. Cards pay for goods and shipping after discount, and for tax where the region does
    not tax gift cards.
    """
    left = totals.subtotal - totals.discount_total + totals.shipping_total
    if any(card.covers_tax for card in cards):
        left += totals.tax_total
    uses = []
    for card in sorted(cards, key=_soonest):
        amount = min(left, card.balance)
        if amount > 0:
            uses.append(CardUse(gift_card_id=card.gift_card_id, amount=amount, tax_rate=card.tax_rate))
            left -= amount
    return tuple(uses)


def less_cards(totals: Totals, uses: Iterable[CardUse]) -> Totals:
    """The totals of a cart after gift cards. Tax paid with the cards is never more than what is
    left of the total and of its tax."""
    uses = tuple(uses)
    paid = sum(use.amount for use in uses)
    tax = min(sum(use.tax for use in uses), max(totals.tax_total, 0), max(totals.total - paid, 0))
    return replace(totals, gift_card_total=paid, gift_card_tax_total=tax, total=totals.total - paid - tax)


def readable_code(fresh_id: str) -> str:
    """``AB12-CD34-EF56-GH78`` from the random part of an id made for this and used for nothing else:
    80 bits, in an alphabet without letters that look like digits."""
    random = fresh_id[-CODE_CHARACTERS:].upper()
    return "-".join(random[start : start + GROUP] for start in range(0, CODE_CHARACTERS, GROUP))


def normalise_code(text: str) -> str:
    """The form codes are stored in: upper case, without blanks; dashes may be left out."""
    code = "".join(text.split()).upper()
    return readable_code(code) if len(code) == CODE_CHARACTERS and code.isalnum() else code


def _soonest(card: AppliedGiftCard) -> tuple[bool, float, int, str]:
    ends = card.ends_at
    return ends is None, 0.0 if ends is None else ends.timestamp(), card.balance, card.gift_card_id


def _wrong(name: str, problem: str) -> Invalid:
    return Invalid(f"{name} {problem}", fields=[FieldProblem(name, problem)])
