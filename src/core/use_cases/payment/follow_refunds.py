"""A provider says that something happened to the refunds of a payment."""

from core.domain.actor import Actor
from core.domain.payment import RefundsMoved
from core.domain.webhook_event import EventEarly, ProviderFact
from core.use_cases.order.handle_refund import HandleRefund
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class FollowRefunds:
    """Handler of RefundsMoved: has the provider list the payment's refunds and takes note of each.

    Never guesses one from a cumulative amount. Raises EventEarly while no order was paid with it,
    RefundExceedsCaptured and PaymentMismatch for a person to look at, PaymentProviderUnavailable.
    """

    def __init__(self, begin: Begin, providers: PaymentProviders, handle: HandleRefund) -> None:
        self._begin = begin
        self._providers = providers
        self._handle = handle

    def __call__(self, actor: Actor, fact: ProviderFact) -> None:
        if not isinstance(fact, RefundsMoved):
            raise TypeError(f"{type(fact).__name__} is not about refunds")
        with self._begin(actor, "order.follow_refunds") as work:
            order = work.orders.by_payment(fact.provider_id, fact.provider_payment_id)
            owed = work.attempts.by_payment(fact.provider_id, fact.provider_payment_id)
        if order is None and owed is not None:
            return  # given back because it never became an order; the attempt keeps its own books
        if order is None:
            raise EventEarly(f"no order was paid with {fact.provider_payment_id}")
        for report in self._providers.get(fact.provider_id).refunds({"id": fact.provider_payment_id}):
            self._handle(actor, report)
