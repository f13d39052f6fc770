"""The one-statement looks at carts, orders and markets that stand before reads.

The statements are built once: building one costs more than running it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from adapters.db.edition_line import EditionLine
from adapters.db.editions import ALL_PRODUCTS, EDITION
from adapters.db.prepared import PreparedRows
from adapters.db.spare import reading
from adapters.db.tables import (
    cart_gift_cards,
    carts,
    customer_group_members,
    customers,
    gift_cards,
    order_edits,
    orders,
    payment_collections,
    payment_sessions,
    price_lists,
    publishable_api_key_sales_channels,
    publishable_api_keys,
    regions,
    sales_channels,
    stores,
    versions,
)
from adapters.db.transaction import translated
from adapters.db.types import UtcDateTime
from ports.glances import CartGlance, Edition, Market, OrderGlance, Storefront

_REGISTERED_BUYER_OF_CART = and_(customers.c.id == carts.c.customer_id, customers.c.has_account.is_(True))
_REGISTERED_BUYER = and_(customers.c.id == orders.c.customer_id, customers.c.has_account.is_(True))
_NUMBER = select(func.coalesce(func.sum(versions.c.value), 0)).where(versions.c.name.in_(EDITION)).scalar_subquery()
_ALL_PRODUCTS = select(versions.c.value).where(versions.c.name == ALL_PRODUCTS).scalar_subquery()
_ACTIVE = and_(price_lists.c.status == "active", price_lists.c.deleted_at.is_(None))
_NOW = bindparam("now", type_=UtcDateTime())
# A list has started when its moment is over, and has ended at that moment (``PriceListTerms.holds``).
_EDGES = union_all(
    select(price_lists.c.starts_at.label("at")).where(_ACTIVE, price_lists.c.starts_at >= _NOW),
    select(price_lists.c.ends_at).where(_ACTIVE, price_lists.c.ends_at > _NOW),
).subquery()
NUMBERS = select(_NUMBER, _ALL_PRODUCTS)
_UNTIL = select(func.min(_EDGES.c.at)).scalar_subquery()
_EDITION = select(_NUMBER.label("number"), _ALL_PRODUCTS.label("all_products"), _UNTIL.label("until"))
_EPOCH = select(versions.c.value).where(versions.c.name == "pricing").scalar_subquery()
_STALE_SESSION = exists().where(and_(payment_sessions.c.cart_id == carts.c.id, payment_sessions.c.stale.is_(True)))

# A card that is not as the cart pictures it: used elsewhere, or changed by staff.
_MOVED_CARD = (
    select(cart_gift_cards.c.id)
    .outerjoin(gift_cards, and_(gift_cards.c.id == cart_gift_cards.c.gift_card_id, gift_cards.c.deleted_at.is_(None)))
    .where(
        cart_gift_cards.c.cart_id == carts.c.id,
        or_(
            gift_cards.c.id.is_(None),
            gift_cards.c.is_disabled.is_(True),
            gift_cards.c.region_id != carts.c.region_id,
            gift_cards.c.balance != cart_gift_cards.c.balance,
            gift_cards.c.ends_at.is_distinct_from(cart_gift_cards.c.ends_at),
        ),
    )
    .exists()
)

_CART = (
    select(
        customers.c.id.label("owner_id"),
        or_(carts.c.completed_at.is_not(None), carts.c.attempt_id.is_not(None)).label("final"),
        and_(
            carts.c.pricing_epoch == func.coalesce(_EPOCH, 0),
            or_(carts.c.stale_at.is_(None), carts.c.stale_at > bindparam("now", type_=UtcDateTime())),
            ~_STALE_SESSION,
            ~_MOVED_CARD,
        ).label("fresh"),
    )
    .select_from(carts.outerjoin(customers, _REGISTERED_BUYER_OF_CART))
    .where(carts.c.id == bindparam("cart_id"), carts.c.deleted_at.is_(None))
)


def _order(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(orders.c.id, customers.c.id.label("owner_id"))
        .select_from(orders.outerjoin(customers, _REGISTERED_BUYER))
        .where(condition)
    )


_ORDER = _order(orders.c.id == bindparam("order_id"))
_ORDER_OF_CART = _order(orders.c.cart_id == bindparam("cart_id"))
_ORDER_OF_EDIT = _order(
    orders.c.id.in_(
        select(order_edits.c.order_id).where(
            order_edits.c.id == bindparam("edit_id"), order_edits.c.deleted_at.is_(None)
        )
    )
)
_ORDER_OF_COLLECTION = _order(
    orders.c.id.in_(
        select(payment_collections.c.order_id).where(
            payment_collections.c.id == bindparam("collection_id"), payment_collections.c.deleted_at.is_(None)
        )
    )
)
_ORDER_BY_NUMBER = _order(and_(orders.c.display_id == bindparam("display_id"), orders.c.email == bindparam("email")))


_GROUPS = (
    select(func.aggregate_strings(customer_group_members.c.customer_group_id, ","))
    .where(customer_group_members.c.customer_id == bindparam("customer_id"))
    .scalar_subquery()
)


_KEY = and_(publishable_api_keys.c.id == bindparam("key"), publishable_api_keys.c.deleted_at.is_(None))
_KEY_CHANNELS = (
    select(func.aggregate_strings(publishable_api_key_sales_channels.c.sales_channel_id, ","))
    .where(publishable_api_key_sales_channels.c.publishable_key_id == publishable_api_keys.c.id)
    .correlate(publishable_api_keys)
    .scalar_subquery()
)
# Few in any shop; asked for as a list because readers may name channels of their own.
_CLOSED_CHANNELS = (
    select(func.aggregate_strings(sales_channels.c.id, ","))
    .where(or_(sales_channels.c.is_disabled.is_(True), sales_channels.c.deleted_at.is_not(None)))
    .scalar_subquery()
)


def _market(region_id: ColumnElement[Any], *, of_cart: bool) -> Select[Any]:
    """One row whatever exists: the store's, with the cart and the region where there are such."""
    source = stores.outerjoin(carts, carts.c.id == bindparam("cart_id")) if of_cart else stores
    own_channel = stores.c.default_sales_channel_id
    channel = func.coalesce(carts.c.sales_channel_id, own_channel) if of_cart else own_channel
    return (
        select(
            regions.c.id,
            regions.c.currency_code,
            regions.c.automatic_taxes,
            channel.label("channel_id"),
            _GROUPS.label("group_ids"),
            publishable_api_keys.c.id.label("key_id"),
            publishable_api_keys.c.revoked_at.is_not(None).label("key_revoked"),
            _KEY_CHANNELS.label("key_channel_ids"),
            _CLOSED_CHANNELS.label("closed_channel_ids"),
            _NUMBER.label("number"),
            _ALL_PRODUCTS.label("all_products"),
            _UNTIL.label("until"),
        )
        .select_from(
            source.outerjoin(regions, and_(regions.c.id == region_id, regions.c.deleted_at.is_(None))).outerjoin(
                publishable_api_keys, _KEY
            )
        )
        .limit(literal(1))
    )


