"""Put a new product into the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.events import ProductCreated
from core.domain.product import Product, ProductId, ProductOption
from core.domain.values import Metadata, handle_of, merge_metadata
from core.use_cases.product.attributes import OF_PRODUCT, check_names, set_attributes, stated
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
from ports.clock import Ids
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProduct:
    """values: further attributes by name (``attributes.OF_PRODUCT``). images: addresses. type, tags:
    values. options: titles; each variant's choices follow their order. sales_channel_ids: none given is
    the store's default channel."""

    title: str
    values: Mapping[str, object] = field(default_factory=dict)
    is_giftcard: bool = False
    images: tuple[str, ...] = ()
    type: str | None = None
    tags: tuple[str, ...] = ()
    category_ids: tuple[str, ...] = ()
    sales_channel_ids: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    variants: tuple[VariantInput, ...] = ()
    metadata: Metadata | None = None


class CreateProduct:
    """Answers the product's id.

    The handle is made from the title if none is given, the thumbnail is the first image. A gift card is
    never discountable and has its own shipping profile. Raises Invalid, CollectionNotFound,
    CategoryNotFound, RegionNotFound, HandleTaken, SkuTaken.
    Source: https://docs.medusajs.com/v1/api/admin#products_postproducts.
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewProduct) -> str:
        check_names(stated(new.values), OF_PRODUCT)
        with self._begin(actor, "product.create") as work:
            product = self._bare(work, new)
            check_collection(work, product.collection_id)
            product.sales_channel_ids = self._channels(work, new)
            if new.type is not None:
                product.type_id = type_id_of(work, self._ids, new.type)
            product.tag_ids = tag_ids_of(work, self._ids, new.tags)
            product.category_ids = check_categories(work, new.category_ids)
            writer = VariantWriter(work, self._ids, product)
            product.variants = [writer.add(given, rank) for rank, given in enumerate(new.variants)]
            product.check()
            product.events.append(ProductCreated(product_id=product.id))
            work.products.add(product)
            work.versions.bump("catalogue")
            work.commit()
        return product.id

    def _bare(self, work: UnitOfWork, new: NewProduct) -> Product:
        product_id = ProductId(self._ids.new("prod"))
        profile = work.shop.gift_card_profile() if new.is_giftcard else work.shop.default_profile()
        product = Product(
            id=product_id,
            title=new.title,
            handle=handle_of(new.title) or handle_of(product_id),  # a title may have no letters that URLs know
            profile_id=profile.id,
            is_giftcard=new.is_giftcard,
            options=tuple(ProductOption(id=self._ids.new("opt"), title=title) for title in new.options),
            images=images_of(self._ids, (), new.images),
            metadata=merge_metadata(None, new.metadata),
        )
        set_attributes(product, stated(new.values))
        if new.is_giftcard:
            product.discountable = False
        if not product.thumbnail and product.images:
            product.thumbnail = product.images[0].url
        return product

    def _channels(self, work: UnitOfWork, new: NewProduct) -> tuple[str, ...]:
        if not new.sales_channel_ids:
            return (work.shop.store().default_sales_channel_id,)
        return check_channels(work, new.sales_channel_ids)
