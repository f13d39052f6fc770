"""May this caller see this order?"""

from core.domain.actor import Actor
from core.domain.order import OrderHidden, OrderNotFound
from core.domain.values import normalise_email
from ports.glances import Glances, OrderGlance


class ViewOrder:
    """Called before an order is read on the storefront; answers its id.

    A guest's order is open to whoever knows its id; a registered customer's only to that customer, and
    reads for anybody else as if it did not exist. Raises OrderNotFound, OrderHidden.
    """

    def __init__(self, glances: Glances) -> None:
        self._glances = glances

    def __call__(self, actor: Actor, order_id: str) -> str:
        return _visible(actor, self._glances.order(order_id), f"Order with id {order_id} was not found")

    def of_cart(self, actor: Actor, cart_id: str) -> str:
        return _visible(actor, self._glances.order_of_cart(cart_id), f"Order with cart {cart_id} was not found")

    def by_number(self, actor: Actor, display_id: int, email: str) -> str:
        """The look-up by what a buyer reads in the mail. Raises OrderNotFound, Invalid."""
        seen = self._glances.order_by_number(display_id, normalise_email(email))
        return _visible(actor, seen, "Order was not found")


def _visible(actor: Actor, seen: OrderGlance | None, refusal: str) -> str:
    if seen is None:
        raise OrderNotFound(refusal)
    if seen.owner_id is not None and seen.owner_id != actor.customer_id:
        raise OrderHidden(refusal)
    return seen.id
