"""Orders, returns, swaps, refunds and cancellations: known stories, and a search for unknown ones."""

from __future__ import annotations

from hypothesis import settings

from core.domain.actor import ANONYMOUS
from tests.machines.exchanges import ADMIN, STOCK, ExchangeMachine, ExchangeShop, LateCapturesMachine, stock_of


def test_a_paid_swap_whose_buyer_never_comes_back_is_settled_by_the_webhook() -> None:
    shop = ExchangeShop()
    swap_id = shop.swap(1, "hat")
    reference = shop.pay(shop.memory.swaps[swap_id])
    assert reference is not None
    payments = len(shop.payments.accounts)

    for _ in range(2):
        shop.tell_of(reference)

    swap = shop.memory.swaps[swap_id]
    assert (swap.payment_status, swap.difference_due) == ("captured", 500)
    done = shop.place_order(ANONYMOUS, swap.cart_id or "")
    assert (done.kind, done.id) == ("swap", swap_id)
    assert len(shop.payments.accounts) == payments
    assert [payment.swap_id for payment in shop.memory.orders["order_1"].payments] == [None, swap_id]  # type: ignore[index]
    assert stock_of(shop, "hat") == STOCK - 1


def test_a_paid_swap_nobody_tells_of_is_settled_by_looking() -> None:
    shop = ExchangeShop()
    swap_id = shop.swap(1, "hat")
    shop.pay(shop.memory.swaps[swap_id])

    shop.wait(minutes=2)
    shop.reconcile()

    assert shop.memory.swaps[swap_id].confirmed_at is not None


def test_a_payment_for_a_swap_that_was_canceled_goes_back() -> None:
    shop = ExchangeShop()
    swap_id = shop.swap(1, "hat")
    reference = shop.pay(shop.memory.swaps[swap_id])
    assert reference is not None
    (returned,) = shop.memory.returns.values()
    shop.cancel_return(ADMIN, returned.id)
    shop.cancel_swap(ADMIN, shop.order_id, swap_id)

    shop.tell_of(reference)
    shop.calm_down()

    account = shop.payments.accounts[reference]
    assert (account.captured, account.refunded) == (500, 500)
    assert stock_of(shop, "hat") == STOCK


TestExchangeMachine = ExchangeMachine.TestCase
TestExchangeMachine.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestLateCapturesMachine = LateCapturesMachine.TestCase
TestLateCapturesMachine.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
