"""Money changing hands: sessions on a cart, payments and refunds on an order, attempts between."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from core.domain.errors import Conflict, Invalid, NotAllowed, NotFound, PaymentRefused, Unavailable
from core.domain.events import CheckoutRefundDue, Event
from core.domain.values import Metadata
from core.domain.webhook_event import ProviderFact

AttemptId = NewType("AttemptId", str)
DECLINES_MAX = 10
ATTEMPT_PATIENCE = timedelta(minutes=3)


class PaymentProviderNotFound(NotFound):
    pass


class PaymentProviderNotInRegion(NotAllowed):
    pass


class PaymentDeclined(PaymentRefused):
    """The provider's definite no."""


class PaymentProviderUnavailable(Unavailable):
    """The provider could not be reached; whether it acted is unknown until it is asked again."""


class PaymentNotFound(NotFound):
    pass


class PaymentCanceled(NotAllowed):
    code = "PAYMENT_CANCELED"


class PaymentNotCaptured(NotAllowed):
    code = "PAYMENT_NOT_CAPTURED"


class PaymentNotOnOrder(NotAllowed):
    """What was paid for an order edit goes back with the edit; afterwards it is the order's to give back."""

    code = "PAYMENT_NOT_ON_ORDER"


class NothingToPay(NotAllowed):
    """A cart that costs nothing is completed without a payment."""

    code = "NOTHING_TO_PAY"


class PaymentMismatch(Conflict):
    """The provider's amount or currency is not what was agreed."""

    code = "PAYMENT_MISMATCH"


class RefundExceedsCaptured(NotAllowed):
    code = "REFUND_EXCEEDS_CAPTURED"


class SessionStatus(StrEnum):
    PENDING = "pending"
    AUTHORIZED = "authorized"
    REQUIRES_MORE = "requires_more"
    ERROR = "error"
    CANCELED = "canceled"


@dataclass(slots=True, kw_only=True)
class PaymentSession:
    """A provider's side of a cart. amount: minor units. data: the provider's own, shown to the buyer.

    stale: the cart changed and the provider has not been told yet; such a session cannot finish a cart.
    declines: how often the buyer's bank said no to it; at ``DECLINES_MAX`` it is closed, because somebody
    is trying out cards. return_url, cancel_url: where a buyer who pays on the provider's pages is
    sent afterwards. metadata: the client's own; the provider does not see it.
    """

    id: str
    provider_id: str
    status: SessionStatus = SessionStatus.PENDING
    is_selected: bool = False
    is_initiated: bool = False
    amount: int = 0
    data: Metadata = field(default_factory=dict)
    stale: bool = False
    declines: int = 0
    payment_authorized_at: datetime | None = None
    return_url: str | None = None
    cancel_url: str | None = None
    metadata: Metadata | None = None

    @property
    def failed(self) -> bool:
        """The provider's definite no: it takes a new session to try again."""
        return self.status in (SessionStatus.ERROR, SessionStatus.CANCELED)

    def fail(self) -> None:
        self.status = SessionStatus.ERROR
        self.stale = True

    def renew(self, id: str) -> None:
        """Begin again as a session no provider has heard of."""
        self.id = id
        self.declines = 0
        self.status = SessionStatus.PENDING
        self.is_initiated = False
        self.data = {}


class AttemptState(StrEnum):
    STARTED = "started"
    PLACED = "placed"
    GIVEN_UP = "given_up"  # nothing was taken
    REFUND_DUE = "refund_due"  # whatever the provider holds of it has to be released or given back
    REFUNDED = "refunded"


