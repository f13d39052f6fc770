"""A payment stands for something that will not become an order: release it, or give it back and say so."""

from core.domain.actor import Actor
from core.domain.mail import MailKind
from core.domain.money import Money
from core.domain.payment import AttemptState, PaymentAttempt
from core.use_cases.mail.queueing import ONLY, queue_mail
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class RefundCheckout:
    """Reaction to ``cart.refund_due``. Asks the provider what it holds: captured money is given back and
    the buyer told by mail, anything else is canceled. Repeatable: the attempt's id is the provider's key.

    Raises PaymentDeclined (captured just now), PaymentProviderUnavailable; the job runs again.
    """

    def __init__(self, begin: Begin, providers: PaymentProviders, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._providers = providers
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, attempt_id: str) -> None:
        attempt = self._claim(actor, attempt_id)
        if attempt is None or attempt.provider_id is None:
            return
        provider = self._providers.get(attempt.provider_id)
        data = dict(attempt.session_data)
        told = provider.retrieve(data)
        taken, left = told.captured, told.captured - told.refunded
        if left:
            money = Money(left, told.currency_code)
            provider.refund(data, money, refund_id=attempt.id, idempotency_key=f"{attempt.id}:refund")
        elif not taken:
            provider.cancel(data, idempotency_key=f"{attempt.id}:cancel")
        self._settle(actor, attempt_id, attempt.cart_id, Money(taken, told.currency_code))

    @replayed
    def _claim(self, actor: Actor, attempt_id: str) -> PaymentAttempt | None:
        """None where there is nothing to do. Noted before the provider is asked: a payment that were taken up
        for its cart meanwhile would be paid by the buyer, become an order, and go back all the same."""
        with self._begin(actor, "cart.refund") as work:
            attempt = work.attempts.get(attempt_id)
            if attempt.state is not AttemptState.REFUND_DUE:
                return None
            attempt.begin_release(self._clock.now())
            work.commit()
        return attempt

    @replayed
    def _settle(self, actor: Actor, attempt_id: str, cart_id: str, taken: Money) -> None:
        """taken: in the provider's words; the cart may have been in another currency by the time it let go."""
        with self._begin(actor, "cart.refund") as work:
            email = (
                work.carts.get(cart_id).email if taken.amount else None
            )  # locked before the attempt, as everywhere
            attempt = work.attempts.get(attempt_id)
            if attempt.state is not AttemptState.REFUND_DUE:
                return  # somebody else has seen to it
            attempt.state = AttemptState.REFUNDED if taken.amount else AttemptState.GIVEN_UP
            if taken.amount:
                attempt.amount, attempt.currency_code = taken.amount, taken.currency
            if email is not None:
                queue_mail(work, MailKind.CHECKOUT_REFUND, attempt.id, ONLY, email, self._clock, self._ids)
            work.commit()
