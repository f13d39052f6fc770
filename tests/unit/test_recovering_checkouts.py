"""What becomes of a completion that something interrupted."""

from typing import cast

import pytest

from core.domain.actor import SYSTEM, Actor
from core.domain.errors import ConcurrentUpdate
from core.use_cases.order.place_order import Completion, PlaceOrder
from core.use_cases.order.recover_checkout import RecoverCheckout
from tests.paying_shop import PayingShop


class AlwaysTooLate:
    """Somebody else is quicker each time."""

    def __call__(self, actor: Actor, cart_id: str) -> Completion:
        raise ConcurrentUpdate("somebody else is saving; try again")


def test_a_race_lost_too_often_is_no_end_so_the_job_comes_back() -> None:
    shop = PayingShop()
    with shop.begin(SYSTEM, "test") as work:
        work.carts.get(shop.cart_id).freeze("patt_1", shop.clock.now())
        work.commit()
    recover = RecoverCheckout(shop.begin, cast("PlaceOrder", AlwaysTooLate()))

    with pytest.raises(ConcurrentUpdate):
        recover(SYSTEM, shop.cart_id)
