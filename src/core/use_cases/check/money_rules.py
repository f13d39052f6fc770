"""Do an order's amounts follow from what is written below them?"""

from dataclasses import fields

from core.domain.order import Order, less_paid_tax
from core.domain.payment import Payment, RefundState
from core.domain.totals import add_up
from core.use_cases.check.violation import Violations, violation
from ports.books import CardPayment, DiscountRecord, GiftCardRecord, OrderRecord


def check_order(record: OrderRecord) -> Violations:
    """Totals of lines, shipping and the whole; payments and refunds; the columns copied for lists."""
    order = record.order
    if order is None:
        yield violation("order_readable", record.id, f"Order {record.id} cannot be read: {record.trouble}.")
        return
    yield from _lines(order)
    yield from _totals(order)
    for payment in order.payments:
        yield from _payment(order, payment)
    yield from _copied(record, order)


def _lines(order: Order) -> Violations:
    """Stored line totals equal those worked out from price, quantity, discount and tax rates."""
    for line in order.items:
        yield from _differences("line_totals", order, f"line {line.id}", line, line.totals())
    for method in order.shipping_methods:
        yield from _differences("line_totals", order, f"shipping method {method.id}", method, method.totals())


def _totals(order: Order) -> Violations:
    lines = [line.totals() for line in order.items]
    methods = [method.totals() for method in order.shipping_methods]
    stored = order.totals
    expected = less_paid_tax(add_up(lines, methods), stored)
    yield from _differences("order_totals", order, "the whole", stored, expected)
    if stored.total < 0:
        yield violation("order_totals", order.id, f"Order {order.id} costs less than nothing ({stored.total}).")


def check_gift_card(card: GiftCardRecord) -> Violations:
    """A card's balance follows from its ledger and lies between nothing and its value."""
    if (card.debited, card.credited) != (card.taken, card.given):
        yield violation(
            "gift_card_ledger",
            card.id,
            f"Gift card {card.id} counts {card.debited} taken and {card.credited} given back; "
            f"its ledger says {card.taken} and {card.given}.",
        )
    if card.balance != card.value - card.taken + card.given or not 0 <= card.balance <= card.value:
        yield violation(
            "gift_card_balance",
            card.id,
            f"Gift card {card.id} holds {card.balance} of {card.value}; its ledger leaves "
            f"{card.value - card.taken + card.given}.",
        )


def check_discount(discount: DiscountRecord) -> Violations:
    """A discount was used as often as it counts: once by each order that used it and is not canceled."""
    if not discount.counted == discount.uses == discount.orders:
        yield violation(
            "discount_uses",
            discount.id,
            f"Discount {discount.code} counts {discount.counted} uses, {discount.uses} are written down, and "
            f"{discount.orders} orders that stand used it.",
        )


def check_card_payment(paid: CardPayment) -> Violations:
    """What an order says gift cards paid is what was taken from them."""
    if paid.gift_card_total != paid.taken:
        yield violation(
            "gift_cards_taken",
            paid.order_id,
            f"Order {paid.order_id} says gift cards paid {paid.gift_card_total}; {paid.taken} was taken from them.",
        )


def _differences(rule: str, order: Order, what: str, stored: object, expected: object) -> Violations:
    for field in fields(expected):  # type: ignore[arg-type]
        there, right = getattr(stored, field.name), getattr(expected, field.name)
        if there != right:
            yield violation(
                rule, order.id, f"Order {order.id}: {field.name} of {what} is {there} but adds up to {right}."
            )


def _payment(order: Order, payment: Payment) -> Violations:
    refunded = sum(
        refund.amount
        for refund in order.refunds
        if refund.payment_id == payment.id and refund.state is RefundState.SUCCEEDED
    )
    captured = payment.amount if payment.captured_at is not None else 0
    if refunded > captured:
        yield violation(
            "refunds_within_captured",
            payment.id,
            f"Payment {payment.id} of order {order.id} gave back {refunded} of {captured} captured.",
        )
    if payment.amount_refunded != refunded:
        yield violation(
            "refunds_counted",
            payment.id,
            f"Payment {payment.id} of order {order.id} says {payment.amount_refunded} went back; "
            f"its refunds make {refunded}.",
        )


def _copied(record: OrderRecord, order: Order) -> Violations:
    for field in fields(record.copied):
        there, right = getattr(record.copied, field.name), getattr(order, field.name)
        if there != right:
            yield violation(
                "order_columns",
                order.id,
                f"Order {order.id}: the column {field.name} says {there}; it follows to be {right}.",
            )
