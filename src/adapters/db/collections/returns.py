"""Returns, the reasons for them, and swaps, as rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, func, select

from adapters.db.collections.carts import ADDRESS
from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Many, Mapper, One
from adapters.db.tables import (
    order_item_adjustments,
    order_item_tax_lines,
    order_items,
    return_items,
    return_reasons,
    return_shipping_method_tax_lines,
    return_shipping_methods,
    returns,
    swap_fulfillment_items,
    swap_fulfillments,
    swap_shipping_method_tax_lines,
    swap_shipping_methods,
    swap_tracking_links,
    swaps,
)
from core.domain.lines import Adjustment, ShippingMethod
from core.domain.order import Fulfillment, FulfillmentItem, OrderLine, TrackingLink
from core.domain.return_reason import ReturnReason, ReturnReasonNotFound
from core.domain.returns import Return, ReturnItem, ReturnNotFound
from core.domain.swap import Swap, SwapNotFound
from core.domain.tax import TaxLine


def _part(entity: type[Any], table: Any, parent: str) -> Mapper[Any]:
    return Mapper(entity, table, skipped=(), given=(parent,))


def _method(table: Any, tax_lines: Any, parent: str) -> Mapper[Any]:
    taxes = Many(
        field="tax_lines", mapper=_part(TaxLine, tax_lines, "shipping_method_id"), parent="shipping_method_id"
    )
    return Mapper(ShippingMethod, table, many=(taxes,), skipped=(), given=(parent,))


RETURN_REASON = Mapper(ReturnReason, return_reasons)

RETURN = Mapper(
    Return,
    returns,
    many=(
        Many(field="items", mapper=_part(ReturnItem, return_items, "return_id"), parent="return_id"),
        Many(
            field="shipping_methods",
            mapper=_method(return_shipping_methods, return_shipping_method_tax_lines, "return_id"),
            parent="return_id",
        ),
    ),
)

_SWAP_LINE = Mapper(
    OrderLine,
    order_items,
    many=(
        Many(field="tax_lines", mapper=_part(TaxLine, order_item_tax_lines, "item_id"), parent="item_id"),
        Many(field="adjustments", mapper=_part(Adjustment, order_item_adjustments, "item_id"), parent="item_id"),
    ),
    skipped=(),
    given=("order_id", "swap_id", "cart_id"),
)

_SWAP_FULFILLMENT = Mapper(
    Fulfillment,
    swap_fulfillments,
    many=(
        Many(
            field="items",
            mapper=_part(FulfillmentItem, swap_fulfillment_items, "fulfillment_id"),
            parent="fulfillment_id",
        ),
        Many(
            field="tracking_links",
            mapper=_part(TrackingLink, swap_tracking_links, "fulfillment_id"),
            parent="fulfillment_id",
        ),
    ),
    skipped=(),
    given=("swap_id",),
)

SWAP = Mapper(
    Swap,
    swaps,
    many=(
        Many(
            field="additional_items",
            mapper=_SWAP_LINE,
            parent="swap_id",
            copied={"cart_id": "cart_id", "order_id": "order_id"},
        ),
        Many(
            field="shipping_methods",
            mapper=_method(swap_shipping_methods, swap_shipping_method_tax_lines, "swap_id"),
            parent="swap_id",
        ),
        Many(field="fulfillments", mapper=_SWAP_FULFILLMENT, parent="swap_id"),
    ),
    one=(One(field="shipping_address", mapper=ADDRESS, column="shipping_address_id"),),
)

_UNDER = roots(RETURN_REASON, return_reasons.c.parent_return_reason_id == bindparam("parent_id"))
_OF_SWAP = roots(RETURN, returns.c.swap_id == bindparam("swap_id"))
_OF_ORDER = roots(RETURN, returns.c.order_id == bindparam("order_id")).order_by(returns.c.id)
_ORDER_OF = (
    select(func.coalesce(returns.c.order_id, swaps.c.order_id).label("order_id"))
    .outerjoin_from(returns, swaps, swaps.c.id == returns.c.swap_id)
    .where(returns.c.id == bindparam("id"))
)
_BY_CART = roots(SWAP, swaps.c.cart_id == bindparam("cart_id"))
_ORDER_OF_CART = select(swaps.c.order_id).where(swaps.c.cart_id == bindparam("cart_id"))
_SWAPS_OF_ORDER = roots(SWAP, swaps.c.order_id == bindparam("order_id")).order_by(swaps.c.id)


class SqlReturnReasons(SqlCollection[ReturnReason]):
    mapper = RETURN_REASON
    missing = ReturnReasonNotFound
    label = "Return Reason"
    locked = False

    def under(self, parent_id: str) -> list[ReturnReason]:
        return self._find(_UNDER, {"parent_id": parent_id})


class SqlReturns(SqlCollection[Return]):
    mapper = RETURN
    missing = ReturnNotFound
    label = "Return"

    def of_order(self, order_id: str) -> list[Return]:
        return self._find(_OF_ORDER, {"order_id": order_id})

    def of_swap(self, swap_id: str) -> Return | None:
        return self._first(_OF_SWAP, {"swap_id": swap_id})

    def order_of(self, id: str) -> str | None:
        rows = self._transaction.rows(_ORDER_OF, {"id": id})
        return rows[0]["order_id"] if rows else None


class SqlSwaps(SqlCollection[Swap]):
    mapper = SWAP
    missing = SwapNotFound
    label = "Swap"

    def by_cart(self, cart_id: str) -> Swap | None:
        return self._first(_BY_CART, {"cart_id": cart_id})

    def order_of_cart(self, cart_id: str) -> str | None:
        rows = self._transaction.rows(_ORDER_OF_CART, {"cart_id": cart_id})
        return rows[0]["order_id"] if rows else None

    def of_order(self, order_id: str) -> list[Swap]:
        return self._find(_SWAPS_OF_ORDER, {"order_id": order_id})
