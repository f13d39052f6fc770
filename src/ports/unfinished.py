"""What has not come to an end yet, so that somebody can see to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.values import Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPayment:
    """A payment that a buyer has begun and no order has come of. data: the provider's.

    Of a cart, or of a payment collection.
    """

    cart_id: str | None = None
    collection_id: str | None = None
    provider_id: str
    data: Metadata


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRefund:
    order_id: str
    refund_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedPayment:
    """A payment of an order of which something went back."""

    order_id: str
    provider_id: str
    provider_payment_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMail:
    """A mail the service took, and of which nothing more is known. message_id: the service's own."""

    mail_id: str
    message_id: str


class Unfinished(Protocol):
    """Ids only, at most ``LIMIT`` of each, oldest first; one or two statements each, no locks. Whoever acts
    on them looks again. ``before``: only what has been left alone since then.

    payments   of open carts that are not being completed, chosen and begun, and of payment collections whose
               edit is still open, begun; touched since then, latest first. An engine that does not keep
               times answers them all.
    attempts   to complete a cart, still running or owing money back.
    refunds    recorded and not confirmed.
    captures   ids of orders with a capture that was asked for and neither confirmed nor declined.
    mails      queued, without a job that would send them.
    refunded   payments with a refund that went through since then: it may still come back. Latest first.
    sent       mails sent from ``since`` until before ``before`` that nobody has told more of. Latest first.
    """

    def payments(self, since: datetime) -> list[OpenPayment]: ...

    def attempts(self, before: datetime) -> list[str]: ...

    def refunds(self, before: datetime) -> list[OpenRefund]: ...

    def captures(self, before: datetime) -> list[str]: ...

    def mails(self, before: datetime) -> list[str]: ...

    def refunded(self, since: datetime) -> list[RefundedPayment]: ...

    def sent(self, since: datetime, before: datetime) -> list[SentMail]: ...


LIMIT = 1_000
