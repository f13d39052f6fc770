"""People, shop and catalogue with every field set to something that is not its default.

A mapper that forgets a field loses it on the way through the store; only a filled field can show that.
``unset_fields`` finds what a future field's author forgot to fill here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from core.domain.actor import Role
from core.domain.api_key import ApiKey, ApiKeyId
from core.domain.category import ProductCategory
from core.domain.customer import Customer, CustomerId
from core.domain.file_upload import FileUpload, UploadId, UploadState
from core.domain.gift_card import GiftCard, GiftCardId
from core.domain.invite import Invite, InviteId, InviteKind, InviteState
from core.domain.linked_login import LinkedLogin
from core.domain.mailbox_proof import MailboxProof, ProofId, Purpose
from core.domain.media import MediaFile
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
from core.domain.reference import Note, ProductCollection
from core.domain.region import Region, RegionId
from core.domain.session import Carrier, Session, SessionId
from core.domain.shop import (
    PriceType,
    ProfileType,
    RequirementType,
    ShippingOption,
    ShippingProfile,
    ShippingRequirement,
)
from core.domain.user import User, UserId
from core.domain.values import Address
from core.domain.variant_reference import VariantReference

NOON = datetime(2026, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)
METADATA = {"a": 1, "b": [True, None, 2.5, {"c": "ü"}], "": "empty"}
# Left as they are: set by the store, worked out by it, or set by other tests.
NOT_FILLED = frozenset({"version", "events", "deleted_at", "price_list", "tax_included"})


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
        includes_tax=True,
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
        billing_address=an_address(f"addr_{id}_3", id),
        addresses=(an_address(f"addr_{id}_1", id), an_address(f"addr_{id}_2", id)),
        default_shipping_address_id=f"addr_{id}_2",
        group_ids=("cgrp_2", "cgrp_1"),
        metadata=METADATA,
    )


def a_linked_login(id: str = "link_1", **changes: str) -> LinkedLogin:
    named = {"issuer": "https://id.example.test", "subject": "ada", "customer_id": "cus_1"}
    return LinkedLogin(id=id, **{**named, **changes})


def a_reference(id: str = "vref_1", type: str = "SPARE_PART", rank: int = 3) -> VariantReference:
    return VariantReference(
        id=id,
        source_variant_id="variant_prod_1_1",
        target_variant_id="variant_prod_1_2",
        reference_type=type,
        rank=rank,
    )


def a_user(id: str = "usr_1", email: str = "admin@example.test") -> User:
    return User(
        id=UserId(id),
        email=email,
        role=Role.ADMIN,
        password_hash="hash",
        first_name="Grace",
        last_name="Hopper",
        reset_revision=3,
        reset_expires_at=later(hours=1),
        metadata=METADATA,
    )


def an_api_key(id: str = "apk_1", **changes: object) -> ApiKey:
    values: dict[str, object] = {
        "id": ApiKeyId(id),
        "title": "Warehouse",
        "token_hash": f"hash of {id}",
        "redacted": "sk_123***abc",
        "user_id": "usr_1",
        "role": Role.DEVELOPER,
        "scopes": ("orders", "products:read"),
        "expires_at": later(days=30),
        "last_used_at": later(hours=2),
        "revoked_at": later(days=3),
        "revoked_by": "usr_1",
    }
    return ApiKey(**{**values, **changes})  # type: ignore[arg-type]


def a_session(id: str = "sess_1") -> Session:
    return Session(
        id=SessionId(id),
        carrier=Carrier.COOKIE,
        expires_at=later(hours=10),
        user_id="usr_1",
        customer_id="cus_1",
        revoked_at=later(hours=1),
    )


def a_proof(id: str = "proof_1") -> MailboxProof:
    return MailboxProof(
        id=ProofId(id),
        purpose=Purpose.ORDER_CLAIM,
        customer_id="cus_1",
        email="guest@example.test",
        order_ids=("order_2", "order_1"),
        expires_at=later(hours=24),
        used_at=later(hours=1),
        voided_at=later(hours=2),
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


def a_gift_card(id: str = "gift_1", **changes: object) -> GiftCard:
    """Of 1,000, of which 300 are gone."""
    values: dict[str, object] = {
        "id": GiftCardId(id),
        "code": "FULL-CARD-0000-0001",
        "value": 1_000,
        "region_id": "reg_1",
        "debited": 400,
        "credited": 100,
        "unit": 2,
        "is_disabled": False,
        "disabled_before_void": False,
        "ends_at": later(days=9),
        "tax_rate": Decimal("19.125"),
        "metadata": METADATA,
    }
    return GiftCard(**{**values, **changes})  # type: ignore[arg-type]


def a_type() -> ProductType:
    return ProductType(id="ptyp_1", value="Wallpaper", metadata=METADATA)


def a_tag(id: str = "ptag_1", value: str = "blue") -> ProductTag:
    return ProductTag(id=id, value=value, metadata=METADATA)


def a_collection(id: str = "pcol_2", handle: str = "nights") -> ProductCollection:
    return ProductCollection(id=id, title="Nights", handle=handle, metadata=METADATA)


def a_category(
    id: str = "pcat_2", handle: str = "cities", *, parent_id: str | None = "pcat_1", rank: int = 1
) -> ProductCategory:
    return ProductCategory(
        id=id,
        name="Cities",
        handle=handle,
        description="By day and by night",
        is_active=True,
        is_internal=True,
        parent_category_id=parent_id,
        rank=rank,
        metadata=METADATA,
    )


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
        "category_ids": ("pcat_1",),
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


def an_upload(id: str = "upload_1", *, file_id: str = "pfile_9") -> FileUpload:
    return FileUpload(
        id=UploadId(id),
        product_id="prod_1",
        variant_id="variant_prod_1_1",
        replaces_id="pfile_0",
        file_id=file_id,
        name="sydney.zip",
        mime_type="application/x-zip",
        size=123_456_789_012,
        sha256="ab" * 32,
        part_size=124 << 20,
        storage_key=f"products/prod_1/{file_id}.zip",
        storage_ref="ref",
        started_by="usr_1",
        expires_at=later(hours=6),
        state=UploadState.COMPLETED,
        closed_at=later(hours=1),
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
        includes_tax=True,
        requirements=(
            ShippingRequirement(id=f"sor_{id}_1", type=RequirementType.MAX_SUBTOTAL, amount=9_000),
            ShippingRequirement(id=f"sor_{id}_2", type=RequirementType.MIN_SUBTOTAL, amount=100),
        ),
        data={"service": "post"},
        metadata=METADATA,
    )


def a_note() -> Note:
    return Note(
        id="note_1",
        resource_type="order",
        resource_id="order_1",
        value="Call before sending",
        author_id="usr_1",
        metadata={"urgent": True},
    )


def a_media_file(id: str = "media_1", *, batch_id: str = "media_1") -> MediaFile:
    return MediaFile(
        id=id,
        storage_key=f"public/{id}/sydney.jpg",
        name="Sydney.JPG",
        mime_type="image/jpeg",
        size=3_000,
        is_public=True,
        batch_id=batch_id,
        uploaded_by="usr_1",
    )


def a_shipping_profile() -> ShippingProfile:
    return ShippingProfile(id="sp_2", name="Fragile", type=ProfileType.CUSTOM, metadata={"a": 1})
