"""Choose how the goods of a cart are shipped."""

from core.domain.actor import SYSTEM, Actor
from core.domain.lines import ShippingMethod
from core.domain.values import Metadata
from core.use_cases.cart.access import open_for_writing
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.fulfillments import FulfillmentProviders
from ports.unit_of_work import Begin


class ChooseShipping:
    """Add a shipping method for an option, replacing the one of the same shipping profile.

    Raises CartNotFound, ShippingOptionNotFound, Invalid for an option of another region or for admins
    only, or not among those that staff have named for a swap's cart, ShippingRequirementsNotMet,
    CartCompleted, CartInCompletion.
    """

    def __init__(
        self,
        begin: Begin,
        fulfillments: FulfillmentProviders,
        pricing: CartPricing,
        sync: SessionSync,
        ids: Ids,
    ) -> None:
        self._begin = begin
        self._fulfillments = fulfillments
        self._pricing = pricing
        self._sync = sync
        self._ids = ids

    def __call__(self, actor: Actor, cart_id: str, option_id: str, data: Metadata | None = None) -> None:
        with self._begin(SYSTEM, "cart.choose_shipping") as work:
            option = work.shop.shipping_option(option_id)
        # The provider may be a remote one, so it is asked outside the transaction.
        valid = self._fulfillments.get(option.provider_id).validate(option.data, data or {})
        if self._choose(actor, cart_id, option_id, valid):
            self._sync.after_edit(cart_id)

    @replayed
    def _choose(self, actor: Actor, cart_id: str, option_id: str, valid: Metadata) -> bool:
        """Whether there are payment sessions to be told. Replayed by itself: what is committed is not done again."""
        with self._begin(actor, "cart.choose_shipping") as work:
            cart = open_for_writing(work, actor, cart_id)
            cart.check_open()
            option = work.shop.shipping_option(option_id)
            price = cart.shipping_price(option)
            cart.choose_shipping(
                ShippingMethod(
                    id=self._ids.new("sm"),
                    shipping_option_id=option.id,
                    name=option.name,
                    profile_id=option.profile_id,
                    price=price,
                    includes_tax=option.includes_tax,
                    data=valid,
                )
            )
            self._pricing(work, cart)
            sessions = bool(cart.payment_sessions)
            work.commit()
        return sessions
