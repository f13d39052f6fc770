"""Tell customers that somebody, hopefully they themselves, has changed how they log in."""

from core.domain.actor import Actor
from core.domain.mail import MailKind
from core.use_cases.mail.queueing import queue_mail
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class MailPasswordChanged:
    """Reaction to ``customer.password_changed``. Repeatable: one mail per change. Raises CustomerNotFound."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, customer_id: str, change: str) -> None:
        with self._begin(actor, "customer.mail_password_changed") as work:
            to = work.customers.get(customer_id).email
            if queue_mail(work, MailKind.PASSWORD_CHANGED, customer_id, change, to, self._clock, self._ids):
                work.commit()


class MailEmailChanged:
    """Reaction to ``customer.email_changed``, to the old address. Repeatable: one mail per change."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, customer_id: str, change: str, old_email: str) -> None:
        with self._begin(actor, "customer.mail_email_changed") as work:
            if queue_mail(work, MailKind.EMAIL_CHANGED, customer_id, change, old_email, self._clock, self._ids):
                work.commit()
