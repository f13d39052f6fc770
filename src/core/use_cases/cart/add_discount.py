"""Enter one more code into a cart."""

from core.domain.actor import Actor
from core.domain.discount import DiscountInvalid, DiscountNotHere
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.discounts import enter_one_more
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class AddDiscount:
    """Adds a discount to those there are; of two that cannot act together, the new one stays.

    Raises CartNotFound, CartCompleted, CartInCompletion, SwapCartFixed; DiscountInvalid for an unknown
    code and one that does not hold, DiscountLimitReached, DiscountNotHere.
    """

    def __init__(self, begin: Begin, pricing: CartPricing, sync: SessionSync) -> None:
        self._begin = begin
        self._pricing = pricing
        self._sync = sync

    def __call__(self, actor: Actor, cart_id: str, code: str) -> None:
        if self._enter(actor, cart_id, code):
            self._sync.after_edit(cart_id)

    @replayed
    def _enter(self, actor: Actor, cart_id: str, code: str) -> bool:
        """Whether there are payment sessions to be told. Replayed by itself: what is committed is not done again."""
        with self._begin(actor, "cart.add_discount") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_editable()
            try:
                enter_one_more(work, cart, code, self._pricing.buyer(work, cart))
            except (DiscountInvalid, DiscountNotHere) as refusal:
                sentence = f"The promotion code {code} is invalid: {refusal.message}"
                raise type(refusal)(sentence) from refusal
            self._pricing(work, cart)
            sessions = bool(cart.payment_sessions)
            work.commit()
        return sessions
