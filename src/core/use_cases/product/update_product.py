"""Change a product of the catalogue."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.errors import Invalid
from core.domain.events import ProductUpdated
from core.domain.product import Product
from core.domain.values import Metadata, merge_metadata
from core.use_cases.product.attributes import OF_PRODUCT, check_names, set_attributes
from core.use_cases.product.surroundings import (
    check_categories,
    check_channels,
    check_collection,
    images_of,
    tag_ids_of,
    type_id_of,
)
from core.use_cases.product.variants import VariantInput, VariantWriter
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork

_MOVES_CARTS = {"discountable", "status"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductChanges:
    """values: attributes that were sent, by name (``attributes.OF_PRODUCT``). None leaves a thing as it
    is, but ``clears_type`` takes the type away; images, tags, category_ids, sales_channel_ids and variants
    replace what there was."""

    values: Mapping[str, object] = field(default_factory=dict)
    images: tuple[str, ...] | None = None
    type: str | None = None
    clears_type: bool = False
    tags: tuple[str, ...] | None = None
    category_ids: tuple[str, ...] | None = None
    sales_channel_ids: tuple[str, ...] | None = None
    variants: tuple[VariantInput, ...] | None = None
    metadata: Metadata | None = None

    @property
    def changes_type(self) -> bool:
        return self.type is not None or self.clears_type

    @property
    def moves_carts(self) -> bool:
        """Whether open carts may have to be worked out anew."""
        return self.variants is not None or self.changes_type or bool(self.values.keys() & _MOVES_CARTS)


class UpdateProduct:
    """Variants given are the full list: with an id changed, without one added, the rest deleted.

    Raises ProductNotFound, VariantNotFound, OptionNotFound, PriceNotFound, RegionNotFound,
    CollectionNotFound, CategoryNotFound, Invalid, HandleTaken, SkuTaken.
    Source: https://docs.medusajs.com/v1/api/admin#products_postproductsproduct.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, id: str, changes: ProductChanges) -> None:
        check_names(changes.values, OF_PRODUCT)
        with self._begin(actor, "product.update") as work:
            product = work.products.get(id)
            set_attributes(product, changes.values)
            if "collection_id" in changes.values:
                check_collection(work, product.collection_id)
            self._connect(work, product, changes)
            product.metadata = merge_metadata(product.metadata, changes.metadata)
            if changes.variants is not None:
                self._replace_variants(work, product, changes.variants)
            product.check()
            product.events.append(ProductUpdated(product_id=product.id))
            work.versions.bump("catalogue")
            if changes.moves_carts:
                work.versions.bump("pricing")
            work.commit()

    def _connect(self, work: UnitOfWork, product: Product, changes: ProductChanges) -> None:
        if changes.images is not None:
            product.images = images_of(self._ids, product.images, changes.images)
            if not product.thumbnail and product.images:
                product.thumbnail = product.images[0].url
        if changes.type is not None:
            product.type_id = type_id_of(work, self._ids, changes.type)
        elif changes.clears_type:
            product.type_id = None
        if changes.tags is not None:
            product.tag_ids = tag_ids_of(work, self._ids, changes.tags)
        if changes.category_ids is not None:
            product.category_ids = check_categories(work, changes.category_ids)
        if changes.sales_channel_ids is not None:
            product.sales_channel_ids = check_channels(work, changes.sales_channel_ids)

    def _replace_variants(self, work: UnitOfWork, product: Product, wanted: Sequence[VariantInput]) -> None:
        named = [given.id for given in wanted if given.id is not None]
        if len(set(named)) != len(named):
            raise Invalid("the same variant was sent twice")
        writer = VariantWriter(work, self._ids, product)
        kept = [
            writer.add(given, rank) if given.id is None else writer.change(given, rank)
            for rank, given in enumerate(wanted)
        ]
        kept_ids = {variant.id for variant in kept}
        dropped = [variant for variant in product.variants if variant.id not in kept_ids]
        for variant in dropped:
            variant.deleted_at = variant.deleted_at or self._clock.now()
        product.variants = [*kept, *dropped]
