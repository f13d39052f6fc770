"""The aggregates a unit of work can fetch and add, one small protocol per root.

``get`` answers the same object for the same id within one unit of work, with its root row locked
when the unit writes, and raises the aggregate's NotFound for unknown and soft-deleted ids. ``add``
registers a new one. Finders answer None or an empty list when there is nothing. There is no save:
``commit`` writes what changed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from core.domain.api_key import ApiKey
from core.domain.cart import Cart
from core.domain.category import ProductCategory
from core.domain.customer import Customer
from core.domain.customer_group import CustomerGroup
from core.domain.download import DownloadLogEntry, DownloadSession, Entitlement
from core.domain.file_upload import FileUpload
from core.domain.gift_card import GiftCard, GiftCardTransaction
from core.domain.invite import Invite, InviteKind
from core.domain.linked_login import LinkedLogin
from core.domain.mail import Mail, MailKind
from core.domain.mailbox_proof import MailboxProof, Purpose
from core.domain.media import MediaFile
from core.domain.order import Order
from core.domain.order_edit import OrderEdit
from core.domain.payment import PaymentAttempt
from core.domain.payment_collection import PaymentCollection
from core.domain.price_list import PriceList
from core.domain.product import Offer, Product, ProductTag, ProductType
from core.domain.product_file import ProductFile
from core.domain.publishable_key import PublishableKey
from core.domain.reference import Record
from core.domain.region import Region
from core.domain.return_reason import ReturnReason
from core.domain.returns import Return
from core.domain.session import Session
from core.domain.shop import SalesChannel, ShippingOption, ShippingProfile, Store
from core.domain.swap import Swap
from core.domain.tax_rate import LinkedRates, LinkedTaxRate
from core.domain.user import User
from core.domain.variant_reference import VariantReference
from core.domain.webhook_event import WebhookEvent


class Carts(Protocol):
    def get(self, id: str) -> Cart: ...

    def add(self, cart: Cart) -> None: ...


class Orders(Protocol):
    """Unique: cart_id (OrderExists)."""

    def get(self, id: str) -> Order: ...

    def add(self, order: Order) -> None: ...

    def by_cart(self, cart_id: str) -> Order | None: ...

    def by_payment(self, provider_id: str, provider_payment_id: str) -> Order | None: ...

    def of_payment(self, payment_id: str) -> str | None:
        """The id of the order that has this payment, without a lock."""
        ...

    def ids_of_customer(self, customer_id: str, *, email: str | None = None) -> list[str]:
        """Newest first; with ``email`` also orders of guests with that address."""
        ...

    def waiting_for_file(self, product_id: str, variant_id: str | None, chain_id: str, since: datetime) -> list[str]:
        """Ids of orders that a file of this chain may have to be granted to, oldest first: with a digital
        line of this product (and of this variant, unless None) that has no entitlement of this chain,
        and placed since then or without any entitlement at all on that line. Lines count that standing
        swaps of the order send, since when the swap was confirmed."""
        ...

    def being_fulfilled(self, provider_id: str, since: datetime) -> list[str]:
        """Ids of orders placed since then with a fulfillment of this provider that is neither shipped nor
        canceled, oldest first."""
        ...


class ReturnReasons(Protocol):
    """Unique among live ones: value (ReturnReasonTaken)."""

    def get(self, id: str) -> ReturnReason: ...

    def add(self, reason: ReturnReason) -> None: ...

    def under(self, parent_id: str) -> list[ReturnReason]:
        """The live ones listed under this category."""
        ...


class Returns(Protocol):
    """Lock the order first. Unique: swap_id."""

    def get(self, id: str) -> Return: ...

    def add(self, returned: Return) -> None: ...

    def of_order(self, order_id: str) -> list[Return]:
        """Those of the order itself, oldest first."""
        ...

    def of_swap(self, swap_id: str) -> Return | None: ...


class Swaps(Protocol):
    """Lock the order first. Unique: cart_id."""

    def get(self, id: str) -> Swap: ...

    def add(self, swap: Swap) -> None: ...

    def by_cart(self, cart_id: str) -> Swap | None: ...

    def order_of_cart(self, cart_id: str) -> str | None:
        """The id of the order whose swap has this cart, without a lock."""
        ...

    def of_order(self, order_id: str) -> list[Swap]:
        """Oldest first."""
        ...


class OrderEdits(Protocol):
    """Lock the order first. Unique: order_id among active ones (ActiveOrderEditExists)."""

    def get(self, id: str) -> OrderEdit: ...

    def add(self, edit: OrderEdit) -> None: ...

    def order_of(self, id: str) -> str | None:
        """The id of its order, without a lock."""
        ...

    def of_line(self, line_id: str) -> str | None:
        """The id of the edit that has this line."""
        ...

    def active_of(self, order_id: str) -> OrderEdit | None: ...

    def of_collection(self, collection_id: str) -> OrderEdit | None: ...


class PaymentCollections(Protocol):
    """Lock the order and the edit first. Unique: (provider_id, reference) of sessions."""

    def get(self, id: str) -> PaymentCollection: ...

    def add(self, collection: PaymentCollection) -> None: ...

    def order_of(self, id: str) -> str | None:
        """The id of its order, without a lock."""
        ...

    def by_payment(self, provider_id: str, reference: str) -> str | None:
        """The id of the collection that has a session for this payment."""
        ...

    def of_payment(self, payment_id: str) -> str | None:
        """The id of the collection that has this payment, until its order takes it over."""
        ...


class PaymentAttempts(Protocol):
    """Unique: (provider_id, provider_payment_id), so that a payment is owed back once."""

    def get(self, id: str) -> PaymentAttempt: ...

    def add(self, attempt: PaymentAttempt) -> None: ...

    def by_payment(self, provider_id: str, provider_payment_id: str) -> PaymentAttempt | None:
        """The attempt by which this payment is owed back."""
        ...

    def owed(self, cart_id: str, provider_id: str) -> list[PaymentAttempt]:
        """Those of a cart that still owe something back at this provider, the newest first."""
        ...


class Products(Protocol):
    """Unique among live ones: handle (HandleTaken); sku, barcode, ean, upc of variants (SkuTaken)."""

    def get(self, id: str) -> Product: ...

    def add(self, product: Product) -> None: ...

    def among(self, ids: Iterable[str]) -> list[Product]:
        """The live ones of these, in the order of their ids; as many statements for all as ``get`` takes for one."""
        ...

    def type_of(self, value: str) -> ProductType | None: ...

    def add_type(self, type: ProductType) -> None: ...

    def tag_of(self, value: str) -> ProductTag | None: ...

    def add_tag(self, tag: ProductTag) -> None: ...

    def known(self, ids: Iterable[str]) -> set[str]:
        """Which of these are ids of live products."""
        ...

    def known_types(self, ids: Iterable[str]) -> set[str]: ...

    def variants_among(self, ids: Iterable[str]) -> dict[str, str]:
        """Of these ids of variants or products: the live variants they mean, with their products' ids."""
        ...

    def has_collection(self, id: str) -> bool:
        """Whether a live product collection has this id."""
        ...


