"""A payment that was to be released is either taken up again by its cart or released, whoever comes first."""

import pytest

from core.domain.actor import ANONYMOUS
from core.domain.payment import AttemptState, SessionStatus
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.remove_payment import RemovePayment
from tests.paying_shop import PRICE, PayingShop, assert_sold_once


def releasing(*, captures_at_once: bool) -> PayingShop:
    """The buyer has let go of the payment that was begun, and nobody has released it yet."""
    shop = PayingShop(captures_at_once=captures_at_once)
    remove = RemovePayment(shop.begin, AbandonSessions(shop.clock, shop.ids))
    remove(ANONYMOUS, shop.cart_id, "stripe")
    (attempt,) = shop.memory.attempts.values()
    assert attempt.state is AttemptState.REFUND_DUE
    return shop


def pay_after_all(shop: PayingShop) -> None:
    shop.start_payment(ANONYMOUS, shop.cart_id)
    (session,) = shop.memory.carts[shop.cart_id].payment_sessions
    shop.payments.buyer_acts(str(session.data["id"]))
    shop.browser_completes()


def assert_paid_once(shop: PayingShop) -> None:
    """One order, whose money is there or can be taken; every other payment is empty and closed."""
    (order,) = shop.memory.orders.values()
    (payment,) = order.payments
    for reference, account in shop.payments.accounts.items():
        if reference == payment.provider_payment_id:
            assert account.status is SessionStatus.AUTHORIZED
            assert account.captured - account.refunded == PRICE
        else:
            assert account.status is SessionStatus.CANCELED
    assert payment.captured_at is not None
    assert {attempt.state for attempt in shop.memory.attempts.values()} <= {
        AttemptState.PLACED,
        AttemptState.GIVEN_UP,
    }


@pytest.mark.parametrize("captures_at_once", [True, False])
def test_a_payment_that_is_taken_up_before_it_is_released_pays_the_order(captures_at_once: bool) -> None:
    shop = releasing(captures_at_once=captures_at_once)

    pay_after_all(shop)
    shop.run_jobs()

    assert len(shop.payments.accounts) == 1
    assert_sold_once(shop)
    assert_paid_once(shop)


@pytest.mark.parametrize("captures_at_once", [True, False])
@pytest.mark.parametrize("step", ["looked", "asked"])
def test_a_payment_that_somebody_is_about_to_release_is_not_taken_up(captures_at_once: bool, step: str) -> None:
    """The buyer is back, pays and has the order between two steps of the release."""
    shop = releasing(captures_at_once=captures_at_once)
    if step == "looked":
        shop.begin.after("cart.refund", lambda: pay_after_all(shop))
    else:
        shop.payments.meanwhile.append(lambda: pay_after_all(shop))

    shop.run_jobs()
    shop.calm_down()

    assert shop.begin.settled
    assert_paid_once(shop)
