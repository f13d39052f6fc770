"""The books, kept in SQL tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Engine, Select, and_, bindparam, case, func, or_, select

from adapters.db.books.discounts import discount_records
from adapters.db.books.gift_cards import card_payments, gift_card_records
from adapters.db.books.orders import order_records
from adapters.db.books.snapshot import BATCH, pages, snapshot
from adapters.db.collections.products import SqlProductFiles
from adapters.db.tables import (
    audit_log,
    carts,
    customers,
    download_sessions,
    downloads,
    events,
    invites,
    jobs,
    mails,
    order_items,
    orders,
    payment_attempts,
    product_files,
    product_variants,
    swaps,
    webhook_events,
)
from adapters.db.transaction import Transaction
from core.domain.mail import DeliveryStatus
from core.domain.payment import AttemptState
from core.domain.product_file import FileState
from core.domain.webhook_event import WebhookStatus
from ports.books import (
    AttemptRecord,
    Books,
    CardPayment,
    CountedDownload,
    DiscountRecord,
    EndedCart,
    EventRecord,
    Failure,
    GiftCardRecord,
    InviteRecord,
    NeededFile,
    OrderRecord,
    StockRecord,
)

_SETTLED = (
    select(swaps.c.id).where(swaps.c.cart_id == carts.c.id, swaps.c.confirmed_at.is_not(None)).scalar_subquery()
)
_ENDED = select(carts.c.id, carts.c.order_id, carts.c.completed_at, _SETTLED.label("swap_id")).where(
    or_(
        carts.c.order_id.is_not(None),
        carts.c.completed_at.is_not(None),
        carts.c.id.in_(select(orders.c.cart_id).where(orders.c.cart_id.is_not(None))),
    )
)
_ORDERS_OF = (
    select(orders.c.cart_id, orders.c.id)
    .where(orders.c.cart_id.in_(bindparam("ids", expanding=True)))
    .order_by(orders.c.cart_id, orders.c.id)
)
_FREEZES = carts.c.attempt_id == payment_attempts.c.id
_ATTEMPTS = (
    select(
        payment_attempts.c.id,
        payment_attempts.c.cart_id,
        payment_attempts.c.state,
        payment_attempts.c.updated_at,
        case((_FREEZES, True), else_=False).label("freezes"),
    )
    .join(carts, carts.c.id == payment_attempts.c.cart_id)
    .where(or_(payment_attempts.c.state == AttemptState.REFUND_DUE.value, _FREEZES))
)
_REDEEMED = (
    select(download_sessions.c.download_id, func.count().label("redeemed"))
    .where(
        download_sessions.c.download_id.in_(bindparam("ids", expanding=True)),
        download_sessions.c.redeemed_at.is_not(None),
    )
    .group_by(download_sessions.c.download_id)
)
_DOWNLOADS = select(
    downloads.c.id,
    downloads.c.download_count,
    downloads.c.download_limit,
    (downloads.c.per_unit * order_items.c.quantity).label("granted"),
).join(order_items, order_items.c.id == downloads.c.line_item_id)
_CHANGED = select(audit_log.c.targets).where(audit_log.c.action.in_(("download.change", "order.resend_downloads")))
_NAMESAKES = (
    select(invites.c.customer_id, func.count().label("namesakes"))
    .where(invites.c.state == "accepted")
    .group_by(invites.c.customer_id)
    .subquery()
)
_INVITES = (
    select(
        invites.c.id,
        invites.c.state,
        invites.c.customer_id,
        case((customers.c.has_account.is_(True), True), else_=False).label("has_account"),
        func.coalesce(_NAMESAKES.c.namesakes, 0).label("namesakes"),
    )
    .outerjoin(customers, customers.c.id == invites.c.customer_id)
    .outerjoin(_NAMESAKES, _NAMESAKES.c.customer_id == invites.c.customer_id)
    .where(invites.c.kind == "customer")
)
# Staff may exchange for what is not there.
_OWED = (
    select(order_items.c.id)
    .join(swaps, swaps.c.id == order_items.c.swap_id)
    .where(order_items.c.variant_id == product_variants.c.id, swaps.c.allow_backorder.is_(True))
    .exists()
)
_STOCK = select(
    product_variants.c.id,
    product_variants.c.inventory_quantity,
    or_(product_variants.c.allow_backorder, _OWED).label("allow_backorder"),
).where(product_variants.c.manage_inventory.is_(True), product_variants.c.deleted_at.is_(None))
_EVENTS = select(events).where(events.c.seq > bindparam("after")).order_by(events.c.seq).limit(BATCH)
_FIRST_JOBS = select(jobs.c.kind, func.min(jobs.c.created_at).label("first")).group_by(jobs.c.kind)
_QUEUED = select(jobs.c.dedupe_key).where(jobs.c.dedupe_key.in_(bindparam("keys", expanding=True)))
_DEAD = select(jobs.c.id, jobs.c.kind, jobs.c.last_error.label("error")).where(jobs.c.state == "dead")
_FAILED_MAILS = select(mails.c.id, mails.c.kind, mails.c.error).where(mails.c.status == DeliveryStatus.FAILED.value)
_FAILED_WEBHOOKS = select(
    webhook_events.c.id, webhook_events.c.type.label("kind"), webhook_events.c.last_error.label("error")
).where(webhook_events.c.status == WebhookStatus.FAILED.value)
_NEEDED = select(product_files.c.id, product_files.c.storage_key, product_files.c.size).where(
    or_(
        product_files.c.state == FileState.READY.value,
        and_(product_files.c.state == FileState.DELETED.value, product_files.c.retained.is_(True)),
    )
)


class SqlBooks:
    """Reads within one transaction that it was given."""

    def __init__(self, work: Transaction, reactions: Mapping[str, tuple[str, ...]]) -> None:
        self._work = work
        self._reactions = reactions

    def orders(self) -> Iterator[OrderRecord]:
        return order_records(self._work)

    def ended_carts(self) -> Iterator[EndedCart]:
        for rows in pages(self._work, _ENDED, carts.c.id):
            found = self._work.rows(_ORDERS_OF, {"ids": [row["id"] for row in rows]})
            of_cart = {
                cart_id: tuple(order["id"] for order in group)
                for cart_id, group in groupby(found, key=lambda order: order["cart_id"])
            }
            for row in rows:
                yield EndedCart(**row, orders=of_cart.get(row["id"], ()))

    def attempts(self) -> Iterator[AttemptRecord]:
        for row in self._each(_ATTEMPTS, payment_attempts.c.id):
            yield AttemptRecord(
                id=row["id"],
                cart_id=row["cart_id"],
                state=row["state"],
                since=row["updated_at"],
                freezes=bool(row["freezes"]),
            )

    def downloads(self) -> Iterator[CountedDownload]:
        changed = {target for row in self._work.rows(_CHANGED) for target in row["targets"]}
        for rows in pages(self._work, _DOWNLOADS, downloads.c.id):
            counted = self._work.rows(_REDEEMED, {"ids": [row["id"] for row in rows]})
            redeemed = {row["download_id"]: row["redeemed"] for row in counted}
            for row in rows:
                yield CountedDownload(
                    id=row["id"],
                    count=row["download_count"],
                    limit=row["download_limit"],
                    granted=row["granted"],
                    redeemed=redeemed.get(row["id"], 0),
                    changed=row["id"] in changed,
                )

    def gift_cards(self) -> Iterator[GiftCardRecord]:
        return gift_card_records(self._work)

    def card_payments(self) -> Iterator[CardPayment]:
        return card_payments(self._work)

    def discounts(self) -> Iterator[DiscountRecord]:
        return discount_records(self._work)

    def invites(self) -> Iterator[InviteRecord]:
        for row in self._each(_INVITES, invites.c.id):
            yield InviteRecord(**{**row, "has_account": bool(row["has_account"])})

    def stock(self) -> Iterator[StockRecord]:
        for row in self._each(_STOCK, product_variants.c.id):
            yield StockRecord(
                id=row["id"], quantity=row["inventory_quantity"], allow_backorder=row["allow_backorder"]
            )

    def events(self) -> Iterator[EventRecord]:
        after = -1
        while rows := self._work.rows(_EVENTS, {"after": after}):
            after = rows[-1]["seq"]
            keys = [key for row in rows for key in self._keys(row).values()]
            queued = {row["dedupe_key"] for row in self._work.rows(_QUEUED, {"keys": keys})}
            for row in rows:
                there = frozenset(kind for kind, key in self._keys(row).items() if key in queued)
                yield EventRecord(id=row["id"], name=row["name"], at=row["at"], jobs=there)

    def first_jobs(self) -> Mapping[str, datetime]:
        return {row["kind"]: row["first"] for row in self._work.rows(_FIRST_JOBS)}

    def dead_jobs(self) -> Iterator[Failure]:
        return self._failures(_DEAD, jobs.c.id)

    def failed_mails(self) -> Iterator[Failure]:
        return self._failures(_FAILED_MAILS, mails.c.id)

    def failed_webhook_events(self) -> Iterator[Failure]:
        return self._failures(_FAILED_WEBHOOKS, webhook_events.c.id)

    def needed_files(self) -> Iterator[NeededFile]:
        for row in self._each(_NEEDED, product_files.c.id):
            yield NeededFile(id=row["id"], key=row["storage_key"], size=row["size"])

    def needed_keys(self, keys: Iterable[str]) -> set[str]:
        return SqlProductFiles(self._work).storage_keys(keys)

    def _each(self, statement: Select[Any], key: Any) -> Iterator[dict[str, Any]]:
        for rows in pages(self._work, statement, key):
            yield from rows

    def _failures(self, statement: Select[Any], key: Any) -> Iterator[Failure]:
        return (Failure(**row) for row in self._each(statement, key))

    def _keys(self, event: Mapping[str, Any]) -> dict[str, str]:
        """By kind of job that the event calls for: the key it was queued under."""
        return {kind: f"{event['id']}:{kind}" for kind in self._reactions.get(event["name"], ())}


class SqlOpenBooks:
    """engine: the one for reading. reactions: which jobs an event calls for."""

    def __init__(self, engine: Engine, reactions: Mapping[str, tuple[str, ...]]) -> None:
        self._engine = engine
        self._reactions = reactions

    @contextmanager
    def __call__(self) -> Iterator[Books]:
        with snapshot(self._engine) as work:
            yield SqlBooks(work, self._reactions)
