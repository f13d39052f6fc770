"""Let buyers who lost their mail have its links again, without telling strangers who bought."""

from core.domain.actor import Actor
from core.domain.events import DownloadsResent
from core.domain.values import normalise_email
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork

ORDERS_MAX = 10


class RequestDownloads:
    """Says nothing about what it found: to the outside every call looks the same.

    The links go to the address the order was placed with, one mail per order, for the newest orders
    that still have something to fetch. Raises Invalid for what is no e-mail address.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, email: str, order_display_id: int | None = None) -> None:
        email = normalise_email(email)
        mailed = 0
        for order_id in self._candidates(actor, email):
            mailed += self._mail(actor, order_id, email, order_display_id)
            if mailed == ORDERS_MAX:
                return

    @replayed
    def _candidates(self, actor: Actor, email: str) -> list[str]:
        with self._begin(actor, "download.request") as work:
            customer = work.customers.registered(email) or work.customers.guest(email)
            return work.orders.ids_of_customer(customer.id, email=email) if customer is not None else []

    @replayed
    def _mail(self, actor: Actor, order_id: str, email: str, display_id: int | None) -> bool:
        """In a transaction of its own: orders are locked one at a time, however many somebody has."""
        with self._begin(actor, "download.request") as work:
            order = work.orders.get(order_id)
            wanted = order.email == email and display_id in (None, order.display_id)
            if not wanted or not self._usable(work, order_id):
                return False
            order.events.append(DownloadsResent(order_id=order.id, batch=self._ids.new("dlb")))
            work.commit()
        return True

    def _usable(self, work: UnitOfWork, order_id: str) -> bool:
        now = self._clock.now()
        return any(entitlement.status(now) == "granted" for entitlement in work.downloads.of_order(order_id))
