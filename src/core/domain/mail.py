"""What the shop writes to people, as data. Wording and layout belong to the mail adapter."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from core.domain.errors import DomainError, NotAllowed, NotFound, Unavailable
from core.domain.events import Event, MailQueued
from core.domain.money import Money
from core.domain.webhook_event import ProviderFact

MailId = NewType("MailId", str)


class MailNotFound(NotFound):
    pass


class MailNotRepeatable(NotAllowed):
    """It carries what only its first reader may have, or stood for one moment only."""

    code = "MAIL_NOT_REPEATABLE"


class MailRefused(DomainError):
    """The mail service will never take this message."""

    code = "MAIL_REFUSED"


class MailerUnavailable(Unavailable):
    """Not now; try again later with the same key. retry_after: seconds, as the service asks."""

    def __init__(self, message: str, *, retry_after: int = Unavailable.retry_after) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class MailKind(StrEnum):
    INVITE = "invite"
    ORDER = "order"
    DOWNLOADS = "downloads"
    REFUND = "refund"
    CHECKOUT_REFUND = "checkout_refund"
    PASSWORD_RESET = "password_reset"  # noqa: S105  # no password
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  # no password
    EMAIL_CHANGED = "email_changed"
    ORDER_CLAIM = "order_claim"
    GIFT_CARDS = "gift_cards"
    SHIPMENT = "shipment"
    RETURN_REQUESTED = "return_requested"
    RETURN_RECEIVED = "return_received"
    SWAP_CREATED = "swap_created"
    SWAP_SHIPMENT = "swap_shipment"
    ORDER_EDIT_REQUESTED = "order_edit_requested"
    ORDER_EDIT_CONFIRMED = "order_edit_confirmed"
    ORDER_EDIT_DECLINED = "order_edit_declined"
    USER_PASSWORD_RESET = "user_password_reset"  # noqa: S105  # no password
    USER_PASSWORD_CHANGED = "user_password_changed"  # noqa: S105  # no password


REPEATABLE = frozenset(
    {
        MailKind.ORDER,
        MailKind.DOWNLOADS,
        MailKind.REFUND,
        MailKind.GIFT_CARDS,
        MailKind.SHIPMENT,
        MailKind.RETURN_REQUESTED,
        MailKind.RETURN_RECEIVED,
        MailKind.SWAP_CREATED,
        MailKind.SWAP_SHIPMENT,
        MailKind.ORDER_EDIT_REQUESTED,
        MailKind.ORDER_EDIT_CONFIRMED,
        MailKind.ORDER_EDIT_DECLINED,
    }
)
"""About an order, and as true the second time. The others open accounts."""
_AGAIN = "~"
OVERTAKEN = "overtaken by events: there is nothing to say any more"
"""The error of a mail that was not sent because what it would have said is not true any more."""


class DeliveryStatus(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    FAILED = "failed"


FURTHEST = (
    DeliveryStatus.QUEUED,
    DeliveryStatus.SENT,
    DeliveryStatus.FAILED,
    DeliveryStatus.DELIVERED,
    DeliveryStatus.BOUNCED,
)
"""What is said later in this order wins, whenever it is told: so reports may come twice and in any order.
A delivery disproves a failure; an address that bounces or complains stays so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailReport(ProviderFact):
    """What the mail service says has become of a mail. mail_id: our id, if it repeats it; message_id: its own."""

    mail_id: str | None
    message_id: str
    status: DeliveryStatus
    reason: str | None = None


