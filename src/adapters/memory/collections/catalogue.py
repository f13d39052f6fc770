"""Products, their files, offers and stock, in memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import datetime

from adapters.memory.shelf import Overlay, Shelf
from core.domain.file_upload import FileUpload, UploadNotFound, UploadState
from core.domain.price_list import PriceList
from core.domain.pricing import MoneyAmount
from core.domain.product import (
    Offer,
    Product,
    ProductNotFound,
    ProductStatus,
    ProductTag,
    ProductType,
    Variant,
)
from core.domain.product_file import FileState, ProductFile, ProductFileNotFound
from core.domain.reference import ProductCollection
from core.domain.region import Region

_SELLABLE = (FileState.PENDING, FileState.CHECKING, FileState.READY)


class InMemoryProducts(Shelf[Product]):
    missing = ProductNotFound
    label = "Product"

    def __init__(
        self,
        rows: Overlay[Product],
        types: Overlay[ProductType],
        tags: Overlay[ProductTag],
        collections: Overlay[ProductCollection],
    ) -> None:
        super().__init__(rows)
        self.types: Shelf[ProductType] = Shelf(types)
        self.tags: Shelf[ProductTag] = Shelf(tags)
        self._collections = collections

    def among(self, ids: Iterable[str]) -> list[Product]:
        wanted = set(ids)
        return sorted(self.find(lambda product: product.id in wanted), key=lambda product: product.id)

    def type_of(self, value: str) -> ProductType | None:
        return self.types.find_first(lambda kind: kind.value == value)

    def add_type(self, type: ProductType) -> None:
        self.types.add(type)

    def tag_of(self, value: str) -> ProductTag | None:
        return self.tags.find_first(lambda tag: tag.value == value)

    def add_tag(self, tag: ProductTag) -> None:
        self.tags.add(tag)

    def known(self, ids: Iterable[str]) -> set[str]:
        wanted = set(ids)
        return {row.id for row in self._rows.values() if row.id in wanted and row.deleted_at is None}

    def known_types(self, ids: Iterable[str]) -> set[str]:
        wanted = set(ids)
        return {row.id for row in self.types.rows if row.id in wanted and row.deleted_at is None}

    def variants_among(self, ids: Iterable[str]) -> dict[str, str]:
        wanted = set(ids)
        return {
            variant.id: row.id
            for row in self._rows.values()
            if row.deleted_at is None
            for variant in row.live_variants
            if variant.id in wanted or row.id in wanted
        }

    def has_collection(self, id: str) -> bool:
        return any(row.id == id and row.deleted_at is None for row in self._collections.values())

    def stage(self) -> list[tuple[Product, int]]:
        for product in self.entities:
            product.check()
        return super().stage()

    def keep_counters(self, before: Product, current: Product, kept: Product) -> None:
        loaded = {variant.id: variant.inventory_quantity for variant in before.variants}
        moved = {variant.id: variant.inventory_quantity for variant in current.variants}
        for variant in kept.variants:
            if variant.id in moved and variant.inventory_quantity == loaded.get(variant.id):
                variant.inventory_quantity = moved[variant.id]


class InMemoryOffers:
    def __init__(
        self,
        products: Overlay[Product],
        files: Overlay[ProductFile],
        lists: Overlay[PriceList],
        regions: Overlay[Region],
        inclusive: Overlay[bool],
    ) -> None:
        self._products = products
        self._files = files
        self._lists = lists
        self._regions = regions
        self._inclusive = inclusive

    def of(self, variant_ids: Iterable[str]) -> Mapping[str, Offer]:
        wanted = set(variant_ids)
        files = {(f.product_id, f.variant_id) for f in self._files.values() if f.state in _SELLABLE}
        return {
            variant.id: _offer(product, variant, self._prices(variant), files)
            for product in self._products.values()
            if product.deleted_at is None
            for variant in product.live_variants
            if variant.id in wanted
        }

    def id_of_sku(self, sku: str) -> str | None:
        live = (product for product in self._products.values() if product.deleted_at is None)
        return next((v.id for product in live for v in product.live_variants if v.sku == sku), None)

    def _prices(self, variant: Variant) -> tuple[MoneyAmount, ...]:
        """Its own and those of lists that are no drafts; prices of a region may include its tax."""
        inclusive = {region.id for region in self._regions.values() if region.includes_tax}
        live = [row for row in self._lists.values() if row.deleted_at is None and row.terms.active]
        prices = [*variant.prices, *(price for row in live for price in row.amounts(variant.id))]
        return tuple(
            replace(
                price,
                tax_included=price.tax_included
                or price.region_id in inclusive
                or bool(self._inclusive.get(price.currency_code)),
            )
            for price in prices
        )


def _offer(
    product: Product, variant: Variant, prices: tuple[MoneyAmount, ...], files: set[tuple[str, str | None]]
) -> Offer:
    return Offer(
        variant_id=variant.id,
        product_id=product.id,
        product_title=product.title,
        variant_title=variant.title,
        thumbnail=product.thumbnail,
        product_metadata=deepcopy(product.metadata),
        profile_id=product.profile_id,
        product_type_id=product.type_id,
        is_published=product.status is ProductStatus.PUBLISHED,
        is_giftcard=product.is_giftcard,
        discountable=product.discountable,
        requires_shipping=variant.requires_shipping,
        manage_inventory=variant.manage_inventory,
        allow_backorder=variant.allow_backorder,
        inventory_quantity=variant.inventory_quantity,
        sales_channel_ids=frozenset(product.sales_channel_ids),
        prices=prices,
        collection_id=product.collection_id,
        deliverable=not files.isdisjoint({(product.id, None), (product.id, variant.id)}),
    )


class InMemoryStock:
    """Quantities of variants that are not managed stand still."""

    def __init__(self, products: Overlay[Product]) -> None:
        self._products = products

    def take(self, variant_id: str, quantity: int, *, beyond: bool = False) -> bool:
        found = self._variant(variant_id)
        if found is None or found[1].deleted_at is not None:
            return False
        variant = found[1]
        if variant.manage_inventory:
            if not (beyond or variant.allow_backorder) and variant.inventory_quantity < quantity:
                return False
            self._move(found[0], variant_id, -quantity)
        return True

    def put_back(self, variant_id: str, quantity: int) -> None:
        found = self._variant(variant_id)
        if found is not None and found[1].manage_inventory:
            self._move(found[0], variant_id, quantity)

    def _variant(self, id: str) -> tuple[Product, Variant] | None:
        for product in self._products.values():
            for variant in product.variants:
                if variant.id == id:
                    return product, variant
        return None

    def _move(self, product: Product, variant_id: str, by: int) -> None:
        moved = deepcopy(product)
        for variant in moved.variants:
            if variant.id == variant_id:
                variant.inventory_quantity += by
        self._products.set(product.id, moved)


class InMemoryProductFiles(Shelf[ProductFile]):
    """``get`` finds deleted files too: their state says so, and buyers may still fetch retained ones."""

    missing = ProductFileNotFound
    label = "Product file"
    shows_deleted = True

    def of_product(self, product_id: str) -> list[ProductFile]:
        found = self.find(lambda file: file.product_id == product_id, deleted=True)
        return sorted(found, key=lambda file: (file.created_at, file.file_version, file.id), reverse=True)

    def newest_ready(self, chain_id: str) -> ProductFile | None:
        ready = self.find(lambda file: file.chain_id == chain_id and file.state is FileState.READY, deleted=True)
        return max(ready, key=lambda file: file.file_version, default=None)

    def storage_keys(self, keys: Iterable[str]) -> set[str]:
        wanted = set(keys)
        return {
            file.storage_key
            for file in self._rows.values()
            if file.storage_key in wanted
            and (file.state in _SELLABLE or (file.state is FileState.DELETED and file.retained))
        }


class InMemoryUploads(Shelf[FileUpload]):
    missing = UploadNotFound
    label = "Upload"

    def of_file(self, file_id: str) -> FileUpload | None:
        return self.find_first(lambda upload: upload.file_id == file_id)

    def expired(self, now: datetime, *, limit: int) -> list[FileUpload]:
        found = self.find(lambda upload: upload.state is UploadState.OPEN and upload.expires_at <= now)
        return sorted(found, key=lambda upload: (upload.expires_at, upload.id))[:limit]
