"""Returns, their reasons and swaps, with every field set to something that is not its default."""

from __future__ import annotations

from core.domain.order import Fulfillment, FulfillmentItem, OrderLine, TrackingLink
from core.domain.return_reason import ReturnReason
from core.domain.returns import Return, ReturnItem, ReturnStatus
from core.domain.swap import Swap, SwapFulfillmentStatus, SwapPaymentStatus
from tests.contracts import full_sales as sales
from tests.contracts.full_records import METADATA, NOON, an_address, later


def a_reason(id: str = "rr_1", *, parent_id: str | None = "rr_parent") -> ReturnReason:
    return ReturnReason(
        id=id,
        value=id,
        label="Too big",
        description="a size smaller would do",
        parent_return_reason_id=parent_id,
        metadata=METADATA,
    )


def a_return(order_id: str | None, *, swap_id: str | None = None, reason_id: str = "rr_1") -> Return:
    items = [
        ReturnItem(
            id=f"reti_{n}",
            item_id=f"item_order_1_{n}",
            quantity=2,
            is_requested=False,
            requested_quantity=1,
            received_quantity=2,
            reason_id=reason_id,
            note="the left sleeve",
            metadata=METADATA,
        )
        for n in (2, 1)
    ]
    return Return(
        id="ret_1",
        order_id=order_id,
        swap_id=swap_id,
        status=ReturnStatus.RECEIVED,
        items=items,
        shipping_methods=[sales.a_method("sm_ret_1")],
        shipping_data={"label": 2},
        refund_amount=700,
        received_at=later(days=4),
        no_notification=True,
        metadata=METADATA,
    )


def a_swap(order_id: str = "order_1") -> Swap:
    lines = [
        OrderLine(
            **sales.line_values(f"item_swap_{n}"),  # type: ignore[arg-type]
            fulfilled_quantity=3,
            shipped_quantity=2,
            returned_quantity=1,
            returning_quantity=1,
        )
        for n in (2, 1)
    ]
    fulfillment = Fulfillment(
        id="ful_swap_1",
        provider_id="manual",
        items=(FulfillmentItem(id="fuli_swap_1", item_id=lines[1].id, quantity=2),),
        tracking_links=(
            TrackingLink(id="tlink_swap_1", tracking_number="1Z", url="https://example.test/1Z", metadata=METADATA),
        ),
        data={"label": 1},
        no_notification=True,
        shipped_at=later(days=1),
        canceled_at=later(days=2),
        metadata=METADATA,
    )
    return Swap(
        id="swap_1",
        order_id=order_id,
        cart_id="cart_1",
        fulfillment_status=SwapFulfillmentStatus.SHIPPED,
        payment_status=SwapPaymentStatus.DIFFERENCE_REFUNDED,
        additional_items=lines,
        shipping_methods=[sales.a_method("sm_swap_1")],
        fulfillments=[fulfillment],
        shipping_address=an_address("addr_swap_1"),
        difference_due=-300,
        allow_backorder=True,
        by_staff=True,
        no_notification=True,
        metadata=METADATA,
        confirmed_at=NOON,
        canceled_at=later(days=5),
    )
