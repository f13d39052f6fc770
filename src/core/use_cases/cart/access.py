"""Who may see and change a cart.

A cart's id is a capability while nobody registered owns it; once a registered customer does, only
that customer may use it, and to everybody else it does not exist. A signed-in write takes an unowned
cart over; a read never changes ownership.
"""

from core.domain.actor import Actor, ActorKind
from core.domain.cart import Cart, CartHidden
from ports.unit_of_work import UnitOfWork

UNPRICED = -1  # prices and discounts may be other ones for another buyer: no epoch equals this
TRUSTED = (ActorKind.SYSTEM, ActorKind.PROVIDER, ActorKind.USER, ActorKind.API_KEY)


def check_readable(work: UnitOfWork, actor: Actor, cart: Cart) -> None:
    """Raises CartHidden for a registered customer's cart asked for by anybody else."""
    if actor.kind in TRUSTED or cart.customer_id is None or cart.customer_id == actor.customer_id:
        return
    if work.customers.is_registered(cart.customer_id):
        raise CartHidden(f"Cart with {cart.id} was not found")


def open_for_writing(work: UnitOfWork, actor: Actor, cart_id: str) -> Cart:
    """The locked cart, attached to the signed-in customer if it was free. Raises CartNotFound."""
    cart = work.carts.get(cart_id)
    check_readable(work, actor, cart)
    if actor.customer_id is not None and cart.customer_id != actor.customer_id and not cart.completed:
        customer = work.customers.get(actor.customer_id)
        cart.customer_id = customer.id
        cart.email = customer.email
        cart.pricing_epoch = UNPRICED
    return cart
