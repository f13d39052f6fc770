"""Finish a completion that something interrupted."""

from core.domain.actor import Actor
from core.domain.errors import ConcurrentUpdate, Conflict, Invalid, NotAllowed, PaymentRefused
from core.domain.payment import PaymentProviderNotFound
from core.domain.region import RegionNotFound
from core.use_cases.order.place_order import PlaceOrder
from ports.unit_of_work import Begin


class RecoverCheckout:
    """Scheduled with every attempt for three minutes later. If the cart is still frozen, the attempt is
    carried to its end: an order, or the cart given back to the buyer. Raises Unavailable and ConcurrentUpdate
    to run again.
    """

    def __init__(self, begin: Begin, place_order: PlaceOrder) -> None:
        self._begin = begin
        self._place_order = place_order

    def __call__(self, actor: Actor, cart_id: str) -> None:
        with self._begin(actor, "order.recover") as work:
            frozen = work.carts.get(cart_id).attempt_id is not None
        if not frozen:
            return
        try:
            self._place_order(actor, cart_id)
        except ConcurrentUpdate:
            raise  # no end at all: the job comes back
        except (Conflict, Invalid, NotAllowed, PaymentRefused, RegionNotFound):
            # A definite end without an order: PlaceOrder has thawed the cart and settled the money.
            return
        except PaymentProviderNotFound:
            # The cart is thawed. What became of the money can be asked once the provider is installed again; the
            # attempt stays open until then.
            return