_MARKET_OF_CART = _market(carts.c.region_id, of_cart=True)
_MARKET = _market(bindparam("region_id"), of_cart=False)


class SqlGlances:
    """``Glances`` on the read engine. Raises Unavailable when the database cannot be reached."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._prepared: dict[Select[Any], PreparedRows] = {}
        self._line = EditionLine(engine, NUMBERS)

    def numbers(self) -> tuple[int, int]:
        number, all_products = self._line.ask()
        return number, all_products or 0

    def edition(self, now: datetime) -> Edition:
        row = self._rows(_EDITION, {"now": now})[0]
        return _edition(row)

    def market(
        self,
        cart_id: str | None,
        region_id: str | None,
        customer_id: str | None,
        now: datetime,
        key: str | None = None,
    ) -> Market:
        statement = _MARKET_OF_CART if cart_id is not None else _MARKET
        where = {"cart_id": cart_id} if cart_id is not None else {"region_id": region_id}
        row = self._rows(statement, {**where, "customer_id": customer_id, "now": now, "key": key})[0]
        storefront = None
        if row.key_id is not None:
            storefront = Storefront(revoked=bool(row.key_revoked), channel_ids=_each(row.key_channel_ids))
        return Market(
            region_id=row.id,
            currency_code=row.currency_code,
            channel_id=row.channel_id,
            automatic_taxes=row.automatic_taxes is not False,
            group_ids=_each(row.group_ids),
            storefront=storefront,
            closed_channel_ids=_each(row.closed_channel_ids),
            edition=_edition(row),
        )

    def cart(self, cart_id: str, now: datetime) -> CartGlance | None:
        row = self._one(_CART, {"cart_id": cart_id, "now": now})
        if row is None:
            return None
        return CartGlance(owner_id=row.owner_id, fresh=bool(row.fresh), final=bool(row.final))

    def order(self, order_id: str) -> OrderGlance | None:
        return self._order(_ORDER, {"order_id": order_id})

    def order_of_cart(self, cart_id: str) -> OrderGlance | None:
        return self._order(_ORDER_OF_CART, {"cart_id": cart_id})

    def order_of_edit(self, edit_id: str) -> OrderGlance | None:
        return self._order(_ORDER_OF_EDIT, {"edit_id": edit_id})

    def order_of_collection(self, collection_id: str) -> OrderGlance | None:
        return self._order(_ORDER_OF_COLLECTION, {"collection_id": collection_id})

    def order_by_number(self, display_id: int, email: str) -> OrderGlance | None:
        return self._order(_ORDER_BY_NUMBER, {"display_id": display_id, "email": email})

    def _order(self, statement: Select[Any], wanted: Mapping[str, object]) -> OrderGlance | None:
        row = self._one(statement, wanted)
        return None if row is None else OrderGlance(id=row.id, owner_id=row.owner_id)

    def _one(self, statement: Select[Any], wanted: Mapping[str, object]) -> Any:
        return next(iter(self._rows(statement, wanted)), None)

    def _rows(self, statement: Select[Any], wanted: Mapping[str, object]) -> Sequence[Any]:
        prepared = self._prepared.get(statement)
        if prepared is None:
            prepared = self._prepared[statement] = PreparedRows(statement, self._engine.dialect)
        with translated(), reading(self._engine) as connection:
            return prepared.rows(connection, wanted)


def _edition(row: Any) -> Edition:
    return Edition(number=row.number, all_products=row.all_products or 0, until=row.until)


def _each(joined: str | None) -> frozenset[str]:
    return frozenset(joined.split(",") if joined else ())