class VariantReferences(Protocol):
    """Lock the source's product first. Unique among live ones: source, target and type (VariantReferenceTaken)."""

    def get(self, id: str) -> VariantReference: ...

    def add(self, reference: VariantReference) -> None: ...

    def of_source(self, variant_id: str) -> list[VariantReference]:
        """The live ones, by rank."""
        ...


class Categories(Protocol):
    """Unique among live ones: handle (CategoryHandleTaken)."""

    def get(self, id: str) -> ProductCategory: ...

    def add(self, category: ProductCategory) -> None: ...

    def children_of(self, parent_id: str | None) -> list[ProductCategory]:
        """Live ones by rank; of None, the roots."""
        ...

    def known(self, ids: Iterable[str]) -> set[str]: ...


R = TypeVar("R", bound=Record)


class Records(Protocol):
    """Records without rules, by kind. Unique among live ones: a product collection's handle
    (CollectionHandleTaken)."""

    def get(self, entity: Callable[..., R], id: str) -> R: ...

    def add(self, record: Record) -> None: ...


class Offers(Protocol):
    """Read-only: what carts need to know of variants. A constant number of statements per call."""

    def of(self, variant_ids: Iterable[str]) -> Mapping[str, Offer]:
        """By variant id; unknown and deleted variants are missing."""
        ...

    def id_of_sku(self, sku: str) -> str | None:
        """Of the live variant with exactly this sku."""
        ...


