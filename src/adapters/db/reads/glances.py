"""The one-statement looks at carts and orders that guard their reads."""

from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, exists, func, or_, select

from adapters.db.tables import carts, customers, orders, payment_sessions, versions
from ports.glances import CartGlance, OrderGlance


class SqlGlances:
    """``Glances`` on the read engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

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
