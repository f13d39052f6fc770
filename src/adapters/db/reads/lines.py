"""What lines and shipping methods of carts and of orders have in common, as shapes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import FromClause, select

from adapters.db.reads.among import among
from adapters.db.reads.product import BOUGHT_VARIANT
from adapters.db.reads.shape import KEYS, Computed, Facts, Relation, Shape, Source, columns, everything, to_one
from adapters.db.reads.shop import CHOSEN_SHIPPING_OPTION
from adapters.db.tables import order_item_tax_lines
from core.domain.totals import refundable
from ports.reads import Tree

LINE_COLUMNS = (
    "id",
    "title",
    "description",
    "thumbnail",
    "is_return",
    "is_giftcard",
    "should_merge",
    "allow_discounts",
    "has_shipping",
    "requires_shipping",
    "unit_price",
    "includes_tax",
    "variant_id",
    "product_id",
    "quantity",
    "metadata",
    "created_at",
    "updated_at",
    "subtotal",
    "discount_total",
    "tax_total",
    "total",
    "original_tax_total",
    "original_total",
)
# Claims and order edits are kinds of record this shop keeps none of.
LINE_CONSTANTS = {
    "swap_id": None,
    "claim_order_id": None,
    "original_item_id": None,
    "order_edit_id": None,
    "gift_card_total": 0,
}
OWNED_LINE_CONSTANTS = {name: value for name, value in LINE_CONSTANTS.items() if name != "swap_id"}
"""Of lines in the table that holds what orders and swaps sell."""

METHOD_COLUMNS = (
    "id",
    "shipping_option_id",
    "name",
    "price",
    "includes_tax",
    "data",
    "subtotal",
    "tax_total",
    "total",
    "original_tax_total",
    "original_total",
)
METHOD_CONSTANTS = {"claim_order_id": None, "swap_id": None, "return_id": None}

_RATES = Source(
    statement=select(order_item_tax_lines.c.item_id, order_item_tax_lines.c.rate).where(
        among(order_item_tax_lines.c.item_id, KEYS)
    ),
    key="id",
)


def _refundable(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
    for row in rows:
        rates = [found.rate for found in facts.of(_RATES, row["id"])]
        amounts = [row[name] or 0 for name in ("unit_price", "quantity", "returned_quantity", "discount_total")]
        unit_price, quantity, returned, discount = (int(str(amount)) for amount in amounts)
        inclusive = bool(row["includes_tax"])
        yield {"refundable": refundable(unit_price, quantity, returned, discount, rates, includes_tax=inclusive)}


REFUNDABLE = Computed(
    gives=("refundable",),
    needs=("unit_price", "includes_tax", "quantity", "returned_quantity", "discount_total"),
    sources=(_RATES,),
    compute=_refundable,
)
"""Of lines in the table that holds what orders and swaps sell."""


def _tax_lines(name: str, table: FromClause, owner: str) -> Shape:
    return Shape(
        name=name,
        table=table,
        columns=columns("id", "rate", "name", "code", owner, "created_at", "updated_at"),
        hidden=columns("position"),
        constants={"metadata": None},
        visible=everything,
    )


def line_relations(name: str, adjustments: FromClause, tax_lines: FromClause) -> dict[str, Relation]:
    """The variant as it was bought, the discounts' shares, the tax lines."""
    adjustment = Shape(
        name=f"{name}_adjustment",
        table=adjustments,
        columns=columns("id", "item_id", "description", "discount_id", "amount", "metadata"),
        hidden=columns("position"),
        visible=everything,
    )
    tax_line = _tax_lines(f"{name}_tax_line", tax_lines, "item_id")
    return {
        "variant": to_one(lambda: BOUGHT_VARIANT, "variant_id"),
        "adjustments": Relation(shape=lambda: adjustment, there="item_id", order=("position", "id"), rare=True),
        "tax_lines": Relation(shape=lambda: tax_line, there="item_id", order=("position", "id")),
    }


def method_relations(name: str, tax_lines: FromClause) -> dict[str, Relation]:
    """The option it was chosen from and the tax lines."""
    tax_line = _tax_lines(f"{name}_tax_line", tax_lines, "shipping_method_id")
    return {
        "shipping_option": to_one(lambda: CHOSEN_SHIPPING_OPTION, "shipping_option_id"),
        "tax_lines": Relation(shape=lambda: tax_line, there="shipping_method_id", order=("position", "id")),
    }