class PriceLists(Protocol):
    def get(self, id: str) -> PriceList: ...

    def add(self, price_list: PriceList) -> None: ...


class TaxRates(Protocol):
    def get(self, id: str) -> LinkedTaxRate: ...

    def add(self, rate: LinkedTaxRate) -> None: ...

    def linked(self, region_id: str, product_ids: Iterable[str], option_ids: Iterable[str]) -> LinkedRates:
        """The rates of these goods and shipping options in this region, oldest first; one statement."""
        ...


class PublishableKeys(Protocol):
    def get(self, id: str) -> PublishableKey: ...

    def add(self, key: PublishableKey) -> None: ...


class CustomerGroups(Protocol):
    """Unique among live ones: name (GroupNameTaken)."""

    def get(self, id: str) -> CustomerGroup: ...

    def add(self, group: CustomerGroup) -> None: ...


class Stock(Protocol):
    """Units on hand, moved by conditional writes that the database decides."""

    def take(self, variant_id: str, quantity: int, *, beyond: bool = False) -> bool:
        """Granted if the variant allows backorder, is not managed, or has that many left; ``beyond``:
        whatever is left, on the word of staff."""
        ...

    def put_back(self, variant_id: str, quantity: int) -> None: ...


class GiftCards(Protocol):
    """Unique: code; (order_item_id, unit), so that each unit sold is issued once. The ledger takes entries
    and gives none back: unique per (card, order, kind)."""

    def get(self, id: str) -> GiftCard: ...

    def add(self, card: GiftCard) -> None: ...

    def by_code(self, code: str) -> GiftCard | None:
        """A live one, by its normalised code."""
        ...

    def of(self, ids: Iterable[str]) -> list[GiftCard]:
        """The live ones among these, not locked; in the order of ids."""
        ...

    def issued_by(self, order_id: str) -> list[GiftCard]:
        """Those this order bought, in the order of its lines' ids and units."""
        ...

    def debit(self, entry: GiftCardTransaction) -> bool:
        """Take the money and write the entry down, as one. False: the card is gone, disabled, or holds
        less. A card that is emptied is disabled."""
        ...

    def record(self, entry: GiftCardTransaction) -> None:
        """Write down what was moved on the card itself."""
        ...

    def taken_by(self, order_id: str) -> list[GiftCardTransaction]:
        """The debits of an order, by ascending id of the card."""
        ...

    def gave_back(self, order_id: str) -> bool:
        """Whether anything of what the order took went back to a card."""
        ...


class ProductFiles(Protocol):
    """Unique: (chain_id, file_version). ``get`` answers deleted ones too: buyers may still hold them."""

    def get(self, id: str) -> ProductFile: ...

    def add(self, file: ProductFile) -> None: ...

    def of_product(self, product_id: str) -> list[ProductFile]:
        """All versions in all states, newest first."""
        ...

    def newest_ready(self, chain_id: str) -> ProductFile | None: ...

    def storage_keys(self, keys: Iterable[str]) -> set[str]:
        """Which of these storage keys belong to a file that still needs its object."""
        ...


class Uploads(Protocol):
    def get(self, id: str) -> FileUpload: ...

    def add(self, upload: FileUpload) -> None: ...

    def of_file(self, file_id: str) -> FileUpload | None:
        """Through which this file came, if it was sent straight to the storage."""
        ...

    def expired(self, now: datetime, *, limit: int) -> list[FileUpload]:
        """Open ones whose time has run out, those that ran out first before others."""
        ...


