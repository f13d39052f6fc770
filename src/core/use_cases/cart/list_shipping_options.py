"""Which ways of shipping a cart can be offered."""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.cart import Cart
from core.domain.errors import Invalid
from core.domain.shop import ShippingOption, ShippingRequirementsNotMet
from core.use_cases.cart.access import check_readable
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedOptions:
    """prices: option id and minor units, of those that cost this cart something else than they say. ships: there
    are goods to be shipped; without, an option is only chosen by storefronts that choose one for every cart."""

    region_id: str
    ships: bool
    option_ids: frozenset[str]
    prices: tuple[tuple[str, int], ...]


class ListShippingOptions:
    """Options of the cart's region for the shipping profiles of its goods, with their requirements met;
    for a swap's cart only those that staff have named, if they did. Where nothing ships, those for the profiles
    of all lines, for nothing: Medusa's storefronts choose one for every cart. Raises CartNotFound.
    Source: https://docs.medusajs.com/api/store#shipping-options_getshippingoptionscartid (v1).
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def __call__(self, actor: Actor, cart_id: str) -> OfferedOptions:
        with self._begin(actor, "cart.list_shipping_options") as work:
            cart = work.carts.get(cart_id)
            check_readable(work, actor, cart)
            ships = cart.needs_shipping
            profiles = {item.profile_id for item in cart.items if item.requires_shipping or not ships}
            options = work.shop.shipping_options_of(cart.region_id) if profiles else []
        offered = frozenset(option.id for option in options if option.profile_id in profiles and _fits(cart, option))
        prices = dict(cart.custom_shipping_prices or {}) if ships else dict.fromkeys(offered, 0)
        return OfferedOptions(region_id=cart.region_id, ships=ships, option_ids=offered, prices=tuple(prices.items()))


def _fits(cart: Cart, option: ShippingOption) -> bool:
    if option.admin_only:
        return False
    try:
        cart.shipping_price(option)
    except (Invalid, ShippingRequirementsNotMet):
        return False
    return True
