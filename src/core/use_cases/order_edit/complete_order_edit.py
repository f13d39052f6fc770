"""The buyer agrees."""

from core.domain.actor import Actor
from core.domain.errors import NotAllowed
from core.domain.order_edit import EditStatus
from core.domain.payment_collection import CollectionStatus
from core.domain.product import DownloadPolicy
from core.use_cases.order_edit.confirming import confirm_edit
from core.use_cases.order_edit.locking import lock_edit
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class OrderEditUnpaid(NotAllowed):
    code = "ORDER_EDIT_UNPAID"


class CompleteOrderEdit:
    """The order becomes what was proposed, and what was collected for it is the order's. Repeatable.

    Raises OrderEditNotFound, OrderEditClosed unless the buyer was asked, OrderEditUnpaid, OutOfStock,
    OrderEditQuantity; what was paid then stands on the collection, and goes back if the edit is given up.
    Source: https://docs.medusajs.com/api/store#order-edits_postordereditsordereditcomplete (v1).
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids, downloads: DownloadPolicy) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids
        self._downloads = downloads

    @replayed
    def __call__(self, actor: Actor, edit_id: str) -> None:
        with self._begin(actor, "order_edit.complete") as work:
            order, edit = lock_edit(work, actor, edit_id)
            if edit.status is EditStatus.CONFIRMED:
                return
            edit.check_completable()
            if edit.payment_collection_id is not None:
                collection = work.payment_collections.get(edit.payment_collection_id)
                if collection.status is not CollectionStatus.AUTHORIZED:
                    raise OrderEditUnpaid("Unable to complete an order edit if the payment is not authorized")
            confirm_edit(work, order, edit, actor.customer_id, self._clock.now(), self._ids, self._downloads)
            work.commit()