@dataclass(slots=True, kw_only=True)
class Mail:
    """One message to one address, unique per (kind, subject_id, revision). Holds no token.

    subject_id: what it is about (invite, order, attempt, customer, mailbox proof). revision: tells
    repeats on purpose (a resent invite) from repeats by accident. batch_id: where the service takes
    several at once, the key of the call it goes out with, bound before that call; its own id when it goes
    alone. Sending it under another key could send it twice.
    parent_id: the mail this one repeats, because staff asked for it.
    """

    id: MailId
    kind: MailKind
    subject_id: str
    revision: str
    to: str
    status: DeliveryStatus = DeliveryStatus.QUEUED
    provider_message_id: str | None = None
    batch_id: str | None = None
    parent_id: str | None = None
    error: str | None = None
    queued_at: datetime
    sent_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def queue(self) -> None:
        self.events.append(MailQueued(mail_id=self.id))

    @property
    def about(self) -> str:
        """The revision of what the letter says, which repeats have in common."""
        return self.revision.partition(_AGAIN)[0]

    def repeated(self, id: str, to: str, now: datetime) -> Mail:
        """The same letter once more, written anew when it is sent. Raises MailNotRepeatable."""
        if self.kind not in REPEATABLE:
            raise MailNotRepeatable("A mail of this kind cannot be sent again")
        return Mail(
            id=MailId(id),
            kind=self.kind,
            subject_id=self.subject_id,
            revision=f"{self.about}{_AGAIN}{id}",
            to=to,
            parent_id=self.parent_id or self.id,
            queued_at=now,
        )

    def reported(self, report: MailReport) -> None:
        """What the service says. Repeatable, in any order."""
        self.provider_message_id = self.provider_message_id or report.message_id
        if FURTHEST.index(report.status) > FURTHEST.index(self.status):
            self.status = report.status
            self.error = report.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class InviteLetter:
    link: str
    first_name: str | None
    expires_at: datetime
    shop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    title: str
    variant: str | None
    quantity: int
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLink:
    """url: the download page, not the file. limit, expires_at: None is no bound."""

    title: str
    file_name: str
    size: int
    url: str
    limit: int | None
    expires_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLetter:
    """pending: some files are still being checked and follow in a mail of their own.

    guest: the buyer has no account yet and needs one with this address to download.
    """

    display_id: int
    lines: tuple[LetterLine, ...]
    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    links: tuple[LetterLink, ...]
    pending: bool
    guest: bool
    first_name: str | None
    shop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadsLetter:
    """Links only: resent, or to files that became ready later."""

    display_id: int
    links: tuple[LetterLink, ...]
    guest: bool
    first_name: str | None
    shop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLetter:
    display_id: int
    amount: Money
    note: str | None
    access_ended: tuple[str, ...]
    first_name: str | None
    shop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutRefundLetter:
    """The payment went through but the order could not; the money is on its way back."""

    amount: Money
    reason: str
    shop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterCard:
    """A gift card with its code, which is as good as money. ends_at: None is for ever."""

    code: str
    value: Money
    ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardsLetter:
    """The one place outside the staff's where codes of sold gift cards are shown."""

    display_id: int
    cards: tuple[LetterCard, ...]
    first_name: str | None
    shop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderNewsLetter:
    """Something happened to an order after it was placed.

    news: what, which says what the rest means. lines: what was sent, comes back, goes out in exchange, or
    what the order consists of. amount: what is given back, or the difference to pay, negative where it
    costs less; None where money is no matter. tracking: numbers with the address to follow each, if known.
    link: where the buyer has to decide.
    """

    news: MailKind
    display_id: int
    lines: tuple[LetterLine, ...]
    amount: Money | None = None
    tracking: tuple[tuple[str, str | None], ...] = ()
    link: str | None = None
    first_name: str | None
    shop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordResetLetter:
    link: str
    first_name: str | None
    expires_at: datetime
    shop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountChangedLetter:
    """A notice after the fact. email: the account's new address, if that is what changed; None for a new
    password."""

    email: str | None
    first_name: str | None
    shop: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderClaimLetter:
    """account: the e-mail address of the account that asks for the orders."""

    link: str
    display_ids: tuple[int, ...]
    account: str
    expires_at: datetime
    first_name: str | None = None
    shop: str


Letter = (
    InviteLetter
    | OrderLetter
    | DownloadsLetter
    | RefundLetter
    | CheckoutRefundLetter
    | GiftCardsLetter
    | OrderNewsLetter
    | PasswordResetLetter
    | AccountChangedLetter
    | OrderClaimLetter
)
