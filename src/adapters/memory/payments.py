"""A payment provider that keeps its own books, so that a test can ask what was really taken.

It never looks at the shop's records: ``accounts`` is an independent witness of every payment.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from core.domain.money import Money
from core.domain.payment import (
    PaymentDeclined,
    PaymentProviderUnavailable,
    ProviderPayment,
    RefundReport,
    SavedMethod,
    SessionStatus,
)
from core.domain.values import Metadata

R = TypeVar("R")


OWN = frozenset({"id", "status", "amount"})


class Fault(StrEnum):
    """What a planned call does instead of succeeding."""

    DECLINE = "decline"  # a definite no; nothing happens
    REQUIRES_MORE = "requires_more"  # authorize only: the buyer has to act first (``buyer_acts``)
    LOST_REQUEST = "lost_request"  # unavailable, nothing happened
    LOST_ANSWER = "lost_answer"  # unavailable, but it happened


@dataclass(slots=True, kw_only=True)
class Account:
    """One payment at the provider, minor units.

    refunds: amounts by the provider's refund id. named: our refund's id by the provider's, where we
    made it. failed: the provider's ids of refunds that did not go through.
    """

    reference: str
    currency: str
    amount: int
    status: SessionStatus = SessionStatus.PENDING
    captured: int = 0
    refunds: dict[str, int] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    cart_id: str | None = None
    collection_id: str | None = None
    extras: Metadata = field(default_factory=dict)

    @property
    def refunded(self) -> int:
        return sum(amount for id, amount in self.refunds.items() if id not in self.failed)

    def give_back(self, amount: int, ours: str | None) -> str:
        """The provider's id of the new refund."""
        id = f"{self.reference}_refund_{len(self.refunds) + 1}"
        self.refunds[id] = amount
        if ours is not None:
            self.named[id] = ours
        return id


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """method: as in the port. amount: minor units, None where the call names none."""

    method: str
    key: str | None
    reference: str | None
    amount: int | None


