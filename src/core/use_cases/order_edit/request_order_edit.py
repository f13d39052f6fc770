"""Ask the buyer to agree to an edit, and to pay what it costs more."""

from core.domain.actor import Actor
from core.domain.order_edit import OrderEditClosed
from core.domain.payment_collection import PaymentCollection
from core.use_cases.order_edit.locking import issued_cards, lock_edit
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class RequestOrderEdit:
    """From here on the edit stays as it is. A second request changes nothing. description: of the payment
    collection, if there is anything to pay.

    Raises OrderEditNotFound, OrderEditClosed, OrderEditQuantity, OrderEditTotal, Invalid without changes.
    Source: https://docs.medusajs.com/api/admin#order-edits_postordereditsordereditrequest (v1).
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, edit_id: str, description: str | None = None) -> None:
        with self._begin(actor, "order_edit.request") as work:
            order, edit = lock_edit(work, actor, edit_id)
            edit.check(order, issued_cards(work, order))
            edit.price(order)
            if edit.request(actor.user_id or "", self._clock.now()) and edit.difference_due > 0:
                if order.cart_id is None:
                    raise OrderEditClosed("nothing more can be collected for an order that came from no cart")
                collection = PaymentCollection(
                    id=self._ids.new("paycol"),
                    order_id=order.id,
                    description=description,
                    amount=edit.difference_due,
                    region_id=order.region_id,
                    currency_code=order.currency_code,
                    created_by=actor.user_id or "",
                )
                collection.created()
                work.payment_collections.add(collection)
                edit.payment_collection_id = collection.id
            work.commit()
