"""What is sold, how it is sorted and priced, and the files that belong to it."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from core.domain.category import ProductCategory
from core.domain.file_upload import FileUpload
from core.domain.media import MediaFile
from core.domain.price_list import PriceList
from core.domain.product import Offer, Product, ProductTag, ProductType
from core.domain.product_file import ProductFile
from core.domain.reference import Record
from core.domain.tax_rate import LinkedRates, LinkedTaxRate
from core.domain.variant_reference import VariantReference


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
