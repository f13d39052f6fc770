"""A payment provider is taken out of the shop while carts are paid with it: no cart stays locked, and no money is
lost sight of until it is back."""

from __future__ import annotations

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.payment import AttemptState, PaymentProviderNotFound
from core.use_cases.cart.refresh_cart import RefreshCart
from tests.paying_shop import PRICE, PayingShop, assert_sold_once
from tests.unit.test_recovering_checkouts import interrupted


def test_a_completion_that_is_to_go_on_without_its_provider_gives_the_cart_back() -> None:
    shop = PayingShop()
    attempt_id = interrupted(shop)
    shop.providers.uninstall("stripe")

    with pytest.raises(PaymentProviderNotFound):
        shop.browser_completes()

    assert shop.memory.carts[shop.cart_id].attempt_id is None
    assert shop.memory.attempts[attempt_id].state is AttemptState.STARTED  # nobody knows what became of it
    shop.add_line(ANONYMOUS, shop.cart_id, "variant_1", 1, None)
    assert shop.memory.carts[shop.cart_id].due == 2 * PRICE


@pytest.mark.parametrize("paid", [True, False])
def test_the_job_gives_it_back_too_and_what_was_paid_counts_once_the_provider_is_back(*, paid: bool) -> None:
    shop = PayingShop()
    interrupted(shop)
    if paid:
        shop.buyer_pays()
    shop.providers.uninstall("stripe")
    shop.wait(minutes=4)
    shop.run_jobs()

    assert shop.memory.carts[shop.cart_id].attempt_id is None
    shop.providers.install(shop.payments)
    shop.calm_down()

    assert {attempt.state for attempt in shop.memory.attempts.values()} <= {
        AttemptState.PLACED,
        AttemptState.GIVEN_UP,
    }
    if paid:
        assert_sold_once(shop)
    else:
        assert not shop.memory.orders


def test_a_cart_is_not_begun_to_be_completed_without_its_provider() -> None:
    shop = PayingShop()
    shop.providers.uninstall("stripe")

    with pytest.raises(PaymentProviderNotFound):
        shop.browser_completes()

    cart = shop.memory.carts[shop.cart_id]
    assert (cart.attempt_id, shop.memory.attempts) == (None, {})


@pytest.mark.parametrize("paid", [True, False])
def test_a_cart_whose_provider_is_gone_is_edited_and_looked_at_and_its_payment_goes_back(*, paid: bool) -> None:
    shop = PayingShop()
    if paid:
        shop.buyer_pays()
    shop.providers.uninstall("stripe")

    shop.add_line(ANONYMOUS, shop.cart_id, "variant_1", 1, None)
    RefreshCart(shop.begin, shop.pricing, shop.sync)(ANONYMOUS, shop.cart_id)

    assert shop.memory.carts[shop.cart_id].payment_sessions == []
    (attempt,) = shop.memory.attempts.values()
    assert attempt.state is AttemptState.REFUND_DUE
    shop.providers.install(shop.payments)
    shop.calm_down(hours=24)
    assert shop.payments.taken == 0
    with shop.begin(SYSTEM, "test.look") as work:
        assert work.attempts.get(attempt.id).state is (AttemptState.REFUNDED if paid else AttemptState.GIVEN_UP)