class InMemoryPayments:
    """captures_at_once: authorising takes the money too, as Stripe does by default.

    calls: every call that arrived, in order. accounts: by reference. saved: ways to pay by
    customer id. Using one idempotency key for two different calls is a bug of the caller and raises ValueError.
    """

    def __init__(self, id: str = "manual", *, captures_at_once: bool = False) -> None:
        self._id = id
        self._captures_at_once = captures_at_once
        self._planned: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._answers: dict[str, tuple[tuple[object, ...], ProviderPayment | str | PaymentDeclined | None]] = {}
        self.accounts: dict[str, Account] = {}
        self.calls: list[Call] = []
        self.saved: defaultdict[str, list[SavedMethod]] = defaultdict(list)

    @property
    def id(self) -> str:
        return self._id

    # Looking inside and making trouble

    def plan(self, method: str, *faults: Fault) -> None:
        """What the next calls of this method do, one fault per call."""
        self._planned[method].extend(faults)

    def buyer_acts(self, reference: str) -> None:
        """The buyer has done what was missing; the payment is authorised."""
        self._authorize(self.accounts[reference])

    def refund_outside(self, reference: str, amount: int) -> str:
        """Somebody gives money back at the provider's own desk; the provider's refund id."""
        return self.accounts[reference].give_back(amount, None)

    def refund_fails(self, reference: str, refund: str) -> None:
        """The buyer's bank sends a refund back, after it had gone through. refund: the provider's id of it."""
        self.accounts[reference].failed.add(refund)

    @property
    def taken(self) -> int:
        """Captured and not given back, over all payments."""
        return sum(account.captured - account.refunded for account in self.accounts.values())

    # The port

    def initiate(self, amount: Money, context: Metadata, *, idempotency_key: str) -> ProviderPayment:
        def effect() -> ProviderPayment:
            reference = f"{self._id}_{len(self.accounts) + 1}"
            cart_id, collection_id = context.get("cart_id"), context.get("payment_collection_id")
            self.accounts[reference] = Account(
                reference=reference,
                currency=amount.currency,
                amount=amount.amount,
                cart_id=cart_id if isinstance(cart_id, str) else None,
                collection_id=collection_id if isinstance(collection_id, str) else None,
            )
            return self._tell(self.accounts[reference])

        return self._once("initiate", idempotency_key, None, amount, effect)

    def update(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        account = self._account(data)

        def effect() -> ProviderPayment:
            if account.status not in (SessionStatus.PENDING, SessionStatus.REQUIRES_MORE):
                raise PaymentDeclined("the payment is authorised; its amount cannot change any more")
            account.amount = amount.amount
            return self._tell(account)

        return self._once("update", idempotency_key, account, amount, effect)

    def update_data(self, data: Metadata, changes: Metadata, *, idempotency_key: str) -> ProviderPayment:
        account = self._account(data)

        def effect() -> ProviderPayment:
            if account.status not in (SessionStatus.PENDING, SessionStatus.REQUIRES_MORE):
                raise PaymentDeclined("the payment is authorised; it cannot change any more")
            account.extras |= {name: changes[name] for name in changes.keys() - OWN}
            return self._tell(account)

        return self._once("update_data", idempotency_key, account, None, effect)

    def retrieve(self, data: Metadata) -> ProviderPayment:
        account = self._account(data)
        self.calls.append(Call(method="retrieve", key=None, reference=account.reference, amount=None))
        if self._next_fault("retrieve") is not None:
            raise PaymentProviderUnavailable("the payment provider cannot be reached")
        return self._tell(account)

    def authorize(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        account = self._account(data)

        def effect() -> ProviderPayment:
            self._authorize(account)
            return self._tell(account)

        return self._once("authorize", idempotency_key, account, amount, effect)

    def capture(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        account = self._account(data)

        def effect() -> ProviderPayment:
            if account.captured:
                return self._tell(account)
            if account.status is not SessionStatus.AUTHORIZED or amount.amount > account.amount:
                raise PaymentDeclined("only authorised money can be captured")
            account.captured = amount.amount
            return self._tell(account)

        return self._once("capture", idempotency_key, account, amount, effect)

    def refund(self, data: Metadata, amount: Money, *, refund_id: str, idempotency_key: str) -> str:
        account = self._account(data)

        def effect() -> str:
            if amount.amount > account.captured - account.refunded:
                raise PaymentDeclined("more than was captured cannot be given back")
            return account.give_back(amount.amount, refund_id)

        return self._once("refund", idempotency_key, account, amount, effect)

    def cancel(self, data: Metadata, *, idempotency_key: str) -> None:
        account = self._account(data)

        def effect() -> None:
            if account.captured:
                raise PaymentDeclined("the payment is captured; refund it instead")
            account.status = SessionStatus.CANCELED

        return self._once("cancel", idempotency_key, account, None, effect)

    def refunds(self, data: Metadata) -> list[RefundReport]:
        account = self._account(data)
        self.calls.append(Call(method="refunds", key=None, reference=account.reference, amount=None))
        if self._next_fault("refunds") is not None:
            raise PaymentProviderUnavailable("the payment provider cannot be reached")
        return [
            RefundReport(
                provider_id=self._id,
                provider_payment_id=account.reference,
                provider_refund_id=id,
                amount=amount,
                currency_code=account.currency,
                succeeded=id not in account.failed,
                ours=account.named.get(id),
            )
            for id, amount in account.refunds.items()
        ]

    def saved_methods(self, customer: Metadata) -> list[SavedMethod]:
        return list(self.saved[str(customer.get("id"))])

    # Within

    def _once(
        self, method: str, key: str, account: Account | None, amount: Money | None, effect: Callable[[], R]
    ) -> R:
        """Run the effect unless this key has its answer already; planned faults come first."""
        reference = account.reference if account else None
        self.calls.append(Call(method=method, key=key, reference=reference, amount=amount.amount if amount else None))
        fault = self._next_fault(method)
        if fault is Fault.LOST_REQUEST:
            raise PaymentProviderUnavailable("the payment provider cannot be reached")
        call = (method, reference, amount)
        if key not in self._answers:
            self._answers[key] = (call, self._answer(fault, account, effect))  # type: ignore[assignment]
        asked, answer = self._answers[key]
        if asked != call:
            raise ValueError(f"the key {key!r} was used for {asked}, now for {call}")
        if fault is Fault.LOST_ANSWER:
            raise PaymentProviderUnavailable("the payment provider did not answer")
        if isinstance(answer, PaymentDeclined):
            raise PaymentDeclined(answer.message)
        return answer  # type: ignore[return-value]

    def _answer(self, fault: Fault | None, account: Account | None, effect: Callable[[], R]) -> object:
        if fault is Fault.DECLINE:
            return PaymentDeclined("the payment provider declined")
        if fault is Fault.REQUIRES_MORE and account is not None:
            account.status = SessionStatus.REQUIRES_MORE
            return self._tell(account)
        try:
            return effect()
        except PaymentDeclined as refusal:
            return refusal

    def _next_fault(self, method: str) -> Fault | None:
        planned = self._planned[method]
        return planned.popleft() if planned else None

    def _authorize(self, account: Account) -> None:
        if account.status is SessionStatus.CANCELED:
            raise PaymentDeclined("the payment was canceled")
        account.status = SessionStatus.AUTHORIZED
        if self._captures_at_once:
            account.captured = account.amount

    def _account(self, data: Metadata) -> Account:
        account = self.accounts.get(str(data.get("id")))
        if account is None:
            raise PaymentDeclined("the payment provider knows no such payment")
        return account

    def _tell(self, account: Account) -> ProviderPayment:
        return ProviderPayment(
            reference=account.reference,
            status=account.status,
            amount=account.amount,
            currency_code=account.currency,
            captured=account.captured,
            refunded=account.refunded,
            cart_id=account.cart_id,
            collection_id=account.collection_id,
            data={
                **account.extras,
                "id": account.reference,
                "status": account.status.value,
                "amount": account.amount,
            },
        )
