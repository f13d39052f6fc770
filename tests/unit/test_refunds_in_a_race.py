"""A refund that was recorded is made once, however the race to record its outcome ends."""

import pytest

from adapters.memory.providers import InMemoryPaymentProviders
from core.domain.actor import SYSTEM, Actor
from core.domain.errors import ConcurrentUpdate
from core.domain.payment import RefundReport, RefundState
from core.use_cases.order.handle_refund import HandleRefund
from core.use_cases.order.refund_intent import RefundRequest
from core.use_cases.order.refund_payment import RefundPayment
from core.use_cases.order.settle_refund import SettleRefund
from tests.paying_shop import POLICY, PRICE, PayingShop, a_sold_one


class TooLate(HandleRefund):
    """Somebody else is quicker each time."""

    def __call__(self, actor: Actor, report: RefundReport, order_id: str | None = None) -> None:
        raise ConcurrentUpdate("somebody else is saving; try again")


def losing(shop: PayingShop) -> RefundPayment:
    handle = TooLate(shop.begin, shop.clock, shop.ids, POLICY)
    settle = SettleRefund(shop.begin, InMemoryPaymentProviders(shop.payments), handle)
    return RefundPayment(shop.begin, settle, shop.clock, shop.ids)


@pytest.mark.parametrize("amount", [PRICE // 4, PRICE])
def test_a_refund_whose_outcome_could_not_be_recorded_is_not_made_again(amount: int) -> None:
    shop = a_sold_one()
    (order_id,) = shop.memory.orders

    refund_id = losing(shop)(SYSTEM, order_id, RefundRequest(amount=amount))
    shop.run_jobs()

    order = shop.memory.orders[order_id]
    assert [(refund.id, refund.amount, refund.state) for refund in order.refunds] == [
        (refund_id, amount, RefundState.SUCCEEDED)
    ]
    assert shop.payments.accounts[shop.reference].refunded == amount
