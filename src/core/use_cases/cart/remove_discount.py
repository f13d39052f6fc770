"""Take a discount off a cart."""

from core.domain.actor import Actor
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class RemoveDiscount:
    """Removes the discount whose stored code is exactly this; any other code changes nothing, as in Medusa.

    Raises CartNotFound, CartCompleted, CartInCompletion.
    Source: https://docs.medusajs.com/api/store#carts_deletecartscartdiscountsdiscount (v1).
    """

    def __init__(self, begin: Begin, pricing: CartPricing, sync: SessionSync) -> None:
        self._begin = begin
        self._pricing = pricing
        self._sync = sync

    def __call__(self, actor: Actor, cart_id: str, code: str) -> None:
        if self._remove(actor, cart_id, code):
            self._sync.after_edit(cart_id)

    @replayed
    def _remove(self, actor: Actor, cart_id: str, code: str) -> bool:
        """Whether there are payment sessions to be told. Replayed by itself: what is committed is not done again."""
        with self._begin(actor, "cart.remove_discount") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            id = work.discounts.ids_of([code]).get(code)
            if id is not None and id in cart.discount_ids:
                cart.discount_ids.remove(id)
            self._pricing(work, cart)
            sessions = bool(cart.payment_sessions)
            work.commit()
        return sessions
