"""Units of work over plain dictionaries: isolated, all or nothing, refused when somebody was faster.

Part of the product: use cases are tested against these. They keep the same promises as the database
adapter and are held to them by the same contract classes. Nothing blocks: of two units of work that
overlap, the one that commits second is refused with ConcurrentUpdate.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from types import TracebackType
from typing import Any, Self

from adapters.memory.collections.catalogue import (
    InMemoryOffers,
    InMemoryProductFiles,
    InMemoryProducts,
    InMemoryStock,
    InMemoryUploads,
)
from adapters.memory.collections.discounts import InMemoryDiscounts
from adapters.memory.collections.downloads import InMemoryDownloads
from adapters.memory.collections.gift_cards import InMemoryGiftCards
from adapters.memory.collections.media import InMemoryMediaFiles
from adapters.memory.collections.order_edits import InMemoryOrderEdits, InMemoryPaymentCollections
from adapters.memory.collections.people import (
    InMemoryApiKeys,
    InMemoryCustomers,
    InMemoryInvites,
    InMemoryLinkedLogins,
    InMemoryLoginAttempts,
    InMemoryMailboxProofs,
    InMemorySessions,
    InMemoryUsers,
)
from adapters.memory.collections.pricing import (
    InMemoryCustomerGroups,
    InMemoryPriceLists,
    InMemoryPublishableKeys,
    InMemoryTaxRates,
)
from adapters.memory.collections.references import InMemoryVariantReferences
from adapters.memory.collections.returns import InMemoryReturnReasons, InMemoryReturns, InMemorySwaps
from adapters.memory.collections.sales import InMemoryCarts, InMemoryOrders, InMemoryPaymentAttempts
from adapters.memory.collections.shop import (
    InMemoryMails,
    InMemoryRegions,
    InMemorySequences,
    InMemoryShopSettings,
    InMemoryVersions,
)
from adapters.memory.collections.taxonomy import InMemoryCategories, InMemoryRecords
from adapters.memory.collections.webhooks import InMemoryWebhookEvents
from adapters.memory.shelf import Overlay, Shelf
from adapters.memory.store import AuditEntry, Memory, QueuedJob
from adapters.memory.unique_keys import check_unique
from core.domain.actor import Actor
from core.domain.category import ProductCategory
from core.domain.customer import Customer
from core.domain.customer_group import CustomerGroup
from core.domain.discount import Discount, DiscountRule
from core.domain.errors import ConcurrentUpdate
from core.domain.events import Event
from core.domain.price_list import PriceList
from core.domain.product import Product, ProductTag, ProductType
from core.domain.reference import ProductCollection
from core.domain.region import Region
from core.domain.shop import ShippingOption
from core.domain.tax_rate import LinkedTaxRate
from core.domain.variant_reference import VariantReference
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
from ports.jobs import MAX_ATTEMPTS, JobPayload

__all__ = ["InMemoryBegin", "InMemoryUnitOfWork", "Memory"]


_PRICING = (CustomerGroup, Discount, DiscountRule, LinkedTaxRate, PriceList, Region, ShippingOption)
_CATALOGUE = (Product, ProductType, ProductTag, ProductCategory, ProductCollection, VariantReference)


class InMemoryBegin:
    """Opens units of work on a Memory. reactions: which kinds of job an event causes, by its name."""

    def __init__(
        self, memory: Memory, clock: Clock, ids: Ids, reactions: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        self._memory = memory
        self._clock = clock
        self._ids = ids
        self._reactions = reactions or {}

    def __call__(self, actor: Actor, action: str) -> InMemoryUnitOfWork:
        return InMemoryUnitOfWork(self._memory, self._clock, self._ids, self._reactions, actor, action)


class InMemoryUnitOfWork:
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
        memory: Memory,
        clock: Clock,
        ids: Ids,
        reactions: Mapping[str, Sequence[str]],
        actor: Actor,
        action: str,
    ) -> None:
        self._memory = memory
        self._clock = clock
        self._ids = ids
        self._reactions = reactions
        self._actor = actor
        self._action = action
        self._open = False
        self._overlays: list[Overlay[Any]] = []
        self._jobs: list[QueuedJob] = []
        self._currencies: Overlay[Any]

    def __enter__(self) -> Self:
        memory = self._memory
        self._open = True
        product_rows, file_rows = self._overlay(memory.products), self._overlay(memory.files)
        list_rows, group_rows = self._overlay(memory.price_lists), self._overlay(memory.customer_groups)
        region_rows, currency_rows = self._overlay(memory.regions), self._overlay(memory.currencies_with_tax)
        self._currencies = currency_rows
        customer_rows, download_rows = self._overlay(memory.customers), self._overlay(memory.downloads)
        collection_rows = self._overlay(memory.product_collections)
        self.carts = carts = InMemoryCarts(self._overlay(memory.carts))
        swap_rows = self._overlay(memory.swaps)
        self.orders = orders = InMemoryOrders(self._overlay(memory.orders), customer_rows, download_rows, swap_rows)
        self.attempts = attempts = InMemoryPaymentAttempts(self._overlay(memory.attempts))
        self.return_reasons = return_reasons = InMemoryReturnReasons(self._overlay(memory.return_reasons))
        self.returns = returns = InMemoryReturns(self._overlay(memory.returns), swap_rows)
        self.swaps = swaps = InMemorySwaps(swap_rows)
        self.order_edits = order_edits = InMemoryOrderEdits(self._overlay(memory.order_edits))
        self.payment_collections = payment_collections = InMemoryPaymentCollections(
            self._overlay(memory.payment_collections)
        )
        type_rows, tag_rows = self._overlay(memory.product_types), self._overlay(memory.product_tags)
        self.products = products = InMemoryProducts(product_rows, type_rows, tag_rows, collection_rows)
        self.variant_references = variant_references = InMemoryVariantReferences(
            self._overlay(memory.variant_references)
        )
        self.categories = categories = InMemoryCategories(self._overlay(memory.categories))
        self.records = records = InMemoryRecords(collection_rows, self._overlay(memory.notes))
        self.files = files = InMemoryProductFiles(file_rows)
        self.media = media = InMemoryMediaFiles(self._overlay(memory.media))
        self.uploads = uploads = InMemoryUploads(self._overlay(memory.uploads))
        self.downloads = downloads = InMemoryDownloads(
            download_rows, self._overlay(memory.download_sessions), self._overlay(memory.download_log)
        )
        self.regions = regions = InMemoryRegions(region_rows)
        self.customers = customers = InMemoryCustomers(customer_rows, group_rows)
        self.linked_logins = linked_logins = InMemoryLinkedLogins(self._overlay(memory.linked_logins))
        self.gift_cards = gift_cards = InMemoryGiftCards(
            self._overlay(memory.gift_cards), self._overlay(memory.gift_card_transactions)
        )
        self.discounts = discounts = InMemoryDiscounts(
            self._overlay(memory.discounts),
            self._overlay(memory.discount_rules),
            self._overlay(memory.discount_uses),
            products=product_rows,
            types=type_rows,
            tags=tag_rows,
            collections=collection_rows,
            groups=group_rows,
        )
        self.users = users = InMemoryUsers(self._overlay(memory.users))
        self.api_keys = api_keys = InMemoryApiKeys(self._overlay(memory.api_keys))
        self.sessions = sessions = InMemorySessions(self._overlay(memory.sessions))
        self.proofs = proofs = InMemoryMailboxProofs(self._overlay(memory.proofs))
        self.invites = invites = InMemoryInvites(self._overlay(memory.invites))
        self.mails = mails = InMemoryMails(self._overlay(memory.mails))
        self.webhook_events = webhook_events = InMemoryWebhookEvents(self._overlay(memory.webhook_events))
        self.shop = shop = InMemoryShopSettings(
            self._overlay(memory.stores),
            self._overlay(memory.sales_channels),
            self._overlay(memory.profiles),
            self._overlay(memory.shipping_options),
            currency_rows,
        )
        self.price_lists = price_lists = InMemoryPriceLists(list_rows)
        self.tax_rates = tax_rates = InMemoryTaxRates(self._overlay(memory.tax_rates), product_rows)
        self.publishable_keys = keys = InMemoryPublishableKeys(self._overlay(memory.publishable_keys))
        self.customer_groups = customer_groups = InMemoryCustomerGroups(group_rows)
        self.offers = InMemoryOffers(product_rows, file_rows, list_rows, region_rows, currency_rows)
        self.stock = InMemoryStock(product_rows)
        self.login_attempts = InMemoryLoginAttempts(self._overlay(memory.failed_logins))
        self.versions = InMemoryVersions(self._overlay(memory.versions))
        self.sequences = InMemorySequences(self._overlay(memory.sequences))
        self._shelves: tuple[Shelf[Any], ...] = (
            carts,
            orders,
            attempts,
            return_reasons,
            returns,
            swaps,
            order_edits,
            payment_collections,
            products,
            products.types,
            products.tags,
            variant_references,
            categories,
            *records.shelves.values(),
            files,
            uploads,
            media,
            downloads,
            gift_cards,
            discounts,
            discounts.rules,
            regions,
            customers,
            linked_logins,
            users,
            api_keys,
            sessions,
            proofs,
            invites,
            mails,
            webhook_events,
            shop.stores,
            shop.channels,
            shop.profiles,
            shop.options,
            price_lists,
            tax_rates,
            keys,
            customer_groups,
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open = False
        for overlay in self._overlays:
            overlay.close()

    def schedule(self, kind: str, payload: JobPayload, *, dedupe_key: str, at: datetime | None = None) -> None:
        self._jobs.append(
            QueuedJob(
                id=self._ids.new("job"),
                kind=kind,
                payload=dict(payload),
                dedupe_key=dedupe_key,
                run_at=at or self._clock.now(),
                max_attempts=MAX_ATTEMPTS,
            )
        )

    def commit(self) -> None:
        if not self._open:
            raise RuntimeError("the unit of work is not open")
        with self._memory.lock:
            changes = [change for shelf in self._shelves for change in shelf.changed()]
            told = [event for shelf in self._shelves for entity in shelf.entities for event in entity.events]
            moved = [pair for shelf in self._shelves for pair in shelf.stage()]
            self._bump(changes)
            if self._currencies.dirty:
                self.versions.bump("pricing")
            self._check(changes)
            self._react(told)
            if told or self._jobs or any(overlay.dirty for overlay in self._overlays):
                self._mark_executed(changes)
                self._audit(changes)
            for overlay in self._overlays:
                overlay.apply()
            self._memory.events += told
            self._queue()
        for entity, version in moved:
            entity.version = version
        for shelf in self._shelves:
            for entity in shelf.entities:
                entity.events.clear()
        self.__exit__(None, None, None)

    def _overlay(self, stored: dict[str, Any]) -> Overlay[Any]:
        overlay: Overlay[Any] = Overlay(stored, self._memory.lock)
        self._overlays.append(overlay)
        return overlay

    def _check(self, changes: Sequence[tuple[Any, Any]]) -> None:
        if any(overlay.dirty for overlay in self._overlays):
            for overlay in self._overlays:
                overlay.check()
        changed = {type(after) for _, after in changes}
        for shelf in self._shelves:
            kinds = {type(entity) for entity in shelf.entities} & changed
            for kind in kinds:
                check_unique(kind, shelf.rows)

    def _react(self, told: Sequence[Event]) -> None:
        for event in told:
            event_id = self._ids.new("evt")
            payload = {field.name: getattr(event, field.name) for field in fields(event)}
            for kind in self._reactions.get(event.NAME, ()):
                self.schedule(kind, payload, dedupe_key=f"{event_id}:{kind}")

    def _queue(self) -> None:
        known = {job.dedupe_key for job in self._memory.jobs.values()}
        for job in self._jobs:
            if job.dedupe_key not in known:
                known.add(job.dedupe_key)
                self._memory.jobs[job.id] = job

    def _mark_executed(self, changes: Sequence[tuple[Any, Any]]) -> None:
        claim = self._actor.idempotency_claim
        if claim is None:
            return
        kept = self._memory.idempotency_keys.get(claim)
        if kept is None:
            raise ConcurrentUpdate("the same request was taken over by another try")
        result = next(iter(_ids(changes)), None)
        self._memory.idempotency_keys[claim] = replace(kept, state=ClaimState.EXECUTED, result_id=result)

    def _audit(self, changes: Sequence[tuple[Any, Any]]) -> None:
        if not self._actor.is_admin:
            return
        self._memory.audit_log.append(
            AuditEntry(
                actor_kind=str(self._actor.kind),
                actor_id=self._actor.id,
                action=self._action,
                targets=tuple(dict.fromkeys([*_ids(changes), *self._telling()])),
                before_digest=_digest([before for before, _ in changes]),
                after_digest=_digest([after for _, after in changes]),
                network=self._actor.network,
                request_id=self._actor.request_id,
                at=self._clock.now(),
            )
        )

    def _telling(self) -> list[str]:
        return [entity.id for shelf in self._shelves for entity in shelf.entities if entity.events]

    def _bump(self, changes: Sequence[tuple[Any, Any]]) -> None:
        if any(isinstance(after, _CATALOGUE) for _, after in changes):
            self.versions.bump("catalogue")
        if any(
            isinstance(after, _PRICING) or _prices(before) != _prices(after) or _groups(before) != _groups(after)
            for before, after in changes
        ):
            self.versions.bump("pricing")


def _ids(changes: Sequence[tuple[Any, Any]]) -> list[str]:
    """Of the aggregates written, added ones first."""
    added = [after.id for before, after in changes if before is None]
    return [*added, *(after.id for before, after in changes if before is not None)]


def _prices(entity: object) -> list[object]:
    return [variant.prices for variant in entity.variants if variant.prices] if isinstance(entity, Product) else []


def _groups(entity: object) -> tuple[str, ...]:
    return entity.group_ids if isinstance(entity, Customer) else ()


def _digest(entities: Sequence[object]) -> str:
    return hashlib.sha256(repr(entities).encode()).hexdigest()
