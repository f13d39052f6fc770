"""Put something into a cart."""

from core.domain.actor import Actor
from core.domain.cart import Cart, InsufficientInventory, check_quantity
from core.domain.product import Offer
from core.domain.values import Metadata
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.pricing import CartPricing, check_sellable
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin, UnitOfWork


class AddLine:
    """Add a quantity of a variant, joining a line of the same variant and metadata.

    Raises CartNotFound, CartCompleted, CartInCompletion, NotPurchasable, InsufficientInventory,
    Invalid. Source: https://docs.medusajs.com/api/store#carts_postcartscartlineitems (v1).
    """

    def __init__(self, begin: Begin, pricing: CartPricing, sync: SessionSync) -> None:
        self._begin = begin
        self._pricing = pricing
        self._sync = sync

    def __call__(
        self,
        actor: Actor,
        cart_id: str,
        variant_id: str,
        quantity: int,
        metadata: Metadata | None = None,
    ) -> None:
        check_quantity(quantity)
        if self._add(actor, cart_id, variant_id, quantity, metadata):
            self._sync.after_edit(cart_id)

    @replayed
    def _add(self, actor: Actor, cart_id: str, variant_id: str, quantity: int, metadata: Metadata | None) -> bool:
        """Whether there are payment sessions to be told. Replayed by itself: what is committed is not done again."""
        with self._begin(actor, "cart.add_line") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            offers = dict(work.offers.of([variant_id]))
            offer = check_sellable(offers.get(variant_id), cart, variant_id)
            put(work, self._pricing, cart, offer, quantity, metadata)
            self._pricing(work, cart, offers=offers)
            sessions = bool(cart.payment_sessions)
            work.commit()
        return sessions


def put(
    work: UnitOfWork,
    pricing: CartPricing,
    cart: Cart,
    offer: Offer,
    quantity: int,
    metadata: Metadata | None,
) -> None:
    """Join or add the line; the caller re-prices the cart afterwards."""
    item = cart.mergeable(offer.variant_id, metadata)
    wanted = quantity + sum(i.quantity for i in cart.items if i.variant_id == offer.variant_id)
    if not offer.covers(wanted):
        raise InsufficientInventory(
            f"Variant with id: {offer.variant_id} does not have the required inventory",
        )
    if item is not None:
        cart.change_quantity(item, item.quantity + quantity)
    else:
        cart.add(pricing.line(work, cart, offer, quantity, metadata))
