"""May this caller see this cart, and is what they would see still true?"""

from contextlib import suppress

from core.domain.actor import Actor
from core.domain.cart import CartHidden, CartNotFound
from core.domain.region import RegionNotFound
from core.use_cases.cart.refresh_cart import RefreshCart
from ports.clock import Clock
from ports.glances import Glances


class ViewCart:
    """Called before a cart is read: refuses strangers, and re-prices a cart whose prices moved.

    Reading never changes who owns a cart. Raises CartNotFound, and CartHidden for a registered
    customer's cart asked for by anybody else, which reads as if it did not exist.
    """

    def __init__(self, glances: Glances, refresh: RefreshCart, clock: Clock) -> None:
        self._glances = glances
        self._refresh = refresh
        self._clock = clock

    def __call__(self, actor: Actor, cart_id: str) -> str:
        seen = self._glances.cart(cart_id, self._clock.now())
        if seen is None:
            raise CartNotFound(f"Cart with {cart_id} was not found")
        if seen.owner_id is not None and seen.owner_id != actor.customer_id:
            raise CartHidden(f"Cart with {cart_id} was not found")
        if not seen.fresh and not seen.final:
            # A cart of a region that was closed keeps the prices it had; it cannot be completed there.
            with suppress(RegionNotFound):
                self._refresh(actor, cart_id)
        return cart_id
