"""One transaction of the database, with the collections that live inside it.

Aggregates are compared with the rows they were loaded from; a commit writes what differs, then the
events with one job per reaction, the audit row of an admin, and the mark on the idempotency claim
that the work is done, all in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine, bindparam, insert, update
from sqlalchemy.exc import IntegrityError

from adapters.db.changes import Changes
from adapters.db.collections.carts import SqlCarts, SqlPaymentAttempts
from adapters.db.collections.collection import SqlCollection
from adapters.db.collections.discounts import SqlDiscounts
from adapters.db.collections.downloads import SqlDownloads
from adapters.db.collections.gift_cards import SqlGiftCards
from adapters.db.collections.media import SqlMediaFiles
from adapters.db.collections.order_edits import SqlOrderEdits, SqlPaymentCollections
from adapters.db.collections.orders import SqlOrders
from adapters.db.collections.people import (
    SqlApiKeys,
    SqlCustomers,
    SqlInvites,
    SqlLinkedLogins,
    SqlLoginAttempts,
    SqlMailboxProofs,
    SqlSessions,
    SqlUsers,
)
from adapters.db.collections.pricing import (
    SqlCustomerGroups,
    SqlPriceLists,
    SqlPublishableKeys,
    SqlTaxRates,
)
from adapters.db.collections.products import SqlOffers, SqlProductFiles, SqlProducts, SqlStock, SqlUploads
from adapters.db.collections.references import SqlVariantReferences
from adapters.db.collections.returns import SqlReturnReasons, SqlReturns, SqlSwaps
from adapters.db.collections.shop import SqlMails, SqlRegions, SqlSequences, SqlShopSettings, SqlVersions
from adapters.db.collections.taxonomy import SqlCategories, SqlRecords
from adapters.db.collections.webhooks import SqlWebhookEvents
from adapters.db.editions import ALL_PRODUCTS, CATALOGUE, EDITION, PRICING
from adapters.db.refusals import refusal
from adapters.db.search.documents import follow
from adapters.db.tables import audit_log, events, idempotency_keys, jobs
from adapters.db.transaction import Transaction
from adapters.db.upserts import upsert
from core.domain.actor import Actor
from core.domain.errors import ConcurrentUpdate
from core.domain.events import Event
from ports.clock import Clock, Ids
from ports.collections.catalogue import (
    Categories,
    MediaFiles,
    Offers,
    PriceLists,
    ProductFiles,
    Products,
    Records,
    TaxRates,
    Uploads,
    VariantReferences,
)
from ports.collections.holdings import Downloads, GiftCards
from ports.collections.messages import Mails, WebhookEvents
from ports.collections.people import (
    ApiKeys,
    CustomerGroups,
    Customers,
    Invites,
    LinkedLogins,
    LoginAttempts,
    MailboxProofs,
    Sessions,
    Users,
)
from ports.collections.sales import (
    Carts,
    OrderEdits,
    Orders,
    PaymentAttempts,
    PaymentCollections,
    ReturnReasons,
    Returns,
    Stock,
    Swaps,
)
from ports.collections.shop import PublishableKeys, Regions, Sequences, ShopSettings, Versions
from ports.discounts import Discounts
from ports.idempotency import ClaimState
from ports.jobs import MAX_ATTEMPTS, STOCK_MOVED, JobPayload

# By the name that use cases know them by. Rows are written in this order: what others point at comes first.
_COLLECTIONS: Mapping[str, Callable[[Transaction], object]] = {
    "carts": SqlCarts,
    "orders": SqlOrders,
    "attempts": SqlPaymentAttempts,
    "return_reasons": SqlReturnReasons,
    "returns": SqlReturns,
    "swaps": SqlSwaps,
    "order_edits": SqlOrderEdits,
    "payment_collections": SqlPaymentCollections,
    "products": SqlProducts,
    "variant_references": SqlVariantReferences,
    "categories": SqlCategories,
    "records": SqlRecords,
    "files": SqlProductFiles,
    "uploads": SqlUploads,
    "media": SqlMediaFiles,
    "discounts": SqlDiscounts,
    "downloads": SqlDownloads,
    "regions": SqlRegions,
    "customers": SqlCustomers,
    "linked_logins": SqlLinkedLogins,
    "users": SqlUsers,
    "api_keys": SqlApiKeys,
    "sessions": SqlSessions,
    "proofs": SqlMailboxProofs,
    "invites": SqlInvites,
    "mails": SqlMails,
    "webhook_events": SqlWebhookEvents,
    "shop": SqlShopSettings,
    "price_lists": SqlPriceLists,
    "tax_rates": SqlTaxRates,
    "publishable_keys": SqlPublishableKeys,
    "customer_groups": SqlCustomerGroups,
    "gift_cards": SqlGiftCards,
    "stock": SqlStock,
    "login_attempts": SqlLoginAttempts,
    "versions": SqlVersions,
    "offers": SqlOffers,
    "sequences": SqlSequences,
}

_EXECUTED = (
    update(idempotency_keys)
    .where(idempotency_keys.c.id == bindparam("claim"))
    .values(state=ClaimState.EXECUTED.value, result_id=bindparam("result"))
)
_TELL, _AUDIT = insert(events), insert(audit_log)


@cache
def _schedule(dialect: str) -> Any:
    return upsert(dialect, jobs).on_conflict_do_nothing(index_elements=["dedupe_key"])


class SqlBegin:
    """Opens units of work on an engine.

    engine: the writing one. On the reading engine it serves use cases that only look; a commit that
    has something to write fails there. reactions: which kinds of job an event causes, by its name.
    """

    def __init__(
        self, engine: Engine, clock: Clock, ids: Ids, reactions: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._ids = ids
        self._reactions = reactions or {}

    def __call__(self, actor: Actor, action: str) -> SqlUnitOfWork:
        return SqlUnitOfWork(self._engine, self._clock, self._ids, self._reactions, actor, action)


class SqlUnitOfWork:
    carts: Carts
    orders: Orders
    attempts: PaymentAttempts
    return_reasons: ReturnReasons
    returns: Returns
    swaps: Swaps
    order_edits: OrderEdits
    payment_collections: PaymentCollections
    products: Products
    variant_references: VariantReferences
    categories: Categories
    records: Records
    offers: Offers
    stock: Stock
    gift_cards: GiftCards
    files: ProductFiles
    uploads: Uploads
    media: MediaFiles
    discounts: Discounts
    downloads: Downloads
    regions: Regions
    customers: Customers
    linked_logins: LinkedLogins
    users: Users
    api_keys: ApiKeys
    sessions: Sessions
    proofs: MailboxProofs
    invites: Invites
    mails: Mails
    webhook_events: WebhookEvents
    shop: ShopSettings
    login_attempts: LoginAttempts
    versions: Versions
    price_lists: PriceLists
    tax_rates: TaxRates
    publishable_keys: PublishableKeys
    customer_groups: CustomerGroups
    sequences: Sequences

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        ids: Ids,
        reactions: Mapping[str, Sequence[str]],
        actor: Actor,
        action: str,
    ) -> None:
        self._transaction = Transaction(engine)
        self._clock = clock
        self._ids = ids
        self._reactions = reactions
        self._actor = actor
        self._action = action
        self._scheduled: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        for name in _COLLECTIONS:
            self.__dict__.pop(name, None)
        self._transaction.open()
        return self

    def __getattr__(self, name: str) -> Any:
        """A collection, when it is first asked for: most units of work touch a few of them."""
        make = _COLLECTIONS.get(name)
        if make is None:
            raise AttributeError(name)
        made = self.__dict__[name] = make(self._transaction)
        return made

    @property
    def _touched(self) -> Iterator[Any]:
        """The collections that were asked for, those first whose rows others point at."""
        return (self.__dict__[name] for name in _COLLECTIONS if name in self.__dict__)

    @property
    def _kept(self) -> Iterator[SqlCollection[Any] | SqlShopSettings]:
        """Those that hold aggregates."""
        for made in self._touched:
            if isinstance(made, SqlRecords):
                yield from made.collections.values()
            elif isinstance(made, SqlCollection | SqlShopSettings):
                yield made

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._transaction.close()

    def schedule(self, kind: str, payload: JobPayload, *, dedupe_key: str, at: datetime | None = None) -> None:
        now = self._clock.now()
        self._scheduled.append(
            {
                "id": self._ids.new("job"),
                "kind": kind,
                "payload": dict(payload),
                "dedupe_key": dedupe_key,
                "state": "ready",
                "run_at": at or now,
                "attempts": 0,
                "max_attempts": MAX_ATTEMPTS,
                "created_at": now,
            }
        )

    def commit(self) -> None:
        changes = Changes(self._clock.now())
        told = [event for collection in self._kept for event in collection.collect(changes)]
        try:
            changes.write(self._transaction)
            follow(self._transaction, changes)
            self._tell_stock()
            self._write_outbox(told)
            if self._moved(changes) or told or self._scheduled:
                self._mark_executed(changes)
                self._audit(changes)
            self._bump(changes)
            self._transaction.commit()
        except IntegrityError as error:
            refused = refusal(error, self._entities())
            if refused is None:
                raise
            raise refused from error
        for collection in self._kept:
            collection.committed()
        self._transaction.close()

    def _moved(self, changes: Changes) -> bool:
        return bool(changes.tables) or any(getattr(made, "moved", False) for made in self._touched)

    def _write_outbox(self, told: Sequence[Event]) -> None:
        rows = []
        for event in told:
            payload = {field.name: getattr(event, field.name) for field in fields(event)}
            row = {"id": self._ids.new("evt"), "name": event.NAME, "payload": payload, "at": self._clock.now()}
            rows.append(row)
            for kind in self._reactions.get(event.NAME, ()):
                self.schedule(kind, payload, dedupe_key=f"{row['id']}:{kind}")
        if rows:
            self._transaction.run(_TELL, rows)
        if self._scheduled:
            self._transaction.run(_schedule(self._transaction.dialect), self._scheduled)

    def _tell_stock(self) -> None:
        """Readers may lag behind by a second, so that a rush on one product does not cost them their cache."""
        stock: SqlStock | None = self.__dict__.get("stock")
        if stock is None or not stock.counted:
            return
        now = self._clock.now()
        for kind in self._reactions.get(STOCK_MOVED, ()):
            self.schedule(kind, {}, dedupe_key=f"{kind}:{int(now.timestamp())}", at=now + timedelta(seconds=1))

    def _mark_executed(self, changes: Changes) -> None:
        claim = self._actor.idempotency_claim
        if claim is None:
            return
        marked = self._transaction.run(_EXECUTED, {"claim": claim, "result": next(iter(changes.root_ids), None)})
        if marked.rowcount != 1:
            raise ConcurrentUpdate("the same request was taken over by another try")

    def _audit(self, changes: Changes) -> None:
        if not self._actor.is_admin:
            return
        before, after = changes.digests
        row = {
            "id": self._ids.new("aud"),
            "actor_kind": str(self._actor.kind),
            "actor_id": self._actor.id,
            "action": self._action,
            "targets": changes.targets,
            "before_digest": before,
            "after_digest": after,
            "network": self._actor.network,
            "request_id": self._actor.request_id,
            "at": self._clock.now(),
        }
        self._transaction.run(_AUDIT, row)

    def _bump(self, changes: Changes) -> None:
        if not changes.tables.isdisjoint(CATALOGUE):
            self.versions.bump("catalogue")
        if not changes.tables.isdisjoint(PRICING):
            self.versions.bump("pricing")
        versions: SqlVersions | None = self.__dict__.get("versions")
        # A product that was saved says so by its own version; after anything else, any may look different.
        if versions is not None and not versions.bumped.isdisjoint(EDITION) and changes.roots != {"products"}:
            versions.bump(ALL_PRODUCTS)

    def _entities(self) -> Iterator[object]:
        for collection in self._kept:
            if isinstance(collection, SqlCollection):
                yield from collection.entities
