"""The one-statement looks at carts and orders that guard their reads."""

from datetime import datetime

from sqlalchemy import ColumnElement, Engine, Select, and_, exists, func, literal, or_, select

from adapters.db.tables import (
    carts,
    customer_group_members,
    customers,
    orders,
    payment_sessions,
    regions,
    stores,
    versions,
)
from ports.glances import CartGlance, Market, OrderGlance


class SqlGlances:
    """``Glances`` on the read engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def market(self, cart_id: str | None, region_id: str | None, customer_id: str | None) -> Market:
        cart = select(carts.c.region_id, carts.c.sales_channel_id).where(carts.c.id == cart_id).subquery()
        where = cart.c.region_id if cart_id is not None else literal(region_id)
        query = (
            select(
                regions.c.id,
                regions.c.currency_code,
                regions.c.automatic_taxes,
                func.coalesce(cart.c.sales_channel_id, stores.c.default_sales_channel_id).label("channel_id"),
            )
            .select_from(
                stores.outerjoin(cart, literal(True)).outerjoin(
                    regions, and_(regions.c.id == where, regions.c.deleted_at.is_(None))
                )
            )
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one()
            groups = frozenset() if customer_id is None else frozenset(connection.scalars(_groups_of(customer_id)))
        return Market(
            region_id=row.id,
            currency_code=row.currency_code,
            channel_id=row.channel_id,
            automatic_taxes=row.automatic_taxes is not False,
            group_ids=groups,
        )

    def cart(self, cart_id: str, now: datetime) -> CartGlance | None:
        epoch = select(versions.c.value).where(versions.c.name == "pricing").scalar_subquery()
        stale_session = exists().where(
            and_(payment_sessions.c.cart_id == carts.c.id, payment_sessions.c.stale.is_(True))
        )
        query = (
            select(
                customers.c.id.label("owner_id"),
                or_(carts.c.order_id.is_not(None), carts.c.attempt_id.is_not(None)).label("final"),
                and_(
                    carts.c.pricing_epoch == func.coalesce(epoch, 0),
                    or_(carts.c.stale_at.is_(None), carts.c.stale_at > now),
                    ~stale_session,
                ).label("fresh"),
            )
            .select_from(
                carts.outerjoin(
                    customers, and_(customers.c.id == carts.c.customer_id, customers.c.has_account.is_(True))
                )
            )
            .where(carts.c.id == cart_id, carts.c.deleted_at.is_(None))
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return CartGlance(owner_id=row.owner_id, fresh=bool(row.fresh), final=bool(row.final))

    def order(self, order_id: str) -> OrderGlance | None:
        return self._order(orders.c.id == order_id)

    def order_of_cart(self, cart_id: str) -> OrderGlance | None:
        return self._order(orders.c.cart_id == cart_id)

    def order_by_number(self, display_id: int, email: str) -> OrderGlance | None:
        return self._order(and_(orders.c.display_id == display_id, orders.c.email == email))

    def _order(self, condition: ColumnElement[bool]) -> OrderGlance | None:
        query = (
            select(orders.c.id, customers.c.id.label("owner_id"))
            .select_from(
                orders.outerjoin(
                    customers, and_(customers.c.id == orders.c.customer_id, customers.c.has_account.is_(True))
                )
            )
            .where(condition)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else OrderGlance(id=row.id, owner_id=row.owner_id)


def _groups_of(customer_id: str) -> Select[str]:
    members = customer_group_members
    return select(members.c.customer_group_id).where(members.c.customer_id == customer_id)
