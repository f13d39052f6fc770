"""Money asked for beyond a checkout: what an edited order costs more, paid in one or several sessions.

A collection is locked after its order and its edit. What providers hold for it stands on it as payments
until the order takes them over; what it gives up goes back through recorded attempts, like a cart's.
Rules: docs/order-edits.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.errors import NotAllowed, NotFound, PaymentRefused
from core.domain.events import (
    Event,
    PaymentCollectionAuthorized,
    PaymentCollectionCreated,
    PaymentCollectionDeleted,
    PaymentCollectionUpdated,
)
from core.domain.payment import Payment, PaymentSession, ProviderPayment, SessionStatus
from core.domain.values import Metadata

BY_HAND = "manual"


class PaymentCollectionNotFound(NotFound):
    pass


class CollectionClosed(NotAllowed):
    code = "PAYMENT_COLLECTION_STATE"


class CollectionSessionMissing(NotFound):
    pass


class SessionNotAuthorized(PaymentRefused):
    code = "PAYMENT_NOT_AUTHORIZED"


class CollectionStatus(StrEnum):
    NOT_PAID = "not_paid"
    AWAITING = "awaiting"
    AUTHORIZED = "authorized"
    PARTIALLY_AUTHORIZED = "partially_authorized"
    CANCELED = "canceled"


class CollectionType(StrEnum):
    ORDER_EDIT = "order_edit"


OPEN = (CollectionStatus.NOT_PAID, CollectionStatus.AWAITING)


@dataclass(slots=True, kw_only=True)
class CollectionSession(PaymentSession):
    """reference: the payment's id at the provider, once it is begun there."""

    reference: str | None = None


@dataclass(slots=True, kw_only=True)
class PaymentCollection:
    """Aggregate root. amount, authorized_amount: minor units. payments: those the order has not taken over.

    created_by: a user's id.
    """

    id: str
    order_id: str
    type: CollectionType = CollectionType.ORDER_EDIT
    status: CollectionStatus = CollectionStatus.NOT_PAID
    description: str | None = None
    amount: int
    authorized_amount: int | None = None
    region_id: str
    currency_code: str
    created_by: str
    payment_sessions: list[CollectionSession] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    @property
    def closed(self) -> bool:
        return self.deleted_at is not None or self.status is CollectionStatus.CANCELED

    @property
    def left(self) -> int:
        """Neither authorised nor promised."""
        return self.amount - (self.authorized_amount or 0)

    def session(self, id: str) -> CollectionSession | None:
        return next((session for session in self.payment_sessions if session.id == id), None)

    def session_of(self, provider_id: str, reference: str) -> CollectionSession | None:
        """The session by which a provider knows this payment."""
        wanted = (provider_id, reference)
        return next((s for s in self.payment_sessions if (s.provider_id, s.reference) == wanted), None)

    def check_settable(self) -> None:
        """Raises CollectionClosed once something of it is authorised, or it was given up."""
        if self.closed or self.status not in OPEN:
            raise CollectionClosed(f"Cannot set payment sessions for a payment collection with status {self.status}")

    def created(self) -> None:
        self.events.append(PaymentCollectionCreated(id=self.id))

    def updated(self) -> None:
        self.events.append(PaymentCollectionUpdated(id=self.id))

    def authorize(self, session: CollectionSession, told: ProviderPayment, payment_id: str, now: datetime) -> Payment:
        """The provider holds the money of this session, or has taken it. Call it once per session."""
        session.status, session.data, session.reference = SessionStatus.AUTHORIZED, dict(told.data), told.reference
        session.payment_authorized_at = now
        payment = Payment(
            id=payment_id,
            provider_id=session.provider_id,
            amount=told.amount,
            currency_code=self.currency_code,
            provider_payment_id=told.reference,
            payment_collection_id=self.id,
            data=dict(told.data),
            captured_at=now if told.captured >= told.amount else None,
            idempotency_key=session.id,
        )
        self.payments.append(payment)
        self._count(told.amount)
        return payment

    def mark_authorized(self, payment_id: str) -> Payment | None:
        """What is missing is paid by other means, as staff says; the payment for it is captured by hand."""
        self._check_standing("authorize")
        missing = self.left
        if missing <= 0:
            return None
        payment = Payment(
            id=payment_id,
            provider_id=BY_HAND,
            amount=missing,
            currency_code=self.currency_code,
            payment_collection_id=self.id,
            data={"status": "authorized", "amount": missing, "currency_code": self.currency_code},
            idempotency_key=payment_id,
        )
        self.payments.append(payment)
        self._count(missing)
        return payment

    def tried(self) -> None:
        """Somebody tried to pay and nothing came of it yet."""
        if self.status is CollectionStatus.NOT_PAID:
            self.status = CollectionStatus.AWAITING

    def close(self) -> None:
        self.status = CollectionStatus.CANCELED

    def delete(self, now: datetime) -> None:
        if self.status not in (CollectionStatus.NOT_PAID, CollectionStatus.CANCELED):
            raise CollectionClosed(f"Cannot delete payment collection with status {self.status}")
        self.deleted_at = now
        self.events.append(PaymentCollectionDeleted(id=self.id))

    def _check_standing(self, what: str) -> None:
        if self.closed:
            raise CollectionClosed(f"Cannot {what} a payment collection with status {self.status}")

    def _count(self, amount: int) -> None:
        self.authorized_amount = (self.authorized_amount or 0) + amount
        whole = self.authorized_amount >= self.amount
        self.status = CollectionStatus.AUTHORIZED if whole else CollectionStatus.PARTIALLY_AUTHORIZED
        self.events.append(PaymentCollectionAuthorized(id=self.id))
