"""Tell somebody of the staff that their password was changed."""

from core.domain.actor import Actor
from core.domain.mail import MailKind
from core.use_cases.mail.queueing import queue_mail
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class MailUserPasswordChanged:
    """Reaction to ``user.password_changed``. Repeatable: one mail per change. Raises UserNotFound."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, user_id: str, change: str) -> None:
        with self._begin(actor, "user.mail_password_changed") as work:
            to = work.users.get(user_id).email
            if queue_mail(work, MailKind.USER_PASSWORD_CHANGED, user_id, change, to, self._clock, self._ids):
                work.commit()
