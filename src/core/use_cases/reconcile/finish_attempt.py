"""Bring an attempt to complete a cart to its end."""

from core.domain.actor import Actor
from core.domain.payment import AttemptState
from core.use_cases.order.recover_checkout import RecoverCheckout
from core.use_cases.order.refund_checkout import RefundCheckout
from core.use_cases.payment.settle_payment import SettlePayment
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class FinishAttempt:
    """One that still holds its cart is recovered, one that owes money back gives it back, and of one whose
    outcome was unknown the provider is asked. Repeatable; answers the state it came to.

    Raises what these raise; PaymentProviderUnavailable leaves it for the next time.
    """

    def __init__(self, begin: Begin, recover: RecoverCheckout, refund: RefundCheckout, settle: SettlePayment) -> None:
        self._begin = begin
        self._recover = recover
        self._refund = refund
        self._settle = settle

    @replayed
    def __call__(self, actor: Actor, attempt_id: str) -> AttemptState:
        with self._begin(actor, "order.finish_attempt") as work:
            attempt = work.attempts.get(attempt_id)
            frozen = work.carts.get(attempt.cart_id).attempt_id == attempt.id
        if attempt.state is AttemptState.STARTED and frozen:
            self._recover(actor, attempt.cart_id)
        elif attempt.state is AttemptState.STARTED:
            reason = "superseded"
            if attempt.provider_id is not None:
                data = dict(attempt.session_data)
                reason = self._settle(actor, attempt.provider_id, data, cart_id=attempt.cart_id)
            self._give_up(actor, attempt_id, reason)
        elif attempt.state is AttemptState.REFUND_DUE:
            self._refund(actor, attempt_id)
        with self._begin(actor, "order.finish_attempt") as work:
            return work.attempts.get(attempt_id).state

    def _give_up(self, actor: Actor, attempt_id: str, reason: str) -> None:
        with self._begin(actor, "order.finish_attempt") as work:
            attempt = work.attempts.get(attempt_id)
            if attempt.state is AttemptState.STARTED:
                attempt.give_up(reason)
                work.commit()
