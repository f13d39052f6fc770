"""Add one variant to a product, change one, or take one out."""

from dataclasses import replace

from core.domain.actor import Actor
from core.domain.errors import Duplicate, NotFound
from core.domain.events import ProductUpdated
from core.domain.product import Product, Variant
from core.use_cases.product.variants import VariantInput, VariantWriter
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork


class AddVariant:
    """Answers the variant's id; it comes last.

    Raises ProductNotFound, OptionNotFound, RegionNotFound, Invalid, SkuTaken, and Duplicate for a
    combination of option values that another variant has.
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, product_id: str, given: VariantInput) -> str:
        with self._begin(actor, "product.add_variant") as work:
            product = work.products.get(product_id)
            rank = max((variant.variant_rank for variant in product.live_variants), default=-1) + 1
            variant = VariantWriter(work, self._ids, product).add(given, rank)
            product.variants.append(variant)
            _save(work, product, variant)
        return variant.id


class ChangeVariant:
    """Prices given are the full list. Raises as AddVariant, VariantNotFound, PriceNotFound."""

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, product_id: str, variant_id: str, given: VariantInput) -> None:
        with self._begin(actor, "product.change_variant") as work:
            product = work.products.get(product_id)
            rank = product.variant(variant_id).variant_rank
            variant = VariantWriter(work, self._ids, product).change(replace(given, id=variant_id), rank)
            _save(work, product, variant)


class RemoveVariant:
    """Orders keep what they sold of it. Removing what is not there is fine, as in Medusa. Raises ProductNotFound."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, product_id: str, variant_id: str) -> None:
        with self._begin(actor, "product.remove_variant") as work:
            product = work.products.get(product_id)
            try:
                variant = product.variant(variant_id)
            except NotFound:
                return
            variant.deleted_at = self._clock.now()
            _save(work, product)


def _save(work: UnitOfWork, product: Product, written: Variant | None = None) -> None:
    if written is not None and written.options:
        _check_combination(product, written)
    product.check()
    product.events.append(ProductUpdated(product_id=product.id))
    work.versions.bump("catalogue")
    work.versions.bump("pricing")
    work.commit()


def _check_combination(product: Product, written: Variant) -> None:
    chosen = {(value.option_id, value.value) for value in written.options}
    for other in product.live_variants:
        if other is not written and {(value.option_id, value.value) for value in other.options} == chosen:
            raise Duplicate(f"Variant with title {other.title} with provided options already exists")
