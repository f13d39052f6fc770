"""What a whole shop remembers, in plain dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from threading import RLock

from core.domain.api_key import ApiKey
from core.domain.cart import Cart
from core.domain.category import ProductCategory
from core.domain.customer import Customer
from core.domain.customer_group import CustomerGroup
from core.domain.discount import Discount, DiscountRule
from core.domain.download import DownloadLogEntry, DownloadSession, Entitlement
from core.domain.events import Event
from core.domain.file_upload import FileUpload
from core.domain.gift_card import GiftCard, GiftCardTransaction
from core.domain.invite import Invite
from core.domain.linked_login import LinkedLogin
from core.domain.mail import Mail
from core.domain.mailbox_proof import MailboxProof
from core.domain.media import MediaFile
from core.domain.order import Order
from core.domain.order_edit import OrderEdit
from core.domain.payment import PaymentAttempt
from core.domain.payment_collection import PaymentCollection
from core.domain.price_list import PriceList
from core.domain.product import Product, ProductTag, ProductType
from core.domain.product_file import ProductFile
from core.domain.publishable_key import PublishableKey
from core.domain.reference import Note, ProductCollection
from core.domain.region import Region
from core.domain.return_reason import ReturnReason
from core.domain.returns import Return
from core.domain.session import Session
from core.domain.shop import ProfileType, SalesChannel, ShippingOption, ShippingProfile, Store
from core.domain.swap import Swap
from core.domain.tax_rate import LinkedTaxRate
from core.domain.user import User
from core.domain.variant_reference import VariantReference
from core.domain.webhook_event import WebhookEvent
from ports.discounts import DiscountUse
from ports.idempotency import ClaimState
from ports.jobs import JobPayload

_ISO_4217 = """
aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd btn bwp byn bzd
cad cdf chf clp cny cop crc cup cve czk djf dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd
gnf gtq gyd hkd hnl htg huf idr ils inr iqd irr isk jmd jod jpy kes kgs khr kmf kpw krw kwd kyd kzt
lak lbp lkr lrd lsl lyd mad mdl mga mkd mmk mnt mop mru mur mvr mwk mxn myr mzn nad ngn nio nok npr
nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sdg sek sgd shp sle sos srd ssp
stn svc syp szl thb tjs tmt tnd top try ttd twd tzs uah ugx usd uyu uzs ves vnd vuv wst xaf xcd xof
xpf yer zar zmw zwg
"""
CURRENCIES = frozenset(_ISO_4217.split())
_ISO_3166 = """
ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt
bv bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg eh
er es et fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht
hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls
lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni
nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg
sh si sj sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug
um us uy uz va vc ve vg vi vn vu wf ws xk ye yt za zm zw
"""
COUNTRIES = frozenset(_ISO_3166.split())


def _seed(prefix: str, tail: str) -> str:
    return f"{prefix}_01J{'0' * 20}{tail}"


STORE_ID = _seed("store", "ST0")
CHANNEL_ID = _seed("sc", "SC0")
PROFILE_ID = _seed("sp", "SP0")
GIFT_CARD_PROFILE_ID = _seed("sp", "SP1")


@dataclass(slots=True, kw_only=True)
class QueuedJob:
    """A job as the queue keeps it. state: ready, done or dead."""

    id: str
    kind: str
    payload: JobPayload
    dedupe_key: str
    run_at: datetime
    max_attempts: int
    state: str = "ready"
    attempts: int = 0
    lease_until: datetime | None = None
    lease_by: str | None = None
    last_error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    actor_kind: str
    actor_id: str | None
    action: str
    targets: tuple[str, ...]
    before_digest: str
    after_digest: str
    network: str | None
    request_id: str | None
    at: datetime


@dataclass(slots=True, kw_only=True)
class KeptKey:
    """An idempotency key with what came of it."""

    id: str
    key: str
    scope: str
    request_hash: str
    claimed_at: datetime
    lease_until: datetime
    state: ClaimState = ClaimState.RUN
    result_id: str | None = None
    status: int | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedLogins:
    failures: int = 0
    blocked_until: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Memory:
    """Committed state, by id, for tests to look at; change it through a unit of work.

    A fresh one has what a migrated database has: the store, its default sales channel, the default
    and the gift card shipping profile.
    """

    carts: dict[str, Cart] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    attempts: dict[str, PaymentAttempt] = field(default_factory=dict)
    return_reasons: dict[str, ReturnReason] = field(default_factory=dict)
    variant_references: dict[str, VariantReference] = field(default_factory=dict)
    linked_logins: dict[str, LinkedLogin] = field(default_factory=dict)
    returns: dict[str, Return] = field(default_factory=dict)
    swaps: dict[str, Swap] = field(default_factory=dict)
    order_edits: dict[str, OrderEdit] = field(default_factory=dict)
    payment_collections: dict[str, PaymentCollection] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    product_types: dict[str, ProductType] = field(default_factory=dict)
    product_tags: dict[str, ProductTag] = field(default_factory=dict)
    files: dict[str, ProductFile] = field(default_factory=dict)
    uploads: dict[str, FileUpload] = field(default_factory=dict)
    downloads: dict[str, Entitlement] = field(default_factory=dict)
    download_sessions: dict[str, DownloadSession] = field(default_factory=dict)
    download_log: dict[str, DownloadLogEntry] = field(default_factory=dict)
    gift_cards: dict[str, GiftCard] = field(default_factory=dict)
    gift_card_transactions: dict[str, GiftCardTransaction] = field(default_factory=dict)
    discounts: dict[str, Discount] = field(default_factory=dict)
    discount_rules: dict[str, DiscountRule] = field(default_factory=dict)
    discount_uses: dict[str, DiscountUse | None] = field(default_factory=dict)
    regions: dict[str, Region] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    api_keys: dict[str, ApiKey] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    proofs: dict[str, MailboxProof] = field(default_factory=dict)
    invites: dict[str, Invite] = field(default_factory=dict)
    mails: dict[str, Mail] = field(default_factory=dict)
    webhook_events: dict[str, WebhookEvent] = field(default_factory=dict)
    stores: dict[str, Store] = field(default_factory=dict)
    sales_channels: dict[str, SalesChannel] = field(default_factory=dict)
    profiles: dict[str, ShippingProfile] = field(default_factory=dict)
    shipping_options: dict[str, ShippingOption] = field(default_factory=dict)
    failed_logins: dict[str, FailedLogins] = field(default_factory=dict)
    media: dict[str, MediaFile] = field(default_factory=dict)
    notes: dict[str, Note] = field(default_factory=dict)
    currencies_with_tax: dict[str, bool] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    sequences: dict[str, int] = field(default_factory=dict)
    product_collections: dict[str, ProductCollection] = field(default_factory=dict)
    categories: dict[str, ProductCategory] = field(default_factory=dict)
    price_lists: dict[str, PriceList] = field(default_factory=dict)
    tax_rates: dict[str, LinkedTaxRate] = field(default_factory=dict)
    publishable_keys: dict[str, PublishableKey] = field(default_factory=dict)
    customer_groups: dict[str, CustomerGroup] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    jobs: dict[str, QueuedJob] = field(default_factory=dict)
    audit_log: list[AuditEntry] = field(default_factory=list)
    idempotency_keys: dict[str, KeptKey] = field(default_factory=dict)
    lock: RLock = field(default_factory=RLock, repr=False)

    def __post_init__(self) -> None:
        self.sales_channels[CHANNEL_ID] = SalesChannel(id=CHANNEL_ID, name="Default Sales Channel", version=1)
        self.stores[STORE_ID] = Store(
            id=STORE_ID,
            name="Perseus Store",
            default_currency_code="usd",
            default_sales_channel_id=CHANNEL_ID,
            currency_codes=("usd", "eur"),
            version=1,
        )
        self.profiles[PROFILE_ID] = ShippingProfile(
            id=PROFILE_ID, name="Default Shipping Profile", type=ProfileType.DEFAULT, version=1
        )
        self.profiles[GIFT_CARD_PROFILE_ID] = ShippingProfile(
            id=GIFT_CARD_PROFILE_ID, name="Gift Card Profile", type=ProfileType.GIFT_CARD, version=1
        )
