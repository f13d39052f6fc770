"""Confirm an order by mail."""

from core.domain.actor import Actor
from core.domain.mail import MailKind
from core.use_cases.mail.queueing import ONLY, queue_mail
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class SendOrderConfirmation:
    """Reaction to ``order.placed``. Repeatable: one confirmation per order.

    An order with a digital line is confirmed when its downloads are granted, in the mail that carries
    the links (IssueDownloadToken), so that its buyer gets one mail and not two. Raises OrderNotFound.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_id: str) -> None:
        with self._begin(actor, "order.mail_confirmation") as work:
            order = work.orders.get(order_id)
            if order.digital_lines or order.no_notification:
                return
            if queue_mail(work, MailKind.ORDER, order.id, ONLY, order.email, self._clock, self._ids):
                work.commit()