class MediaFiles(Protocol):
    """Unique: storage_key."""

    def get(self, id: str) -> MediaFile: ...

    def add(self, file: MediaFile) -> None: ...

    def by_key(self, storage_key: str) -> MediaFile | None: ...

    def of_batch(self, batch_id: str) -> list[MediaFile]:
        """In the order of their ids."""
        ...


class Downloads(Protocol):
    """Unique: (line_item_id, file_id). Counting is conditional: the database decides."""

    def get(self, id: str) -> Entitlement: ...

    def add(self, entitlement: Entitlement) -> None: ...

    def of_order(self, order_id: str) -> list[Entitlement]:
        """Oldest first."""
        ...

    def any_of_file(self, file_id: str) -> bool:
        """Whether an entitlement that is not revoked rests on this version."""
        ...

    def open_session(self, session: DownloadSession) -> None: ...

    def join_session(self, session: DownloadSession) -> DownloadSession:
        """The un-redeemed session of this download opened last, whether or not it has run out; without any,
        this one is opened."""
        ...

    def session(self, download_id: str, session_id: str) -> DownloadSession | None: ...

    def unredeemed(self, download_id: str) -> int:
        """How many sessions were opened and never redeemed."""
        ...

    def spend(self, download_id: str, session_id: str, now: datetime) -> bool:
        """Count one download for this session, once. False: the limit is reached, the entitlement
        is not granted any more, or the session was redeemed before."""
        ...

    def log(self, entry: DownloadLogEntry) -> None: ...


class Regions(Protocol):
    """Unique: each of the country_codes (CountryTaken)."""

    def get(self, id: str) -> Region: ...

    def kept(self, id: str) -> Region:
        """A deleted one too, for what was sold there."""
        ...

    def known_countries(self, codes: Iterable[str]) -> dict[str, str]:
        """The names of those among these (lower-case alpha-2) that there are."""
        ...

    def add(self, region: Region) -> None: ...

    def first(self) -> Region | None:
        """The oldest live region."""
        ...

    def of_country(self, country_code: str) -> Region | None: ...


class Customers(Protocol):
    """Unique among live ones: (email, has_account), EmailTaken."""

    def get(self, id: str) -> Customer: ...

    def add(self, customer: Customer) -> None: ...

    def registered(self, email: str) -> Customer | None: ...

    def guest(self, email: str) -> Customer | None: ...

    def is_registered(self, id: str) -> bool: ...

    def known_groups(self, ids: Iterable[str]) -> set[str]: ...

    def among(self, ids: Iterable[str]) -> list[Customer]:
        """Those of these that exist; a constant number of statements."""
        ...

    def dissolve(self, group_id: str) -> None:
        """Nobody is in it any more; one statement, however many there were."""
        ...


class LinkedLogins(Protocol):
    """Unique: (issuer, subject); a clash can only be a race and answers ConcurrentUpdate."""

    def get(self, id: str) -> LinkedLogin: ...

    def add(self, login: LinkedLogin) -> None: ...

    def of(self, issuer: str, subject: str) -> LinkedLogin | None: ...


class Users(Protocol):
    """Unique among live ones: email (UserExists)."""

    def get(self, id: str) -> User: ...

    def add(self, user: User) -> None: ...

    def by_email(self, email: str) -> User | None: ...

    def admins(self) -> list[User]:
        """Those with the role admin, locked, so that two cannot take each other's place at once."""
        ...


class ApiKeys(Protocol):
    """Unique: token_hash."""

    def get(self, id: str) -> ApiKey: ...

    def add(self, key: ApiKey) -> None: ...

    def note_use(self, id: str, now: datetime, before: datetime) -> None:
        """Set last_used_at, unless a use after ``before`` is noted already. The version stays."""
        ...


class Sessions(Protocol):
    def get(self, id: str) -> Session: ...

    def add(self, session: Session) -> None: ...

    def end_others(self, actor_id: str, keep: str | None, now: datetime) -> None:
        """Revoke every live login of this user or customer but the one to keep."""
        ...


