"""An order as the gateway shows it."""

from __future__ import annotations

from typing import Any

from adapters.http.gateway import addresses
from adapters.http.gateway.lists import paged
from adapters.http.gateway.shown_lines import BOUGHT, UNIT, product_of
from adapters.http.gateway.views import present, price, selected
from core.domain.order import OrderStatus, PaymentStatus
from ports.reads import Tree

ORDER = selected(f"*,*items,*shipping_address,*billing_address,*shipping_methods,{BOUGHT}")
UNKNOWN = "UNKNOWN"
STATUSES: dict[str, str] = {
    OrderStatus.PENDING: "PENDING",
    OrderStatus.COMPLETED: "COMPLETED",
    OrderStatus.ARCHIVED: "ARCHIVED",
    OrderStatus.CANCELED: "CANCELLED",
    OrderStatus.REQUIRES_ACTION: "REQUIRES_ACTION",
}
PAYMENT_STATUSES: dict[str, str] = {
    PaymentStatus.AWAITING: "PENDING",
    PaymentStatus.NOT_PAID: "NOT_PAID",
    PaymentStatus.CAPTURED: "CAPTURED",
    PaymentStatus.PARTIALLY_REFUNDED: "PARTIALLY_REFUNDED",
    PaymentStatus.REFUNDED: "REFUNDED",
    PaymentStatus.REQUIRES_ACTION: "REQUIRES_ACTION",
    PaymentStatus.CANCELED: "FAILED",
}


def order_view(order: Any, *, email: str | None = None) -> Tree:
    """email: shown to whoever has just placed the order, and in no other answer."""
    currency = order["currency_code"]
    metadata = order["metadata"] or {}
    return present(
        id=order["id"],
        customerId=order["customer_id"],
        createdAt=order["created_at"],
        updatedAt=order["updated_at"],
        total=price(order["total"], currency),
        subtotal=price(order["subtotal"], currency),
        shippingTotal=price(order["shipping_total"], currency),
        shippingSubtotal=price(sum(each["subtotal"] for each in order["shipping_methods"]), currency),
        discountTotal=price(order["discount_total"], currency),
        tax=price(order["tax_total"], currency),
        currency=currency.upper(),
        paymentStatus=PAYMENT_STATUSES.get(order["payment_status"], UNKNOWN),
        status=STATUSES.get(order["status"], UNKNOWN),
        items=paged([_item(line, currency) for line in order["items"]], len(order["items"])),
        shippingAddress=addresses.shown(order["shipping_address"]),
        billingAddress=addresses.shown(order["billing_address"]),
        shippingMethods=[_method(each, currency) for each in order["shipping_methods"]],
        customerComment=metadata.get("notes") if isinstance(metadata.get("notes"), str) else None,
        email=email,
    )


def _item(line: Any, currency: str) -> Tree:
    return present(
        id=line["id"],
        productId=line["product_id"] or line["variant_id"] or "",
        quantity=line["quantity"],
        price=price(line["unit_price"], currency),
        total=price(line["total"], currency),
        subtotal=price(line["subtotal"], currency),
        discountTotal=price(line["discount_total"], currency),
        unit=UNIT,
        currency=currency.upper(),
        product=product_of(line, currency),
    )


def _method(method: Any, currency: str) -> Tree:
    return present(
        id=method["shipping_option_id"] or method["id"],
        name=method["name"],
        total=price(method["total"], currency),
        subtotal=price(method["subtotal"], currency),
    )
