"""Call off a return that will not come."""

from core.domain.actor import SYSTEM, Actor
from core.domain.product import DownloadPolicy
from core.domain.returns import cancel
from core.use_cases.download.granting import follow_disputes, grant_downloads, revoke_refunded
from core.use_cases.order.stocking import take_again
from core.use_cases.replay import replayed
from core.use_cases.returning.send_return import order_of
from core.use_cases.swap.lookup import purchase_of
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class CancelReturn:
    """Its units can be returned anew, and downloads that came back with an exchange are the buyer's again, as
    far as no dispute stands against them; answers the order's id. Repeatable. Raises ReturnNotFound,
    ReturnClosed for one that was received.
    Source: https://docs.medusajs.com/api/admin#returns_postreturnsreturncancel (v1)."""

    def __init__(self, begin: Begin, clock: Clock, ids: Ids, downloads: DownloadPolicy) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids
        self._downloads = downloads

    @replayed
    def __call__(self, actor: Actor, return_id: str) -> str:
        with self._begin(SYSTEM, "return.cancel") as work:
            order_id = order_of(work, return_id)
        with self._begin(actor, "return.cancel") as work:
            order = work.orders.get(order_id)
            again = cancel(purchase_of(work, order), work.returns.get(return_id))
            if again is None:
                return order_id
            if again:
                take_again(work, again)
                revoke_refunded(work, order)
                follow_disputes(work, order)
                # Files may have become ready meanwhile.
                grant_downloads(work, order, self._downloads, self._clock.now(), self._ids)
            work.commit()
        return order_id
