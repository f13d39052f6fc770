"""An edit comes to nothing: the buyer declines it, or staff cancels it. What was paid for it goes back."""

from datetime import datetime

from core.domain.actor import Actor
from core.domain.order import Order
from core.domain.order_edit import OrderEdit
from core.use_cases.order_edit.locking import lock_edit
from core.use_cases.payment_collection.releasing import ReleaseCollection
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin, UnitOfWork


class DeclineOrderEdit:
    """Raises OrderEditNotFound, OrderEditClosed unless the buyer was asked; a declined one stays as it is.
    Source: https://docs.medusajs.com/api/store#order-edits_postordereditsordereditdecline (v1)."""

    def __init__(self, begin: Begin, release: ReleaseCollection, clock: Clock) -> None:
        self._begin = begin
        self._release = release
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, edit_id: str, reason: str | None = None) -> None:
        with self._begin(actor, "order_edit.decline") as work:
            order, edit = lock_edit(work, actor, edit_id)
            if edit.decline(actor.customer_id, reason, self._clock.now()):
                _close(work, order, edit, self._release)
                work.commit()


class CancelOrderEdit:
    """Raises OrderEditNotFound, OrderEditClosed once it is confirmed or declined.
    Source: https://docs.medusajs.com/api/admin#order-edits (v1)."""

    def __init__(self, begin: Begin, release: ReleaseCollection, clock: Clock) -> None:
        self._begin = begin
        self._release = release
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, edit_id: str) -> None:
        with self._begin(actor, "order_edit.cancel") as work:
            order, edit = lock_edit(work, actor, edit_id)
            if edit.cancel(actor.user_id or "", self._clock.now()):
                _close(work, order, edit, self._release)
                work.commit()


def call_off_edit(work: UnitOfWork, order: Order, by: str | None, release: ReleaseCollection, now: datetime) -> None:
    """The order is canceled: nobody is asked about it any more."""
    edit = work.order_edits.active_of(order.id)
    if edit is not None and edit.cancel(by or "", now):
        _close(work, order, edit, release)


def _close(work: UnitOfWork, order: Order, edit: OrderEdit, release: ReleaseCollection) -> None:
    if edit.payment_collection_id is not None:
        collection = work.payment_collections.get(edit.payment_collection_id)
        release(work, order, collection, "ORDER_EDIT_GIVEN_UP")
        collection.close()
