"""A cart as the gateway shows it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.gateway import addresses
from adapters.http.gateway.lists import paged
from adapters.http.gateway.shown_lines import BOUGHT, UNIT, product_of, sku_of
from adapters.http.gateway.views import present, price, selected
from adapters.http.query import Query
from adapters.http.shown import context_of, equals
from core.domain.actor import Actor
from core.domain.discount import DiscountType
from core.domain.money import Money
from ports.reads import Reads, Tree

CART = selected(
    "*,region.currency_code,*items,*shipping_address,*billing_address,*shipping_methods,*payment_session,"
    f"discounts.code,discounts.rule.*,{BOUGHT}"
)
NOTES = "notes"
# Told by the payment session, whatever a client wrote there.
DERIVED = ("paymentSessionId", "paymentMethod")
PROMOTIONS = {
    DiscountType.FIXED: "FIXED_AMOUNT",
    DiscountType.PERCENTAGE: "PERCENTAGE",
    DiscountType.FREE_SHIPPING: "FREE_SHIPPING",
}


def cart_tree(reads: Reads, actor: Actor, query: Query, cart_id: str) -> Any:
    """The row with all that is shown of it. Raises CartNotFound."""
    return reads.one("cart", [equals("id", cart_id)], CART, context_of(actor, query))


@inject
def show_cart(actor: Actor, query: Query, cart_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """The answer of writes whose path names the cart."""
    return cart_view(cart_tree(reads, actor, query, cart_id))


@inject
def show_written(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    """The answer of writes that return the cart's id."""
    return cart_view(cart_tree(reads, actor, query, result))


def cart_view(cart: Any) -> Tree:
    currency = cart["region"]["currency_code"]
    method = payment_method(cart)
    session = cart.get("payment_session") or {}
    return present(
        id=cart["id"],
        customerId=cart["customer_id"],
        createdAt=cart["created_at"],
        updatedAt=cart["updated_at"],
        regionId=cart["region_id"],
        currency=currency.upper(),
        items=paged([_item(line, currency) for line in cart["items"]], len(cart["items"])),
        subtotal=price(cart["subtotal"], currency),
        discountTotal=price(cart["discount_total"], currency),
        taxTotal=price(cart["tax_total"], currency),
        shippingTotal=price(cart["shipping_total"], currency),
        total=price(cart["total"], currency),
        shippingAddress=addresses.shown(cart["shipping_address"]),
        billingAddress=addresses.shown(cart["billing_address"]),
        shippingMethod=shipping_method(cart, currency),
        paymentMethod=method,
        promotions=[_promotion(each, currency) for each in cart["discounts"]] or None,
        metadata=_metadata(cart, method, session.get("id")),
        notes=notes_of(cart),
        email=cart["email"],
        paymentSessionId=session.get("id"),
    )


def notes_of(cart: Any) -> str | None:
    notes = (cart["metadata"] or {}).get(NOTES)
    return notes if isinstance(notes, str) and notes else None


def payment_method(cart: Any) -> Tree | None:
    """The provider whose session is selected."""
    session = cart.get("payment_session")
    return None if not session else {"id": session["provider_id"], "name": session["provider_id"]}


def shipping_method(cart: Any, currency: str) -> Tree | None:
    """The first; its id is the shipping option's, by which it was chosen."""
    methods = cart["shipping_methods"]
    return shipping_view(methods[0], currency) if methods else None


def shipping_view(method: Any, currency: str) -> Tree:
    return present(
        id=method["shipping_option_id"],
        name=method["name"],
        total=price(method["total"], currency),
        subtotal=price(method["subtotal"], currency),
    )


def _item(line: Any, currency: str) -> Tree:
    return present(
        id=line["id"],
        sku=sku_of(line),
        quantity=line["quantity"],
        price=price(line["unit_price"], currency),
        subtotal=price(line["subtotal"], currency),
        discountTotal=price(line["discount_total"], currency),
        total=price(line["total"], currency),
        unit=UNIT,
        currency=currency.upper(),
        product=product_of(line, currency),
        metadata=line["metadata"],
    )


def _promotion(discount: Any, currency: str) -> Tree:
    """value is a text: a percentage, or an amount in major units."""
    rule = discount["rule"]
    value = Money(rule["value"], currency).major if rule["type"] == DiscountType.FIXED else Decimal(rule["value"])
    return present(
        id=discount["id"],
        code=discount["code"],
        name=rule["description"],
        type=PROMOTIONS.get(rule["type"]),
        value=f"{value:f}",
    )


def _metadata(cart: Any, method: Tree | None, session_id: object) -> Tree | None:
    """What is stored, with what the payment session says of itself."""
    stored = {name: value for name, value in (cart["metadata"] or {}).items() if name not in DERIVED}
    if method is not None:
        stored |= {"paymentSessionId": session_id, "paymentMethod": {**method, "type": "OTHER"}}
    return stored or None
