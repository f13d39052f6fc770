"""A provider says that a payment moved."""

import logging

from core.domain.actor import Actor
from core.domain.money import Money
from core.domain.payment import PaymentMoved
from core.domain.webhook_event import ProviderFact
from core.use_cases.payment.settle_payment import SettlePayment

log = logging.getLogger("perseus.webhooks")


class FollowPayment:
    """Handler of PaymentMoved: asks the provider and follows (``SettlePayment``, whose errors it raises)."""

    def __init__(self, settle: SettlePayment) -> None:
        self._settle = settle

    def __call__(self, actor: Actor, fact: ProviderFact) -> None:
        if not isinstance(fact, PaymentMoved):
            raise TypeError(f"{type(fact).__name__} is not about a payment")
        expected = None
        if fact.amount is not None and fact.currency_code is not None:
            expected = Money(fact.amount, fact.currency_code)
        data: dict[str, object] = {"id": fact.provider_payment_id}
        settlement = self._settle(actor, fact.provider_id, data, expected=expected, declined=fact.declined)
        log.info("payment %s of %s: %s", fact.provider_payment_id, fact.provider_id, settlement)
