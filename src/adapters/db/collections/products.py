"""Products, the files behind them, and what carts need to know of variants, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Boolean, and_, bindparam, case, or_, select, true, update

from adapters.db.changes import Changes
from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.listed_prices import price_of_row, prices_with_lists
from adapters.db.mapping import Links, Many, Mapper
from adapters.db.tables import (
    money_amounts,
    product_category_products,
    product_collections,
    product_files,
    product_images,
    product_option_values,
    product_options,
    product_sales_channels,
    product_tag_links,
    product_tags,
    product_types,
    product_variants,
    products,
    uploads,
)
from adapters.db.transaction import Transaction
from core.domain.events import Event
from core.domain.file_upload import FileUpload, UploadNotFound, UploadState
from core.domain.pricing import MoneyAmount
from core.domain.product import (
    Image,
    Offer,
    OptionValue,
    Product,
    ProductNotFound,
    ProductOption,
    ProductStatus,
    ProductTag,
    ProductType,
    Variant,
)
from core.domain.product_file import FileState, ProductFile, ProductFileNotFound

_PRICE = Mapper(
    MoneyAmount,
    money_amounts,
    absent=("price_list",),
    skipped=("tax_included",),
    initial={"price_list_id": None},
    given=("variant_id",),
)

VARIANT = Mapper(
    Variant,
    product_variants,
    many=(
        Many(field="prices", mapper=_PRICE, parent="variant_id", where=money_amounts.c.price_list_id.is_(None)),
        Many(
            field="options",
            mapper=Mapper(OptionValue, product_option_values, skipped=(), given=("variant_id",)),
            parent="variant_id",
        ),
    ),
    skipped=(),
    given=("product_id",),
)

PRODUCT = Mapper(
    Product,
    products,
    many=(
        Many(
            field="options",
            mapper=Mapper(ProductOption, product_options, skipped=(), given=("product_id",)),
            parent="product_id",
        ),
        Many(field="variants", mapper=VARIANT, parent="product_id"),
        Many(
            field="images",
            mapper=Mapper(Image, product_images, skipped=(), given=("product_id",)),
            parent="product_id",
        ),
    ),
    links=(
        Links("tag_ids", product_tag_links, "product_id", "tag_id"),
        Links("category_ids", product_category_products, "product_id", "product_category_id"),
        Links("sales_channel_ids", product_sales_channels, "product_id", "sales_channel_id"),
    ),
)

PRODUCT_TYPE = Mapper(ProductType, product_types)
PRODUCT_TAG = Mapper(ProductTag, product_tags)
PRODUCT_FILE = Mapper(ProductFile, product_files)
UPLOAD = Mapper(FileUpload, uploads)


class _Types(SqlCollection[ProductType]):
    mapper = PRODUCT_TYPE
    by_value = roots(PRODUCT_TYPE, product_types.c.value == bindparam("value"), locked=False)

    def of(self, value: str) -> ProductType | None:
        return self._first(self.by_value, {"value": value})


class _Tags(SqlCollection[ProductTag]):
    mapper = PRODUCT_TAG
    by_value = roots(PRODUCT_TAG, product_tags.c.value == bindparam("value"), locked=False)

    def of(self, value: str) -> ProductTag | None:
        return self._first(self.by_value, {"value": value})


_COLLECTION = select(product_collections.c.id).where(
    product_collections.c.id == bindparam("id"), product_collections.c.deleted_at.is_(None)
)


_KNOWN = select(products.c.id).where(
    products.c.id.in_(bindparam("ids", expanding=True)), products.c.deleted_at.is_(None)
)
_AMONG = roots(PRODUCT, products.c.id.in_(bindparam("ids", expanding=True))).order_by(products.c.id)
_KNOWN_TYPES = select(product_types.c.id).where(
    product_types.c.id.in_(bindparam("ids", expanding=True)), product_types.c.deleted_at.is_(None)
)
_VARIANTS_AMONG = (
    select(product_variants.c.id, product_variants.c.product_id)
    .join(products, products.c.id == product_variants.c.product_id)
    .where(
        product_variants.c.deleted_at.is_(None),
        products.c.deleted_at.is_(None),
        or_(
            product_variants.c.id.in_(bindparam("ids", expanding=True)),
            products.c.id.in_(bindparam("ids", expanding=True)),
        ),
    )
)


class SqlProducts(SqlCollection[Product]):
    mapper = PRODUCT
    missing = ProductNotFound
    label = "Product"

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._types = _Types(transaction)
        self._tags = _Tags(transaction)

    def among(self, ids: Iterable[str]) -> list[Product]:
        wanted = sorted(set(ids))
        return self._find(_AMONG, {"ids": wanted}) if wanted else []

    def type_of(self, value: str) -> ProductType | None:
        return self._types.of(value)

    def add_type(self, type: ProductType) -> None:
        self._types.add(type)

    def tag_of(self, value: str) -> ProductTag | None:
        return self._tags.of(value)

    def add_tag(self, tag: ProductTag) -> None:
        self._tags.add(tag)

    def known(self, ids: Iterable[str]) -> set[str]:
        wanted = sorted(set(ids))
        return {row["id"] for row in self._transaction.rows(_KNOWN, {"ids": wanted})} if wanted else set()

    def known_types(self, ids: Iterable[str]) -> set[str]:
        wanted = sorted(set(ids))
        return {row["id"] for row in self._transaction.rows(_KNOWN_TYPES, {"ids": wanted})} if wanted else set()

    def variants_among(self, ids: Iterable[str]) -> dict[str, str]:
        wanted = sorted(set(ids))
        rows = self._transaction.rows(_VARIANTS_AMONG, {"ids": wanted}) if wanted else []
        return {row["id"]: row["product_id"] for row in rows}

    def has_collection(self, id: str) -> bool:
        return bool(self._transaction.rows(_COLLECTION, {"id": id}))

    def collect(self, changes: Changes) -> list[Event]:
        for product in self.entities:
            product.check()
        return [*super().collect(changes), *self._types.collect(changes), *self._tags.collect(changes)]

    def committed(self) -> None:
        super().committed()
        self._types.committed()
        self._tags.committed()


_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_OFFERED = (
    select(
        product_variants.c.id.label("variant_id"),
        product_variants.c.title.label("variant_title"),
        product_variants.c.requires_shipping,
        product_variants.c.manage_inventory,
        product_variants.c.allow_backorder,
        product_variants.c.inventory_quantity,
        products.c.id.label("product_id"),
        products.c.title.label("product_title"),
        products.c.metadata.label("product_metadata"),
        products.c.type_id.label("product_type_id"),
        products.c.collection_id,
        products.c.thumbnail,
        products.c.profile_id,
        products.c.status,
        products.c.is_giftcard,
        products.c.discountable,
    )
    .join(products, products.c.id == product_variants.c.product_id)
    .where(product_variants.c.id.in_(_IDS), product_variants.c.deleted_at.is_(None), products.c.deleted_at.is_(None))
)
_OF_SKU = (
    select(product_variants.c.id)
    .join(products, products.c.id == product_variants.c.product_id)
    .where(
        product_variants.c.sku == bindparam("sku"),
        product_variants.c.deleted_at.is_(None),
        products.c.deleted_at.is_(None),
    )
)
_PRICES = prices_with_lists().where(money_amounts.c.variant_id.in_(_IDS)).order_by(money_amounts.c.position)
_CHANNELS = select(product_sales_channels).where(product_sales_channels.c.product_id.in_(_IDS))
_SELLABLE = (FileState.PENDING.value, FileState.CHECKING.value, FileState.READY.value)
_FILES = (
    select(product_files.c.product_id, product_files.c.variant_id)
    .where(product_files.c.product_id.in_(_IDS), product_files.c.state.in_(_SELLABLE))
    .distinct()
)


class SqlOffers:
    """Four statements per call, however many variants."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def of(self, variant_ids: Iterable[str]) -> Mapping[str, Offer]:
        wanted = sorted(set(variant_ids))
        rows = self._transaction.rows(_OFFERED, {"ids": wanted}) if wanted else []
        if not rows:
            return {}
        product_ids = sorted({row["product_id"] for row in rows})
        prices: dict[str, list[MoneyAmount]] = {}
        for row in self._transaction.rows(_PRICES, {"ids": wanted}):
            prices.setdefault(row["variant_id"], []).append(price_of_row(row))
        channels: dict[str, set[str]] = {}
        for row in self._transaction.rows(_CHANNELS, {"ids": product_ids}):
            channels.setdefault(row["product_id"], set()).add(row["sales_channel_id"])
        files = {
            (row["product_id"], row["variant_id"]) for row in self._transaction.rows(_FILES, {"ids": product_ids})
        }
        return {
            row["variant_id"]: Offer(
                **{name: value for name, value in row.items() if name != "status"},
                is_published=row["status"] == ProductStatus.PUBLISHED,
                sales_channel_ids=frozenset(channels.get(row["product_id"], ())),
                prices=tuple(prices.get(row["variant_id"], ())),
                deliverable=not files.isdisjoint({(row["product_id"], None), (row["product_id"], row["variant_id"])}),
            )
            for row in rows
        }

    def id_of_sku(self, sku: str) -> str | None:
        return next((row["id"] for row in self._transaction.rows(_OF_SKU, {"sku": sku})), None)


