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

    @replayed
    def __call__(self, actor: Actor, email: str, order_display_id: int | None = None) -> None:
        email = normalise_email(email)
        with self._begin(actor, "download.request") as work:
            customer = work.customers.registered(email) or work.customers.guest(email)
            if customer is None:
                return
            mailed = 0
            for order_id in work.orders.ids_of_customer(customer.id, email=email):
                order = work.orders.get(order_id)
                wanted = order.email == email and order_display_id in (None, order.display_id)
                if wanted and self._usable(work, order_id):
                    order.events.append(DownloadsResent(order_id=order.id, batch=self._ids.new("dlb")))
                    mailed += 1
                if mailed == ORDERS_MAX:
                    break
            work.commit()

    def _usable(self, work: UnitOfWork, order_id: str) -> bool:
        now = self._clock.now()
        return any(entitlement.status(now) == "granted" for entitlement in work.downloads.of_order(order_id))
