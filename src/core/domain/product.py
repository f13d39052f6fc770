"""What is for sale: products, their options, variants and prices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from core.domain.errors import Duplicate, FieldProblem, Invalid, NotFound
from core.domain.events import Event, ProductDeleted
from core.domain.pricing import MoneyAmount
from core.domain.values import Metadata

ProductId = NewType("ProductId", str)
VariantId = NewType("VariantId", str)


class ProductNotFound(NotFound):
    pass


class VariantNotFound(NotFound):
    pass


class HandleTaken(Duplicate):
    code = "HANDLE_TAKEN"


class SkuTaken(Duplicate):
    code = "SKU_TAKEN"


class ProductStatus(StrEnum):
    DRAFT = "draft"
    PROPOSED = "proposed"
    PUBLISHED = "published"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOption:
    id: str
    title: str
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionValue:
    id: str
    option_id: str
    value: str
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    id: str
    url: str
    metadata: Metadata | None = None


@dataclass(slots=True, kw_only=True)
class Variant:
    """inventory_quantity is moved by sales through the ``Stock`` port, never through this object,
    which only carries what an admin sets. Weights in grams, lengths in millimetres.

    requires_shipping: False makes its lines digital (docs/decisions).
    """

    id: VariantId
    title: str
    sku: str | None = None
    barcode: str | None = None
    ean: str | None = None
    upc: str | None = None
    variant_rank: int = 0
    inventory_quantity: int = 0
    allow_backorder: bool = False
    manage_inventory: bool = True
    requires_shipping: bool = True
    hs_code: str | None = None
    origin_country: str | None = None
    mid_code: str | None = None
    material: str | None = None
    weight: int | None = None
    length: int | None = None
    height: int | None = None
    width: int | None = None
    prices: tuple[MoneyAmount, ...] = ()
    options: tuple[OptionValue, ...] = ()
    metadata: Metadata | None = None
    deleted_at: datetime | None = None


class DownloadVersions(StrEnum):
    BOUGHT = "bought"
    LATEST = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadPolicy:
    """What buyers of a digital product get. limit: downloads per unit bought, None unlimited.

    days: access after payment, None for ever. versions: whether newer versions of a bought file
    come with it.
    """

    limit: int | None = 5
    days: int | None = 30
    versions: DownloadVersions = DownloadVersions.LATEST

    def overridden(self, metadata: Mapping[str, object] | None) -> DownloadPolicy:
        """This policy with a product's own ``metadata.download`` on top. Raises Invalid."""
        own = (metadata or {}).get("download")
        if own is None:
            return self
        if not isinstance(own, Mapping) or own.keys() - {"limit", "days", "versions"}:
            raise _bad_policy("takes limit, days and versions only")
        limit = own.get("limit", self.limit)
        days = own.get("days", self.days)
        for name, value in (("limit", limit), ("days", days)):
            if value is not None and (type(value) is not int or not 1 <= value <= 100_000):
                raise _bad_policy(f"{name} must be a whole number from 1, or null for no bound")
        versions = own.get("versions", self.versions)
        if versions not in list(DownloadVersions):
            raise _bad_policy('versions must be "bought" or "latest"')
        return DownloadPolicy(limit=limit, days=days, versions=DownloadVersions(versions))


def _bad_policy(problem: str) -> Invalid:
    return Invalid(f"metadata.download {problem}", fields=[FieldProblem("metadata.download", problem)])


@dataclass(slots=True, kw_only=True)
class Product:
    """Aggregate root over options, variants, prices and images.

    handle: unique among live products. sales_channel_ids: where it is sold. tag_ids, category_ids, type_id,
    collection_id: ids of shared records.
    """

    id: ProductId
    title: str
    handle: str
    profile_id: str
    subtitle: str | None = None
    description: str | None = None
    is_giftcard: bool = False
    status: ProductStatus = ProductStatus.DRAFT
    thumbnail: str | None = None
    weight: int | None = None
    length: int | None = None
    height: int | None = None
    width: int | None = None
    hs_code: str | None = None
    origin_country: str | None = None
    mid_code: str | None = None
    material: str | None = None
    collection_id: str | None = None
    type_id: str | None = None
    discountable: bool = True
    external_id: str | None = None
    options: tuple[ProductOption, ...] = ()
    variants: list[Variant] = field(default_factory=list)
    images: tuple[Image, ...] = ()
    tag_ids: tuple[str, ...] = ()
    category_ids: tuple[str, ...] = ()
    sales_channel_ids: tuple[str, ...] = ()
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def __post_init__(self) -> None:
        self.check()

    def check(self) -> None:
        """Raises Invalid when the product contradicts itself. Called on load and before each save."""
        if not self.title.strip():
            raise Invalid("a product needs a title", fields=[FieldProblem("title", "must not be empty")])
        if not self.handle:
            raise Invalid("a product needs a handle", fields=[FieldProblem("handle", "must not be empty")])
        option_ids = {option.id for option in self.options}
        seen: set[tuple[tuple[str, str], ...]] = set()
        for variant in self.live_variants:
            if {value.option_id for value in variant.options} != option_ids:
                raise Invalid(
                    "Product options length does not match variant options length. Product has "
                    f"{len(option_ids)} and variant has {len(variant.options)}."
                )
            combination = tuple(sorted((value.option_id, value.value) for value in variant.options))
            if combination and combination in seen:
                raise Invalid("two variants have the same combination of option values")
            seen.add(combination)
        DownloadPolicy().overridden(self.metadata)

    @property
    def live_variants(self) -> list[Variant]:
        return [variant for variant in self.variants if variant.deleted_at is None]

    def variant(self, id: str) -> Variant:
        for variant in self.live_variants:
            if variant.id == id:
                return variant
        raise VariantNotFound(f"Variant with id: {id} was not found")

    def delete(self, now: datetime) -> None:
        """Hide the product and all its variants. Orders keep what they copied."""
        self.deleted_at = now
        for variant in self.live_variants:
            variant.deleted_at = now
        self.events.append(ProductDeleted(product_id=self.id))


@dataclass(slots=True, kw_only=True)
class ProductType:
    id: str
    value: str
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)


@dataclass(slots=True, kw_only=True)
class ProductTag:
    id: str
    value: str
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What a cart must know of a variant to sell it; a read-only picture of the catalogue.

    deliverable: at least one file of the variant or product is ready or being checked.
    in_stock is decided by ``Stock`` in the database, here only for a friendly early answer.
    """

    variant_id: str
    product_id: str
    product_title: str
    variant_title: str
    thumbnail: str | None
    product_metadata: Metadata | None
    profile_id: str
    product_type_id: str | None
    is_published: bool
    is_giftcard: bool
    discountable: bool
    requires_shipping: bool
    manage_inventory: bool
    allow_backorder: bool
    inventory_quantity: int
    sales_channel_ids: frozenset[str]
    prices: tuple[MoneyAmount, ...]
    deliverable: bool
    collection_id: str | None = None
    tag_ids: frozenset[str] = frozenset()

    @property
    def is_digital(self) -> bool:
        return not self.requires_shipping and not self.is_giftcard

    @property
    def needs_shipping(self) -> bool:
        return self.requires_shipping and not self.is_giftcard

    def covers(self, quantity: int) -> bool:
        """Whether so many could be sold right now."""
        return self.allow_backorder or not self.manage_inventory or self.inventory_quantity >= quantity
