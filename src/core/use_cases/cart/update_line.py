"""Change how many of something are in a cart."""

from core.domain.actor import Actor
from core.domain.cart import Cart, InsufficientInventory, LineItem
from core.domain.values import Metadata, merge_metadata
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin, UnitOfWork


class UpdateLine:
    """Set the quantity of a line, 0 removes it and None keeps it; metadata is merged.

    Raises CartNotFound, LineNotFound, CartCompleted, CartInCompletion, InsufficientInventory, Invalid.
    """

    def __init__(self, begin: Begin, pricing: CartPricing, sync: SessionSync) -> None:
        self._begin = begin
        self._pricing = pricing
        self._sync = sync

    def __call__(
        self,
        actor: Actor,
        cart_id: str,
        line_id: str,
        quantity: int | None,
        metadata: Metadata | None = None,
    ) -> None:
        if self._update(actor, cart_id, line_id, quantity, metadata):
            self._sync.after_edit(cart_id)

    @replayed
    def _update(
        self, actor: Actor, cart_id: str, line_id: str, quantity: int | None, metadata: Metadata | None
    ) -> bool:
        """Whether there are payment sessions to be told. Replayed by itself: what is committed is not done again."""
        with self._begin(actor, "cart.update_line") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            if quantity == 0:
                cart.remove(line_id)
            else:
                item = cart.line(line_id)
                item.metadata = merge_metadata(item.metadata, metadata)
                if quantity is not None:
                    _check_inventory(work, cart, item, quantity)
                    cart.change_quantity(item, quantity)
            self._pricing(work, cart)
            sessions = bool(cart.payment_sessions)
            work.commit()
        return sessions


def _check_inventory(work: UnitOfWork, cart: Cart, item: LineItem, quantity: int) -> None:
    if item.variant_id is None:
        return
    offer = work.offers.of([item.variant_id]).get(item.variant_id)
    others = sum(i.quantity for i in cart.items if i.variant_id == item.variant_id and i.id != item.id)
    if offer is None or not offer.covers(quantity + others):
        raise InsufficientInventory("Inventory doesn't cover the desired quantity")
