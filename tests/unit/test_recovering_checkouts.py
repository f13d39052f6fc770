"""What becomes of a completion that something interrupted."""

from datetime import timedelta
from typing import cast

import pytest

from core.domain.actor import SYSTEM, Actor
from core.domain.errors import ConcurrentUpdate
from core.domain.payment import AttemptId, AttemptState, PaymentAttempt
from core.use_cases.order.place_order import Completion, PlaceOrder
from core.use_cases.order.recover_checkout import RecoverCheckout
from core.use_cases.reactions import RECOVER_CHECKOUT
from tests.paying_shop import PRICE, PayingShop


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


def interrupted(shop: PayingShop) -> str:
    """The cart is frozen, and whoever completed it is gone; the attempt's id."""
    with shop.begin(SYSTEM, "test") as work:
        cart = work.carts.get(shop.cart_id)
        (session,) = cart.payment_sessions
        attempt = PaymentAttempt(
            id=AttemptId("patt_1"),
            cart_id=cart.id,
            provider_id=session.provider_id,
            amount=cart.due,
            currency_code=cart.currency_code,
            session_data=dict(session.data),
            started_at=shop.clock.now(),
        )
        cart.freeze(attempt.id, attempt.started_at)
        work.attempts.add(attempt)
        work.schedule(
            RECOVER_CHECKOUT, {"cart_id": cart.id}, dedupe_key="1", at=shop.clock.now() + timedelta(minutes=3)
        )
        work.commit()
    return attempt.id


@pytest.mark.parametrize("paid", [True, False])
@pytest.mark.parametrize("by_job", [True, False])
def test_a_region_given_up_meanwhile_keeps_neither_the_cart_nor_the_money(*, paid: bool, by_job: bool) -> None:
    shop = PayingShop()
    attempt_id = interrupted(shop)
    if paid:
        shop.buyer_pays()
    with shop.begin(SYSTEM, "test") as work:
        work.regions.get("reg_1").delete(shop.clock.now())
        work.versions.bump("pricing")
        work.commit()
    shop.wait(minutes=5)

    if by_job:
        shop.run_jobs()
    else:
        shop.reconcile()
        shop.reconcile()

    assert shop.memory.carts[shop.cart_id].attempt_id is None
    assert shop.memory.orders == {}
    assert shop.payments.accounts[shop.reference].refunded == (PRICE if paid else 0)
    assert shop.memory.attempts[attempt_id].state is (AttemptState.REFUNDED if paid else AttemptState.GIVEN_UP)
