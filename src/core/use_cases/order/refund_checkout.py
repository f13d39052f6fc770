"""Money was taken for a cart that could not become an order: give it back and say so."""

from core.domain.actor import Actor
from core.domain.mail import Mail, MailId, MailKind
from core.domain.money import Money
from core.domain.payment import AttemptState
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class RefundCheckout:
    """Reaction to ``cart.refund_due``. Repeatable: the attempt's id is the provider's key.

    Raises PaymentDeclined, PaymentProviderUnavailable; the job runs again.
    """

    def __init__(self, begin: Begin, providers: PaymentProviders, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._providers = providers
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, attempt_id: str) -> None:
        with self._begin(actor, "cart.refund") as work:
            attempt = work.attempts.get(attempt_id)
        if attempt.state is not AttemptState.REFUND_DUE or attempt.provider_id is None:
            return
        provider = self._providers.get(attempt.provider_id)
        provider.refund(
            dict(attempt.session_data),
            Money(attempt.amount, attempt.currency_code),
            refund_id=attempt.id,
            idempotency_key=f"{attempt.id}:refund",
        )
        with self._begin(actor, "cart.refund") as work:
            attempt = work.attempts.get(attempt_id)
            attempt.state = AttemptState.REFUNDED
            email = work.carts.get(attempt.cart_id).email
            if email is not None and not work.mails.exists(MailKind.CHECKOUT_REFUND, attempt.id, "1"):
                mail = Mail(
                    id=MailId(self._ids.new("mail")),
                    kind=MailKind.CHECKOUT_REFUND,
                    subject_id=attempt.id,
                    revision="1",
                    to=email,
                    queued_at=self._clock.now(),
                )
                mail.queue()
                work.mails.add(mail)
            work.commit()