_VARIANT = product_variants.c
_TAKE = (
    update(product_variants)
    .where(
        _VARIANT.id == bindparam("variant_id"),
        _VARIANT.deleted_at.is_(None),
        or_(
            _VARIANT.allow_backorder.is_(true()),
            _VARIANT.manage_inventory.is_(False),
            _VARIANT.inventory_quantity >= bindparam("quantity"),
            bindparam("beyond", type_=Boolean) == true(),
        ),
    )
    .values(
        inventory_quantity=case(
            (_VARIANT.manage_inventory, _VARIANT.inventory_quantity - bindparam("quantity")),
            else_=_VARIANT.inventory_quantity,
        )
    )
    .returning(_VARIANT.manage_inventory)
)
_PUT_BACK = (
    update(product_variants)
    .where(_VARIANT.id == bindparam("variant_id"), _VARIANT.manage_inventory.is_(true()))
    .values(inventory_quantity=_VARIANT.inventory_quantity + bindparam("quantity"))
)


class SqlStock:
    """Quantities of variants that are not managed stand still. counted: a quantity that readers of the
    catalogue may see was changed."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.moved = False
        self.counted = False

    def take(self, variant_id: str, quantity: int, *, beyond: bool = False) -> bool:
        wanted = {"variant_id": variant_id, "quantity": quantity, "beyond": beyond}
        managed = self._transaction.run(_TAKE, wanted).scalar_one_or_none()
        if managed is None:
            return False
        self.moved = True
        self.counted |= managed
        return True

    def put_back(self, variant_id: str, quantity: int) -> None:
        put = self._transaction.run(_PUT_BACK, {"variant_id": variant_id, "quantity": quantity})
        self.moved = True
        self.counted |= put.rowcount == 1


_FILE = product_files.c
_OF_PRODUCT = roots(PRODUCT_FILE, _FILE.product_id == bindparam("product_id"), deleted=True).order_by(
    _FILE.created_at.desc(), _FILE.file_version.desc(), _FILE.id.desc()
)
_NEWEST_READY = roots(
    PRODUCT_FILE, _FILE.chain_id == bindparam("chain_id"), _FILE.state == FileState.READY.value, deleted=True
).order_by(_FILE.file_version.desc())
_KEYS = select(_FILE.storage_key).where(
    _FILE.storage_key.in_(bindparam("keys", expanding=True)),
    or_(_FILE.state.in_(_SELLABLE), and_(_FILE.state == FileState.DELETED.value, _FILE.retained.is_(true()))),
)


class SqlProductFiles(SqlCollection[ProductFile]):
    """``get`` finds deleted files too: their state says so, and buyers may still fetch retained ones."""

    mapper = PRODUCT_FILE
    missing = ProductFileNotFound
    label = "Product file"
    shows_deleted = True

    def of_product(self, product_id: str) -> list[ProductFile]:
        return self._find(_OF_PRODUCT, {"product_id": product_id})

    def newest_ready(self, chain_id: str) -> ProductFile | None:
        return self._first(_NEWEST_READY, {"chain_id": chain_id})

    def storage_keys(self, keys: Iterable[str]) -> set[str]:
        wanted = sorted(set(keys))
        return {row["storage_key"] for row in self._transaction.rows(_KEYS, {"keys": wanted})} if wanted else set()


_UPLOAD = uploads.c
_OF_FILE = roots(UPLOAD, _UPLOAD.file_id == bindparam("file_id"))
_EXPIRED = roots(
    UPLOAD,
    _UPLOAD.state == UploadState.OPEN.value,
    _UPLOAD.expires_at <= bindparam("now"),
).order_by(_UPLOAD.expires_at, _UPLOAD.id)


class SqlUploads(SqlCollection[FileUpload]):
    mapper = UPLOAD
    missing = UploadNotFound
    label = "Upload"

    def of_file(self, file_id: str) -> FileUpload | None:
        return self._first(_OF_FILE, {"file_id": file_id})

    def expired(self, now: datetime, *, limit: int) -> list[FileUpload]:
        return self._find(_EXPIRED.limit(limit), {"now": now})
