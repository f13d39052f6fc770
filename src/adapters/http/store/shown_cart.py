"""/store/carts: what a cart shows unasked."""

from collections.abc import Mapping
from typing import Any

from adapters.http.shown import Shown
from core.use_cases.cart.work_out_taxes import TaxedCart
from ports.reads import Tree

CART = Shown(
    shape="cart",
    one="cart",
    many="carts",
    default=(
        "*,*payment_session,*gift_cards,*region,region.countries.*,region.payment_providers.*,"
        "region.fulfillment_providers.*,region.tax_rates.*,*items,items.variant.*,items.variant.product.*,items.adjustments.*,"
        "items.tax_lines.*,*payment,*shipping_address,*billing_address,*shipping_methods,"
        "shipping_methods.shipping_option.*,shipping_methods.tax_lines.*,*payment_sessions,*discounts,discounts.rule.*,"
        "*sales_channel"
    ),
)


def with_taxes(answer: Any, taxed: TaxedCart) -> Tree:
    """``{cart}`` with these amounts wherever it shows such."""
    cart = _with(answer["cart"], taxed.totals)
    for name, amounts in (("items", taxed.items), ("shipping_methods", taxed.shipping_methods)):
        if name in cart:
            cart[name] = [_with(part, amounts.get(part["id"], {})) for part in cart[name]]
    return {"cart": cart}


def _with(tree: Any, amounts: Mapping[str, int]) -> dict[str, Any]:
    return {name: amounts.get(name, value) for name, value in tree.items()}
