"""What the shop has written down, as somebody reads it who checks whether it adds up."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.download import Entitlement
from core.domain.order import Order
from core.domain.swap import Swap


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedColumns:
    """What an order's row repeats of what its payments and refunds say. Amounts: minor units."""

    payment_status: str
    fulfillment_status: str
    paid_total: int
    refunded_total: int
    refundable_amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOnSale:
    """A ready version. since: when it was last changed, at the latest when it became ready."""

    id: str
    chain_id: str
    product_id: str
    variant_id: str | None
    created_at: datetime
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """An order with everything that hangs on it. order: None when the rows make no order; ``trouble``
    then says why. files: on sale for the products of its lines, and of those its swaps send."""

    id: str
    order: Order | None
    trouble: str | None
    copied: CopiedColumns
    swaps: tuple[Swap, ...]
    entitlements: tuple[Entitlement, ...]
    files: tuple[FileOnSale, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedCart:
    """A cart that says it was completed, or that orders name. orders: those that name it. swap_id: the
    confirmed swap it settled."""

    id: str
    order_id: str | None
    completed_at: datetime | None
    orders: tuple[str, ...]
    swap_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRecord:
    """A try to pay that has not come to its end, or one that holds its cart. since: its last change."""

    id: str
    cart_id: str
    state: str
    since: datetime
    freezes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDownload:
    """redeemed: download sessions that were counted. granted: downloads its line brought when it was
    bought, None without bound. changed: somebody of the staff has changed it since."""

    id: str
    count: int
    limit: int | None
    granted: int | None
    redeemed: int
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardRecord:
    """debited, credited: as the card counts them; taken, given: as its ledger adds up. Minor units."""

    id: str
    value: int
    balance: int
    debited: int
    credited: int
    taken: int
    given: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPayment:
    """An order that says gift cards paid part of it, or that took from some. Minor units."""

    order_id: str
    gift_card_total: int
    taken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscountRecord:
    """counted: uses as the discount counts them; uses: those written down; orders: that used it and are not
    canceled."""

    id: str
    code: str
    counted: int
    uses: int
    orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteRecord:
    """has_account: whether the customer it names is there and has an account. namesakes: accepted
    invitations that name the same customer, itself included."""

    id: str
    state: str
    customer_id: str | None
    has_account: bool
    namesakes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRecord:
    """A variant on sale whose units are counted."""

    id: str
    quantity: int
    allow_backorder: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRecord:
    """jobs: the kinds of those that were queued because of it."""

    id: str
    name: str
    at: datetime
    jobs: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A job, a mail or a provider's event that was given up. error: why, if that is known."""

    id: str
    kind: str
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NeededFile:
    """A file somebody may fetch. size: bytes, as measured when it was uploaded."""

    id: str
    key: str
    size: int


class Books(Protocol):
    """The shop at one moment: nothing that happens while it is read shows. Everything comes in the
    order of ids (events: as committed) and a part at a time, however large the shop is."""

    def orders(self) -> Iterator[OrderRecord]: ...

    def ended_carts(self) -> Iterator[EndedCart]: ...

    def attempts(self) -> Iterator[AttemptRecord]: ...

    def downloads(self) -> Iterator[CountedDownload]: ...

    def gift_cards(self) -> Iterator[GiftCardRecord]: ...

    def card_payments(self) -> Iterator[CardPayment]: ...

    def discounts(self) -> Iterator[DiscountRecord]: ...

    def invites(self) -> Iterator[InviteRecord]: ...

    def stock(self) -> Iterator[StockRecord]: ...

    def events(self) -> Iterator[EventRecord]: ...

    def first_jobs(self) -> Mapping[str, datetime]:
        """By kind of job: when the first one was queued."""
        ...

    def dead_jobs(self) -> Iterator[Failure]: ...

    def failed_mails(self) -> Iterator[Failure]: ...

    def failed_webhook_events(self) -> Iterator[Failure]: ...

    def needed_files(self) -> Iterator[NeededFile]: ...

    def needed_keys(self, keys: Iterable[str]) -> set[str]:
        """Which of these storage keys belong to a file that still needs its object."""
        ...


class OpenBooks(Protocol):
    """Opens the books as they are now, for reading only. Raises Unavailable."""

    def __call__(self) -> AbstractContextManager[Books]: ...