class MailboxProofs(Protocol):
    """Using and voiding are conditional: the database decides."""

    def get(self, id: str) -> MailboxProof: ...

    def add(self, proof: MailboxProof) -> None: ...

    def use(self, id: str, now: datetime) -> bool:
        """Granted once, while it is neither voided nor run out."""
        ...

    def void(
        self, customer_id: str, now: datetime, *, purpose: Purpose | None = None, email: str | None = None
    ) -> None:
        """End every unused proof of this customer, or those for this purpose or address."""
        ...


class Invites(Protocol):
    """Unique among those stored as pending: (kind, email), InvitePending."""

    def get(self, id: str) -> Invite: ...

    def add(self, invite: Invite) -> None: ...

    def pending(self, kind: InviteKind, email: str) -> Invite | None:
        """Stored as pending, possibly past its expiry."""
        ...


class Mails(Protocol):
    """Unique: (kind, subject_id, revision)."""

    def get(self, id: str) -> Mail: ...

    def add(self, mail: Mail) -> None: ...

    def by_message(self, provider_message_id: str) -> Mail | None: ...

    def exists(self, kind: MailKind, subject_id: str, revision: str) -> bool: ...

    def unbound(self, limit: int) -> list[Mail]:
        """Queued ones that no call of the mail service was begun for, the oldest first."""
        ...

    def of_batch(self, batch_id: str) -> list[Mail]:
        """In the order of their ids."""
        ...


class WebhookEvents(Protocol):
    """Unique: (provider, event_id), WebhookEventSeen."""

    def get(self, id: str) -> WebhookEvent: ...

    def add(self, event: WebhookEvent) -> None: ...

    def by_event(self, provider: str, event_id: str) -> WebhookEvent | None: ...


class ShopSettings(Protocol):
    """The store and the records around it."""

    def store(self) -> Store: ...

    def sales_channel(self, id: str) -> SalesChannel: ...

    def add_sales_channel(self, channel: SalesChannel) -> None: ...

    def default_profile(self) -> ShippingProfile: ...

    def gift_card_profile(self) -> ShippingProfile: ...

    def shipping_profile(self, id: str) -> ShippingProfile: ...

    def add_shipping_profile(self, profile: ShippingProfile) -> None: ...

    def shipping_option(self, id: str) -> ShippingOption: ...

    def kept_shipping_option(self, id: str) -> ShippingOption:
        """A deleted one too, for what was sent with it."""
        ...

    def shipping_options_of(self, region_id: str) -> list[ShippingOption]:
        """Live ones, oldest first."""
        ...

    def add_shipping_option(self, option: ShippingOption) -> None: ...

    def known_sales_channels(self, ids: Iterable[str]) -> set[str]: ...

    def known_currencies(self, codes: Iterable[str]) -> set[str]: ...

    def price_with_tax(self, currency_code: str, includes_tax: bool) -> None:
        """From now on prices in this currency contain their tax, or do not. Unknown ones stay unknown."""
        ...


class LoginAttempts(Protocol):
    """Failed log-ins, kept in the database so that the delay holds across processes.

    key: account and network, or account alone.
    """

    def blocked_until(self, key: str) -> datetime | None: ...

    def failed(self, key: str, now: datetime) -> int:
        """Count one; how many in a row."""
        ...

    def block(self, key: str, until: datetime) -> None: ...

    def clear(self, key: str) -> None: ...


class Versions(Protocol):
    """Counters that tell readers whether what they hold is still fresh: ``pricing``, ``catalogue``. Whoever
    counts one keeps others from counting it until the end of the transaction: ``categories``, ``return_reasons``
    guard rules over several aggregates that way."""

    def current(self, name: str) -> int: ...

    def bump(self, name: str) -> None: ...


class Sequences(Protocol):
    """Numbers people read: ``next("order")`` gives 1, 2, 3, ... without gaps under commit."""

    def next(self, name: str) -> int: ...
