"""Returns asked for, called off and received in any order: quantities and money stay within what was sold."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.errors import DomainError
from core.domain.lines import Adjustment
from core.domain.order import Order, OrderId, OrderLine
from core.domain.payment import Payment, Refund
from core.domain.purchase import Purchase
from core.domain.refunding import check_refund, worth_of
from core.domain.returns import Return, Wanted, cancel, receive, refund_lines, request, worth
from core.domain.tax import TaxLine

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def an_order(price: int, quantity: int, discount: int, rate: int) -> Order:
    line = OrderLine(
        id="item_1",
        title="Shirt",
        unit_price=price,
        quantity=quantity,
        adjustments=(Adjustment(id="lia_1", description="", amount=discount),) if discount else (),
        tax_lines=(TaxLine(id="litl_1", rate=Decimal(rate), name="VAT"),),
    )
    order = Order(
        id=OrderId("order_1"),
        display_id=1,
        cart_id=None,
        customer_id="cus_1",
        email="ada@example.com",
        region_id="reg_1",
        currency_code="eur",
        items=[line],
        placed_at=NOW,
    )
    order.recompute()
    paid = order.totals.total
    order.payments.append(
        Payment(id="pay_1", provider_id="manual", amount=paid, currency_code="eur", captured_at=NOW)
    )
    return order


STEPS = st.lists(
    st.tuples(st.sampled_from(["request", "receive", "cancel"]), st.integers(0, 3), st.integers(1, 4)), max_size=20
)


@settings(max_examples=200)
@given(st.integers(1, 5_000), st.integers(1, 5), st.integers(0, 4_000), st.integers(0, 25), STEPS)
def test_no_order_of_events_gives_back_more_than_was_sold(
    price: int, quantity: int, discount: int, rate: int, steps: list[tuple[str, int, int]]
) -> None:
    order = an_order(price, quantity, min(discount, price * quantity), rate)
    numbers = count(1)
    returns: list[Return] = []
    restocked = 0

    def new_id(prefix: str) -> str:
        return f"{prefix}_{next(numbers)}"

    for verb, which, units in steps:
        with suppress(DomainError):
            if verb == "request":
                items = request(Purchase(order), [Wanted(item_id="item_1", quantity=units)], new_id)
                amount = worth(Purchase(order), [("item_1", units)])
                returns.append(Return(id=new_id("ret"), order_id=order.id, items=items, refund_amount=amount))
            elif which < len(returns) and verb == "cancel":
                cancel(Purchase(order), returns[which])
            elif which < len(returns):
                returned = returns[which]
                receive(Purchase(order), returned, {"item_1": units}, NOW, new_id)
                restocked += units
                lines = refund_lines(Purchase(order), [("item_1", units)])
                amount = min(returned.refund_amount, order.refundable_amount, worth_of(Purchase(order), lines))
                if amount:
                    check_refund(Purchase(order), amount, ())
                    order.refunds.append(Refund(id=new_id("ref"), payment_id="pay_1", amount=amount, created_at=NOW))
        line = order.items[0]
        open_units = sum(item.requested_quantity or 0 for one in returns if one.open for item in one.items)
        assert line.returning_quantity == open_units
        assert restocked <= (line.returned_quantity or 0)
        assert (line.returned_quantity or 0) + line.returning_quantity <= line.quantity
        assert sum(refund.amount for refund in order.refunds) <= order.captured_total
