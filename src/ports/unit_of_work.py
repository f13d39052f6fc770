"""One transaction, and the collections that live inside it."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from core.domain.actor import Actor
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
from ports.jobs import JobPayload


class UnitOfWork(Protocol):
    """All or nothing.

    Entities fetched from or added to a collection are remembered; ``commit`` writes every change,
    stores their events with one job per reaction, marks the actor's idempotency claim executed, and
    writes one audit row when the actor is an admin, all in one transaction. Leaving the block
    without ``commit`` undoes everything.

    Raises from ``commit``: ConcurrentUpdate if an aggregate was saved by somebody else since it was
    fetched here, the collection's Duplicate error for a taken unique key. Raises Unavailable when
    the database cannot be reached. Not thread-safe, not re-entrant, one per use case call.
    """

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

    def schedule(self, kind: str, payload: JobPayload, *, dedupe_key: str, at: datetime | None = None) -> None:
        """Queue a job with this commit; a second one with the same key is dropped."""
        ...

    def commit(self) -> None: ...


class Begin(Protocol):
    """Opens a unit of work for an actor. action: the audit row's verb, e.g. ``order.refund``."""

    def __call__(self, actor: Actor, action: str) -> AbstractContextManager[UnitOfWork]: ...
