"""Tell the buyer that money is on its way back."""

from core.domain.actor import Actor
from core.domain.mail import MailKind
from core.use_cases.mail.queueing import queue_mail
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class MailRefund:
    """Reaction to ``order.refund_created``. Repeatable: one mail per refund; the mail is about the order,
    its revision is the refund's id. Raises OrderNotFound."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_id: str, refund_id: str) -> None:
        with self._begin(actor, "order.mail_refund") as work:
            order = work.orders.get(order_id)
            if order.no_notification:
                return
            if queue_mail(work, MailKind.REFUND, order.id, refund_id, order.email, self._clock, self._ids):
                work.commit()
