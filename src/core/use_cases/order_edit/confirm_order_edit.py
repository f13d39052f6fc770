"""Staff puts an edit into effect, whether or not the buyer was asked."""

from core.domain.actor import Actor
from core.domain.order_edit import EditStatus
from core.domain.product import DownloadPolicy
from core.use_cases.order_edit.confirming import confirm_edit
from core.use_cases.order_edit.locking import lock_edit
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class ConfirmOrderEdit:
    """What was paid so far comes with it; what was not stays due. A confirmed one stays as it is.

    Raises OrderEditNotFound, OrderEditClosed, OrderEditQuantity, OrderEditTotal, OutOfStock.
    Source: https://docs.medusajs.com/api/admin#order-edits_postordereditsordereditconfirm (v1).
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids, downloads: DownloadPolicy) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids
        self._downloads = downloads

    @replayed
    def __call__(self, actor: Actor, edit_id: str) -> None:
        with self._begin(actor, "order_edit.confirm") as work:
            order, edit = lock_edit(work, actor, edit_id)
            if edit.status is EditStatus.CONFIRMED:
                return
            confirm_edit(work, order, edit, actor.user_id, self._clock.now(), self._ids, self._downloads)
            work.commit()
