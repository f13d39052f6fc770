"""Mail the codes of the gift cards somebody bought."""

from core.domain.actor import Actor
from core.domain.mail import MailKind
from core.use_cases.mail.queueing import ONLY, queue_mail
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class MailGiftCards:
    """Reaction to ``order.gift_cards_issued``. Repeatable: one mail per order, for all its cards are
    issued at once. Raises OrderNotFound."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_id: str) -> None:
        with self._begin(actor, "order.mail_gift_cards") as work:
            order = work.orders.get(order_id)
            if order.no_notification:
                return
            if queue_mail(work, MailKind.GIFT_CARDS, order.id, ONLY, order.email, self._clock, self._ids):
                work.commit()
