"""Mail the links to an order's downloads again."""

from core.domain.actor import Actor
from core.domain.mail import MailKind
from core.use_cases.mail.queueing import queue_mail
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class MailDownloads:
    """Reaction to ``order.downloads_resent``. Repeatable: one mail per request, told apart by ``batch``.

    Raises OrderNotFound.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_id: str, batch: str) -> None:
        with self._begin(actor, "order.mail_downloads") as work:
            order = work.orders.get(order_id)
            if queue_mail(work, MailKind.DOWNLOADS, order.id, batch, order.email, self._clock, self._ids):
                work.commit()
