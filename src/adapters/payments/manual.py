"""Payment without a provider: every buyer is trusted. For trying the shop out, and for invoices.

It keeps nothing: what it has to remember lies in the session's data, and references are computed from
the idempotency key, so that a repeated call gives the first answer after any restart.
"""

import hashlib

from core.domain.money import Money
from core.domain.payment import PaymentDeclined, ProviderPayment, RefundReport, SavedMethod, SessionStatus
from core.domain.values import Metadata, check_room

OWN = frozenset({"id", "status", "amount", "currency_code", "captured"})


class ManualPayments:
    """data: ``{"id", "status", "amount", "currency_code", "captured"}``, amounts in minor units;
    status: pending, authorized or captured. Whatever else is put there stays there."""

    id = "manual"

    def initiate(self, amount: Money, context: Metadata, *, idempotency_key: str) -> ProviderPayment:
        return _payment(_reference("manual", idempotency_key), "pending", amount)

    def update(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        if data.get("status", "pending") != "pending":
            raise PaymentDeclined("the payment is authorised; its amount cannot change any more")
        return _payment(_id_of(data, idempotency_key), "pending", amount, kept=data)

    def update_data(self, data: Metadata, changes: Metadata, *, idempotency_key: str) -> ProviderPayment:
        if data.get("status", "pending") != "pending":
            raise PaymentDeclined("the payment is authorised; it cannot change any more")
        theirs = {name: value for name, value in {**data, **changes}.items() if name not in OWN}
        return self.retrieve({**check_room("data", theirs), **{name: data[name] for name in data.keys() & OWN}})

    def retrieve(self, data: Metadata) -> ProviderPayment:
        amount = Money(_whole(data, "amount"), str(data.get("currency_code", "xxx")))
        return _payment(_id_of(data, ""), str(data.get("status", "pending")), amount, _whole(data, "captured"), data)

    def authorize(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        if data.get("status") == "captured":
            return self.retrieve(data)
        return _payment(_id_of(data, idempotency_key), "authorized", amount, kept=data)

    def capture(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        if data.get("status") == "captured":
            return self.retrieve(data)
        return _payment(_id_of(data, idempotency_key), "captured", amount, amount.amount, data)

    def refund(self, data: Metadata, amount: Money, *, refund_id: str, idempotency_key: str) -> str:
        if data.get("status") == "captured" and amount.amount > _whole(data, "captured"):
            raise PaymentDeclined("more than was captured cannot be given back")
        return _reference("manual_refund", idempotency_key)

    def cancel(self, data: Metadata, *, idempotency_key: str) -> None:
        if data.get("status") == "captured":
            raise PaymentDeclined("the payment is captured; refund it instead")

    def refunds(self, data: Metadata) -> list[RefundReport]:
        return []

    def saved_methods(self, customer: Metadata) -> list[SavedMethod]:
        return []


def _payment(
    reference: str, status: str, amount: Money, captured: int = 0, kept: Metadata | None = None
) -> ProviderPayment:
    return ProviderPayment(
        reference=reference,
        status=SessionStatus.PENDING if status == "pending" else SessionStatus.AUTHORIZED,
        amount=amount.amount,
        currency_code=amount.currency,
        captured=captured,
        data={
            **(kept or {}),
            "id": reference,
            "status": status,
            "amount": amount.amount,
            "currency_code": amount.currency,
            "captured": captured,
        },
    )


def _reference(kind: str, key: str) -> str:
    return f"{kind}_{hashlib.sha256(key.encode()).hexdigest()[:24]}"


def _id_of(data: Metadata, key: str) -> str:
    known = data.get("id")
    return known if isinstance(known, str) and known else _reference("manual", key)


def _whole(data: Metadata, name: str) -> int:
    value = data.get(name, 0)
    return value if isinstance(value, int) else 0
