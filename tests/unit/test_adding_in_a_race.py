"""A line is added once, however the race to tell the payment's provider of it ends."""

from typing import cast

from core.domain.actor import ANONYMOUS
from core.domain.errors import ConcurrentUpdate
from core.use_cases.cart.add_line import AddLine
from core.use_cases.cart.session_sync import SessionSync
from tests.paying_shop import PRICE, PayingShop, tolerantly


class AlwaysTooLate:
    """Somebody else is quicker each time."""

    def __call__(self, cart_id: str) -> None:
        raise ConcurrentUpdate("somebody else is saving; try again")


def test_a_line_is_added_once_though_telling_the_provider_lost_a_race() -> None:
    shop = PayingShop()
    add_line = AddLine(shop.begin, shop.pricing, cast("SessionSync", AlwaysTooLate()))

    tolerantly(lambda: add_line(ANONYMOUS, shop.cart_id, "variant_1", 1, None))

    cart = shop.memory.carts[shop.cart_id]
    assert ([item.quantity for item in cart.items], cart.due) == ([2], 2 * PRICE)
