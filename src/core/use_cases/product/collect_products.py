"""Put products into a collection or a category, or take them out."""

from collections.abc import Sequence

from core.domain.actor import Actor
from core.domain.events import ProductsCollected, ProductsReleased
from core.domain.product import Product
from core.domain.reference import ProductCollection
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin, UnitOfWork


def products_among(work: UnitOfWork, ids: Sequence[str], *, all_of_them: bool) -> list[Product]:
    """Those that are there. Raises ProductNotFound when one is not and all have to be."""
    found = work.products.among(ids)
    if all_of_them:
        for id in sorted(set(ids).difference(product.id for product in found)):
            work.products.get(id)  # says what is missing
    return found


class CollectProducts:
    """A product leaves the collection it was in. Raises CollectionNotFound, ProductNotFound."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, collection_id: str, product_ids: Sequence[str]) -> None:
        with self._begin(actor, "product_collection.add_products") as work:
            collection = work.records.get(ProductCollection, collection_id)
            for product in products_among(work, product_ids, all_of_them=True):
                product.collection_id = collection_id
            collection.events.append(ProductsCollected(id=collection_id))
            work.commit()


class ReleaseProducts:
    """Products that are not in the collection, or not there at all, stay as they are. Raises CollectionNotFound."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, collection_id: str, product_ids: Sequence[str]) -> None:
        with self._begin(actor, "product_collection.remove_products") as work:
            collection = work.records.get(ProductCollection, collection_id)
            for product in work.products.among(product_ids):
                if product.collection_id == collection_id:
                    product.collection_id = None
            collection.events.append(ProductsReleased(id=collection_id))
            work.commit()


class CategorizeProducts:
    """Adds a category to products, or takes it from them. Raises CategoryNotFound; ProductNotFound when adding."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, category_id: str, product_ids: Sequence[str], *, member: bool) -> None:
        verb = "add_products" if member else "remove_products"
        with self._begin(actor, f"product_category.{verb}") as work:
            work.categories.get(category_id)
            for product in products_among(work, product_ids, all_of_them=member):
                others = tuple(other for other in product.category_ids if other != category_id)
                if member and category_id not in product.category_ids:
                    product.category_ids = (*others, category_id)
                elif not member:
                    product.category_ids = others
            work.commit()
