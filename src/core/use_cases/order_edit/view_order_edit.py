"""May this caller see this edit, or this payment collection?"""

from core.domain.actor import Actor
from core.domain.order_edit import OrderEditNotFound
from core.domain.payment_collection import PaymentCollectionNotFound
from ports.glances import Glances, OrderGlance


class ViewOrderEdit:
    """Called before one is read on the storefront. It is open to whoever may see its order: of a registered
    customer only to that customer. Raises OrderEditNotFound, PaymentCollectionNotFound."""

    def __init__(self, glances: Glances) -> None:
        self._glances = glances

    def __call__(self, actor: Actor, edit_id: str) -> None:
        if not _open(actor, self._glances.order_of_edit(edit_id)):
            raise OrderEditNotFound(f"Order edit with id {edit_id} was not found")

    def collection(self, actor: Actor, collection_id: str) -> None:
        if not _open(actor, self._glances.order_of_collection(collection_id)):
            raise PaymentCollectionNotFound(f"Payment collection with id {collection_id} was not found")


def _open(actor: Actor, seen: OrderGlance | None) -> bool:
    return seen is not None and seen.owner_id in (None, actor.customer_id)
