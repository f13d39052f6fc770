"""Which ways of shipping a cart can be offered."""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.shop import ShippingOption, ShippingRequirementsNotMet
from core.use_cases.cart.access import check_readable
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedOptions:
    region_id: str
    option_ids: frozenset[str]


class ListShippingOptions:
    """Options of the cart's region for the shipping profiles of its goods, with their requirements met;
    none for a cart without anything to ship. Raises CartNotFound.
    Source: https://docs.medusajs.com/api/store#shipping-options_getshippingoptionscartid (v1).
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def __call__(self, actor: Actor, cart_id: str) -> OfferedOptions:
        with self._begin(actor, "cart.list_shipping_options") as work:
            cart = work.carts.get(cart_id)
            check_readable(work, actor, cart)
            profiles = {item.profile_id for item in cart.items if item.requires_shipping}
            options = work.shop.shipping_options_of(cart.region_id) if profiles else []
            subtotal = cart.totals.subtotal
        offered = [option for option in options if option.profile_id in profiles and _fits(option, subtotal)]
        return OfferedOptions(region_id=cart.region_id, option_ids=frozenset(option.id for option in offered))


def _fits(option: ShippingOption, subtotal: int) -> bool:
    if option.admin_only or option.is_return:
        return False
    try:
        option.check(subtotal)
    except ShippingRequirementsNotMet:
        return False
    return True
