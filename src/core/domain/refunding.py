"""How much of an order can be given back, as a whole and per line."""

from collections.abc import Iterable, Mapping, Sequence

from core.domain.errors import Invalid
from core.domain.order import Order, OrderCanceledAlready, OrderLine, OrderStatus
from core.domain.payment import PaymentNotCaptured, RefundExceedsCaptured, RefundLine
from core.domain.purchase import Purchase


def check_refund(
    bought: Purchase,
    amount: int,
    items: Sequence[RefundLine],
    *,
    exchanged: Mapping[str, int] | None = None,
    of_canceled: bool = False,
) -> None:
    """exchanged: units by line that swaps have credited already.

    Raises Invalid, RefundExceedsCaptured; OrderCanceledAlready unless it is the cancellation that refunds.
    """
    order = bought.order
    if order.status is OrderStatus.CANCELED and not of_canceled:
        raise OrderCanceledAlready("A canceled order cannot be refunded")
    if type(amount) is not int or amount <= 0:
        raise Invalid("amount must be a whole number of minor units above 0")
    if amount > order.refundable_amount:
        raise RefundExceedsCaptured("Cannot refund more than the original order amount")
    if not items:
        return
    if len({line.item_id for line in items}) != len(items):
        raise Invalid("name each line once")
    for line in items:
        item = bought.line(line.item_id)
        gone = order.refunded_quantity(item.id, promised=True) + (exchanged or {}).get(item.id, 0)
        left = max(0, item.quantity - gone)
        if line.quantity > left:
            raise RefundExceedsCaptured(f"only {left} of {item.title} can still be refunded")
    worth = worth_of(bought, [(line.item_id, line.quantity) for line in items])
    if amount > worth:
        raise RefundExceedsCaptured(f"the lines named are worth {worth}; refund the rest without naming lines")


def check_payment_refund(order: Order, payment_id: str, amount: int) -> None:
    """What is taken from one payment has to be there. Raises PaymentNotCaptured, RefundExceedsCaptured."""
    payment = order.payment(payment_id)
    if payment.captured_at is None:
        raise PaymentNotCaptured(f"Payment {payment_id} is not captured")
    left = order.left_of(payment)
    if amount > left:
        raise RefundExceedsCaptured(f"Only {left} can be refunded from Payment {payment_id}")


def worth_of(bought: Purchase, lines: Iterable[tuple[str, int]]) -> int:
    """What so many units of these lines, beside those that went back already, cost."""
    worth = 0
    for item_id, quantity in lines:
        item = bought.line(item_id)
        before = bought.order.refunded_quantity(item_id, promised=True)
        worth += _share(item, before + quantity) - _share(item, before)
    return worth


def _share(item: OrderLine, quantity: int) -> int:
    """What the first ``quantity`` units of a line cost, so that all units together cost its total."""
    return item.total * quantity // item.quantity