@dataclass(slots=True, kw_only=True)
class PaymentAttempt:
    """The recorded intent to turn a cart into an order, written before the provider is asked.

    Its id is the provider's idempotency key. amount: the agreed total, minor units. releasing_since: when
    somebody set out to have the payment released; from then on it cannot stand for its cart again.
    """

    id: AttemptId
    cart_id: str
    provider_id: str | None
    amount: int
    currency_code: str
    session_data: Metadata = field(default_factory=dict)
    state: AttemptState = AttemptState.STARTED
    provider_payment_id: str | None = None
    order_id: str | None = None
    reason: str | None = None
    started_at: datetime
    releasing_since: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def place(self, order_id: str) -> None:
        self.state = AttemptState.PLACED
        self.order_id = order_id

    @property
    def reusable(self) -> bool:
        return self.state is AttemptState.REFUND_DUE and self.releasing_since is None

    def begin_release(self, now: datetime) -> None:
        """To be stored before the provider is asked for it. Repeatable."""
        self.releasing_since = self.releasing_since or now

    def reuse(self) -> None:
        """The payment that was to go back stands for its cart again (``reusable``); nothing is owed."""
        self.state = AttemptState.GIVEN_UP
        self.reason = "REUSED"
        self.provider_payment_id = None

    def give_up(self, reason: str) -> None:
        self.state = AttemptState.GIVEN_UP
        self.reason = reason

    def owe_refund(self, reference: str | None, reason: str) -> None:
        """What the provider holds, authorised or taken, has to go back; the provider is asked how much.

        reference: the payment's id at the provider.
        """
        self.state = AttemptState.REFUND_DUE
        self.provider_payment_id = reference
        self.reason = reason
        self.events.append(CheckoutRefundDue(attempt_id=self.id))


class RefundReason(StrEnum):
    DISCOUNT = "discount"
    RETURN = "return"
    SWAP = "swap"
    CLAIM = "claim"
    OTHER = "other"


class RefundState(StrEnum):
    PENDING = "pending"  # intended; the provider has not confirmed
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLine:
    """So many units of an order line are what the money is given back for."""

    id: str
    item_id: str
    quantity: int

    def __post_init__(self) -> None:
        if type(self.quantity) is not int or self.quantity < 1:
            raise Invalid("a refunded quantity is a whole number from 1")


@dataclass(slots=True, kw_only=True)
class Refund:
    """amount: minor units, positive. external: made at the provider, not by us."""

    id: str
    payment_id: str
    amount: int
    reason: RefundReason = RefundReason.OTHER
    note: str | None = None
    state: RefundState = RefundState.PENDING
    items: tuple[RefundLine, ...] = ()
    external: bool = False
    provider_refund_id: str | None = None
    idempotency_key: str | None = None
    metadata: Metadata | None = None
    created_at: datetime
    settled_at: datetime | None = None

    @property
    def counts(self) -> bool:
        """Pending refunds hold their money back too, so that two of them cannot exceed the payment."""
        return self.state is not RefundState.FAILED


@dataclass(slots=True, kw_only=True)
class Payment:
    """amount: minor units authorised. provider_payment_id: e.g. Stripe's ``pi_...``. swap_id: the swap
    whose difference it paid. payment_collection_id: the collection it was made for.

    capture_requested_at: the recorded intent; captured_at: the provider has confirmed.
    """

    id: str
    provider_id: str
    amount: int
    currency_code: str
    provider_payment_id: str | None = None
    cart_id: str | None = None
    swap_id: str | None = None
    payment_collection_id: str | None = None
    amount_refunded: int = 0
    data: Metadata = field(default_factory=dict)
    capture_requested_at: datetime | None = None
    captured_at: datetime | None = None
    canceled_at: datetime | None = None
    idempotency_key: str | None = None
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPayment:
    """What a provider says of one payment. amounts: minor units, currency lower-case.

    reference: its id at the provider. captured: the part already taken, whether or not some of it went
    back; refunded: that part. data: replaces the session's. cart_id: the cart it was opened for, where
    the provider remembers; no proof of anything, the shop's own records decide. collection_id: the same
    for payment collections.
    """

    reference: str
    status: SessionStatus
    amount: int
    currency_code: str
    captured: int = 0
    refunded: int = 0
    data: Metadata = field(default_factory=dict)
    cart_id: str | None = None
    collection_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedMethod:
    """A way to pay that a customer left with a provider. data: the provider's own, without secrets."""

    provider_id: str
    data: Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundReport:
    """A refund as a provider tells it. ours: our refund's id from the provider's metadata, if any.

    succeeded: the money has left or is on its way; False: it has not gone, or came back.
    """

    provider_id: str
    provider_payment_id: str
    provider_refund_id: str
    amount: int
    currency_code: str
    succeeded: bool
    ours: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMoved(ProviderFact):
    """A payment of this provider is not what it was. amount, currency_code: as the event has them, if it
    does; the provider itself is asked for everything that counts. declined: the event tells of a no by the
    buyer's bank."""

    provider_id: str
    provider_payment_id: str
    amount: int | None = None
    currency_code: str | None = None
    declined: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundsMoved(ProviderFact):
    """Something happened to the refunds of this payment; the provider lists them."""

    provider_id: str
    provider_payment_id: str
