"""One of every aggregate with every field set to something that is not its default.

A mapper that forgets a field loses it on the way through the store; only a filled field can show that.
``unset_fields`` finds what a future field's author forgot to fill here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.domain.actor import Role
from core.domain.cart import Cart, CartId, CartType, LineItem
from core.domain.customer import Customer, CustomerId
from core.domain.download import DownloadId, DownloadState, Entitlement
from core.domain.invite import Invite, InviteId, InviteKind, InviteState
from core.domain.lines import Adjustment, ShippingMethod
from core.domain.mail import DeliveryStatus, Mail, MailId, MailKind
from core.domain.order import Fulfillment, FulfillmentItem, Order, OrderId, OrderLine, OrderStatus, TrackingLink
from core.domain.payment import (
    AttemptId,
    AttemptState,
    Payment,
    PaymentAttempt,
    PaymentSession,
    Refund,
    RefundLine,
    RefundReason,
    RefundState,
    SessionStatus,
)
from core.domain.pricing import MoneyAmount
from core.domain.product import (
    Image,
    OptionValue,
    Product,
    ProductId,
    ProductOption,
    ProductStatus,
    ProductTag,
    ProductType,
    Variant,
    VariantId,
)
from core.domain.product_file import FileState, ProductFile, ProductFileId
from core.domain.region import Region, RegionId
from core.domain.session import Carrier, Session, SessionId
from core.domain.shop import (
    PriceType,
    RequirementType,
    ShippingOption,
    ShippingRequirement,
)
from core.domain.tax import TaxLine
from core.domain.totals import Totals
from core.domain.user import User, UserId
from core.domain.values import Address

NOON = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
METADATA = {"a": 1, "b": [True, None, 2.5, {"c": "ü"}], "": "empty"}
# Left as they are: set by the store, or by other tests.
NOT_FILLED = frozenset({"version", "events", "deleted_at", "price_list"})


def unset_fields(record: object, path: str = "") -> Iterator[str]:
    """Fields, at any depth, that still have their default."""
    name = path or type(record).__name__
    for field in fields(record):  # type: ignore[arg-type]
        value = getattr(record, field.name)
        if field.name in NOT_FILLED:
            continue
        optional = field.default is not MISSING or field.default_factory is not MISSING
        if optional and value == _default(field):
            yield f"{name}.{field.name}"
        for inner in value if isinstance(value, list | tuple) else (value,):
            if is_dataclass(inner) and not isinstance(inner, type):
                yield from unset_fields(inner, f"{name}.{field.name}")


def _default(field: Field[object]) -> object:
    return field.default if field.default_factory is MISSING else field.default_factory()


def later(**by: int) -> datetime:
    return NOON + timedelta(**by)


def an_address(id: str = "addr_1", customer_id: str | None = "cus_1") -> Address:
    return Address(
        id=id,
        customer_id=customer_id,
        company="Ada & Co",
        first_name="Ada",
        last_name="Lovelace",
        address_1="1 Main St",
        address_2="Floor 2",
        city="London",
        country_code="gb",
        province="Greater London",
        postal_code="N1",
        phone="+44 1",
        metadata=METADATA,
    )


def a_region(id: str = "reg_1", countries: tuple[str, ...] = ("gb", "de")) -> Region:
    return Region(
        id=RegionId(id),
        name="Europe",
        currency_code="eur",
        tax_rate=Decimal("19.125"),
        tax_code="VAT",
        gift_cards_taxable=False,
        automatic_taxes=False,
        tax_provider_id="elsewhere",
        country_codes=countries,
        payment_provider_ids=("stripe", "manual"),
        fulfillment_provider_ids=("gelato", "manual"),
        metadata=METADATA,
    )


def a_customer(id: str = "cus_1", email: str = "ada@example.test") -> Customer:
    return Customer(
        id=CustomerId(id),
        email=email,
        has_account=True,
        password_hash="hash",
        first_name="Ada",
        last_name="Lovelace",
        phone="+44 1",
        billing_address_id=f"addr_{id}_2",
        addresses=(an_address(f"addr_{id}_1", id), an_address(f"addr_{id}_2", id)),
        group_ids=("cgrp_2", "cgrp_1"),
        metadata=METADATA,
    )


def a_user(id: str = "usr_1", email: str = "admin@example.test") -> User:
    return User(
        id=UserId(id),
        email=email,
        role=Role.ADMIN,
        password_hash="hash",
        first_name="Grace",
        last_name="Hopper",
        metadata=METADATA,
    )


def a_session(id: str = "sess_1") -> Session:
    return Session(
        id=SessionId(id),
        carrier=Carrier.COOKIE,
        expires_at=later(hours=10),
        user_id="usr_1",
        customer_id="cus_1",
        revoked_at=later(hours=1),
    )


def an_invite(id: str = "invite_1") -> Invite:
    return Invite(
        id=InviteId(id),
        kind=InviteKind.CUSTOMER,
        email="new@example.test",
        expires_at=later(days=7),
        first_name="New",
        last_name="Comer",
        role=Role.DEVELOPER,
        customer_group_ids=("cgrp_1", "cgrp_2"),
        state=InviteState.ACCEPTED,
        revision=3,
        invited_by="usr_1",
        accepted_at=later(days=1),
        revoked_at=later(days=2),
        customer_id="cus_1",
        metadata=METADATA,
    )


def a_type() -> ProductType:
    return ProductType(id="ptyp_1", value="Wallpaper", metadata=METADATA)


def a_tag(id: str = "ptag_1", value: str = "blue") -> ProductTag:
    return ProductTag(id=id, value=value, metadata=METADATA)


def a_product(id: str = "prod_1", *, profile_id: str, channel_id: str, **changes: object) -> Product:
    option = f"opt_{id}"
    values: dict[str, object] = {
        "id": ProductId(id),
        "title": "Sydney Nights",
        "handle": f"handle-of-{id}",
        "profile_id": profile_id,
        "subtitle": "12 wallpapers",
        "description": "Long",
        "is_giftcard": True,
        "status": ProductStatus.PUBLISHED,
        "thumbnail": "https://example.test/t.png",
        "weight": 1,
        "length": 2,
        "height": 3,
        "width": 4,
        "hs_code": "hs",
        "origin_country": "au",
        "mid_code": "mid",
        "material": "light",
        "collection_id": "pcol_1",
        "type_id": "ptyp_1",
        "discountable": False,
        "external_id": "ext",
        "options": (ProductOption(id=option, title="Size", metadata=METADATA),),
        "variants": [a_variant(f"variant_{id}_1", option, "4k"), a_variant(f"variant_{id}_2", option, "8k")],
        "images": (
            Image(id=f"img_{id}_1", url="https://example.test/1.png", metadata=METADATA),
            Image(id=f"img_{id}_2", url="https://example.test/2.png", metadata=METADATA),
        ),
        "tag_ids": ("ptag_2", "ptag_1"),
        "sales_channel_ids": (channel_id,),
        "metadata": METADATA,
    }
    return Product(**{**values, **changes})  # type: ignore[arg-type]


def a_variant(id: str, option_id: str, size: str) -> Variant:
    return Variant(
        id=VariantId(id),
        title=size,
        sku=f"sku-{id}",
        barcode=f"barcode-{id}",
        ean=f"ean-{id}",
        upc=f"upc-{id}",
        variant_rank=2,
        inventory_quantity=10,
        allow_backorder=True,
        manage_inventory=False,
        requires_shipping=False,
        hs_code="hs",
        origin_country="au",
        mid_code="mid",
        material="light",
        weight=1,
        length=2,
        height=3,
        width=4,
        prices=(
            MoneyAmount(
                id=f"ma_{id}_1",
                currency_code="eur",
                amount=1_250,
                region_id="reg_1",
                min_quantity=2,
                max_quantity=9,
            ),
        ),
        options=(OptionValue(id=f"optval_{id}", option_id=option_id, value=size, metadata=METADATA),),
        metadata=METADATA,
    )


def a_file(id: str = "pfile_1", *, product_id: str = "prod_1", file_version: int = 2) -> ProductFile:
    return ProductFile(
        id=ProductFileId(id),
        product_id=product_id,
        variant_id=f"variant_{product_id}_1",
        chain_id="pfile_0",
        name="sydney.zip",
        mime_type="application/zip",
        size=123_456_789_012,
        sha256="ab" * 32,
        file_version=file_version,
        state=FileState.READY,
        storage_key=f"products/{product_id}/{id}.zip",
        uploaded_by="usr_1",
        replaces_id="pfile_0",
        rejected_reason="none",
        retained=True,
        metadata=METADATA,
        created_at=later(hours=-1),
    )


def a_shipping_option(id: str = "so_1", *, profile_id: str) -> ShippingOption:
    return ShippingOption(
        id=id,
        name="Post",
        region_id="reg_1",
        profile_id=profile_id,
        provider_id="manual",
        price_type=PriceType.CALCULATED,
        amount=500,
        is_return=True,
        admin_only=True,
        requirements=(
            ShippingRequirement(id=f"sor_{id}_1", type=RequirementType.MAX_SUBTOTAL, amount=9_000),
            ShippingRequirement(id=f"sor_{id}_2", type=RequirementType.MIN_SUBTOTAL, amount=100),
        ),
        data={"service": "post"},
        metadata=METADATA,
    )


def some_totals() -> Totals:
    return Totals(
        subtotal=1,
        discount_total=2,
        shipping_total=3,
        item_tax_total=4,
        shipping_tax_total=5,
        tax_total=6,
        gift_card_total=7,
        gift_card_tax_total=8,
        total=9,
    )


def line_values(id: str) -> dict[str, object]:
    return {
        "id": id,
        "title": "Sydney Nights",
        "description": "4k",
        "thumbnail": "https://example.test/t.png",
        "variant_id": "variant_prod_1_1",
        "product_id": "prod_1",
        "profile_id": "sp_1",
        "is_giftcard": True,
        "is_return": True,
        "should_merge": False,
        "allow_discounts": False,
        "has_shipping": True,
        "requires_shipping": False,
        "unit_price": 1_250,
        "quantity": 3,
        "metadata": METADATA,
        "tax_lines": (
            TaxLine(id=f"litl_{id}_1", rate=Decimal("12.5"), name="State", code="st"),
            TaxLine(id=f"litl_{id}_2", rate=Decimal("0.0001"), name="City", code="ci"),
        ),
        "adjustments": (
            Adjustment(id=f"lia_{id}", description="discount", amount=7, discount_id="disc_1", metadata=METADATA),
        ),
        "subtotal": 1,
        "discount_total": 2,
        "tax_total": 3,
        "total": 4,
        "original_tax_total": 5,
        "original_total": 6,
    }


def a_method(id: str = "sm_1") -> ShippingMethod:
    return ShippingMethod(
        id=id,
        shipping_option_id="so_1",
        name="Post",
        profile_id="sp_1",
        price=500,
        data={"point": 7},
        tax_lines=(TaxLine(id=f"smtl_{id}", rate=Decimal(20), name="VAT", code="vat"),),
        subtotal=1,
        tax_total=2,
        total=3,
        original_tax_total=4,
        original_total=5,
    )


def a_cart(id: str = "cart_1", *, channel_id: str | None, **changes: object) -> Cart:
    values: dict[str, object] = {
        "id": CartId(id),
        "region_id": "reg_1",
        "currency_code": "eur",
        "sales_channel_id": channel_id,
        "type": CartType.PAYMENT_LINK,
        "email": "ada@example.test",
        "customer_id": "cus_1",
        "items": [LineItem(**line_values(f"item_{id}_{n}")) for n in (2, 1)],  # type: ignore[arg-type]
        "shipping_methods": [a_method(f"sm_{id}")],
        "shipping_address": an_address(f"addr_{id}_s"),
        "billing_address": an_address(f"addr_{id}_b"),
        "payment_sessions": [
            PaymentSession(
                id=f"ps_{id}",
                provider_id="stripe",
                status=SessionStatus.REQUIRES_MORE,
                is_selected=True,
                is_initiated=True,
                amount=1_250,
                data={"client_secret": "x"},
                stale=True,
                payment_authorized_at=later(minutes=1),
            )
        ],
        "context": {"ip": "127.0.0.1"},
        "metadata": METADATA,
        "totals": some_totals(),
        "show_taxes": False,
        "pricing_epoch": 4,
        "stale_at": later(minutes=2),
        "agreed_total": 1_250,
        "attempt_id": "patt_1",
        "frozen_at": later(minutes=3),
        "order_id": "order_1",
        "completed_at": later(minutes=4),
        "payment_authorized_at": later(minutes=5),
    }
    return Cart(**{**values, **changes})  # type: ignore[arg-type]


def an_attempt(id: str = "patt_1") -> PaymentAttempt:
    return PaymentAttempt(
        id=AttemptId(id),
        cart_id="cart_1",
        provider_id="stripe",
        amount=1_250,
        currency_code="eur",
        session_data={"id": "pi_1"},
        state=AttemptState.REFUND_DUE,
        provider_payment_id="pi_1",
        order_id="order_1",
        reason="out of stock",
        started_at=NOON,
    )


def an_order(id: str = "order_1", *, channel_id: str | None, **changes: object) -> Order:
    lines = [
        OrderLine(
            **line_values(f"item_{id}_{n}"),  # type: ignore[arg-type]
            fulfilled_quantity=3,
            shipped_quantity=2,
            returned_quantity=1,
        )
        for n in (2, 1)
    ]
    values: dict[str, object] = {
        "id": OrderId(id),
        "display_id": 7,
        "cart_id": "cart_1",
        "customer_id": "cus_1",
        "email": "ada@example.test",
        "region_id": "reg_1",
        "currency_code": "eur",
        "sales_channel_id": channel_id,
        "status": OrderStatus.COMPLETED,
        "items": lines,
        "shipping_methods": [a_method(f"sm_{id}")],
        "shipping_address": an_address(f"addr_{id}_s"),
        "billing_address": an_address(f"addr_{id}_b"),
        "payments": [a_payment(f"pay_{id}")],
        "refunds": [a_refund(f"ref_{id}", f"pay_{id}", lines[0].id)],
        "fulfillments": [
            Fulfillment(
                id=f"ful_{id}",
                provider_id="manual",
                items=(FulfillmentItem(id=f"fuli_{id}", item_id=lines[1].id, quantity=2),),
                tracking_links=(
                    TrackingLink(
                        id=f"tlink_{id}", tracking_number="1Z", url="https://example.test/1Z", metadata=METADATA
                    ),
                ),
                data={"label": 1},
                no_notification=True,
                shipped_at=later(days=1),
                canceled_at=later(days=2),
                metadata=METADATA,
            )
        ],
        "totals": some_totals(),
        "capture_error": "card_declined",
        "external_id": "ext",
        "no_notification": True,
        "metadata": METADATA,
        "placed_at": NOON,
        "canceled_at": later(days=3),
    }
    return Order(**{**values, **changes})  # type: ignore[arg-type]


def a_payment(id: str) -> Payment:
    return Payment(
        id=id,
        provider_id="stripe",
        amount=1_250,
        currency_code="eur",
        provider_payment_id=f"pi_{id}",
        cart_id="cart_1",
        amount_refunded=200,
        data={"id": "pi_1"},
        capture_requested_at=later(minutes=1),
        captured_at=later(minutes=2),
        canceled_at=later(minutes=3),
        idempotency_key="patt_1",
        metadata=METADATA,
    )


def a_refund(id: str, payment_id: str, item_id: str) -> Refund:
    return Refund(
        id=id,
        payment_id=payment_id,
        amount=200,
        reason=RefundReason.RETURN,
        note="sorry",
        state=RefundState.SUCCEEDED,
        items=(RefundLine(id=f"refi_{id}", item_id=item_id, quantity=1),),
        external=True,
        provider_refund_id=f"re_{id}",
        idempotency_key="key",
        metadata=METADATA,
        created_at=later(days=1),
        settled_at=later(days=2),
    )


def an_entitlement(id: str = "dl_1", **changes: object) -> Entitlement:
    values: dict[str, object] = {
        "id": DownloadId(id),
        "order_id": "order_1",
        "line_item_id": "item_order_1_1",
        "customer_id": "cus_1",
        "product_id": "prod_1",
        "variant_id": "variant_prod_1_1",
        "file_id": "pfile_1",
        "chain_id": "pfile_0",
        "follows_chain": False,
        "quantity": 2,
        "per_unit": 5,
        "download_limit": 9,
        "download_count": 1,
        "expires_at": later(days=30),
        "state": DownloadState.SUSPENDED,
        "reason": "dispute",
        "revision": 2,
        "granted_at": NOON,
        "last_downloaded_at": later(days=1),
    }
    return Entitlement(**{**values, **changes})  # type: ignore[arg-type]


def a_mail(id: str = "mail_1", **changes: object) -> Mail:
    values: dict[str, object] = {
        "id": MailId(id),
        "kind": MailKind.REFUND,
        "subject_id": "ref_1",
        "revision": "1",
        "to": "ada@example.test",
        "status": DeliveryStatus.FAILED,
        "provider_message_id": "msg_1",
        "error": "refused",
        "queued_at": NOON,
        "sent_at": later(minutes=1),
    }
    return Mail(**{**values, **changes})  # type: ignore[arg-type]
