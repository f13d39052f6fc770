"""Variants as clients send them, made into a product's own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.domain.errors import FieldProblem, Invalid, NotFound
from core.domain.product import OptionValue, Product, ProductOption, Variant, VariantId
from core.domain.values import Metadata, merge_metadata
from core.use_cases.product.attributes import OF_VARIANT, check_names, set_attributes, stated
from core.use_cases.product.prices import PriceInput, revised_prices
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork


class OptionNotFound(NotFound):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionChoice:
    """A variant's value for one of the product's options. option_id None: by position."""

    value: str
    option_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantInput:
    """values: attributes that were sent, by name (``attributes.OF_VARIANT``). id: of the variant to
    change. prices, options: None leaves them as they are."""

    values: Mapping[str, object] = field(default_factory=dict)
    id: str | None = None
    prices: tuple[PriceInput, ...] | None = None
    options: tuple[OptionChoice, ...] | None = None
    metadata: Metadata | None = None


class VariantWriter:
    """Writes the variants of one product inside one unit of work.

    Raises Invalid, VariantNotFound, OptionNotFound, PriceNotFound, RegionNotFound.
    """

    def __init__(self, work: UnitOfWork, ids: Ids, product: Product) -> None:
        self._work = work
        self._ids = ids
        self._product = product

    def add(self, given: VariantInput, rank: int) -> Variant:
        values = stated(given.values)
        check_names(values, OF_VARIANT)
        title = _title(values.get("title"))
        variant = Variant(id=VariantId(self._ids.new("variant")), title=title, variant_rank=rank)
        set_attributes(variant, values)
        variant.metadata = merge_metadata(None, given.metadata)
        variant.prices = revised_prices(self._work, self._ids, (), given.prices or ())
        variant.options = self._chosen(given.options or ())
        return variant

    def change(self, given: VariantInput, rank: int) -> Variant:
        check_names(given.values, OF_VARIANT)
        variant = self._product.variant(given.id or "")
        if "title" in given.values:
            _title(given.values["title"])
        set_attributes(variant, given.values)
        variant.variant_rank = rank
        variant.metadata = merge_metadata(variant.metadata, given.metadata)
        if given.prices is not None:
            variant.prices = revised_prices(self._work, self._ids, variant.prices, given.prices)
        if given.options is not None:
            variant.options = self._rechosen(variant.options, given.options)
        return variant

    def _chosen(self, choices: Sequence[OptionChoice]) -> tuple[OptionValue, ...]:
        """One value per option of the product."""
        options = self._product.options
        if len(choices) != len(options):
            raise Invalid(
                "Product options length does not match variant options length. "
                f"Product has {len(options)} and variant has {len(choices)}."
            )
        return tuple(
            OptionValue(id=self._ids.new("optval"), option_id=self._option(choice, i).id, value=choice.value)
            for i, choice in enumerate(choices)
        )

    def _rechosen(self, existing: Sequence[OptionValue], choices: Sequence[OptionChoice]) -> tuple[OptionValue, ...]:
        """New values for the options that were named, the others as they were."""
        before = {value.option_id: value for value in existing}
        after = dict(before)
        for i, choice in enumerate(choices):
            option = self._option(choice, i)
            old = before.get(option.id)
            after[option.id] = OptionValue(
                id=old.id if old else self._ids.new("optval"),
                option_id=option.id,
                value=choice.value,
                metadata=old.metadata if old else None,
            )
        return tuple(after.values())

    def _option(self, choice: OptionChoice, position: int) -> ProductOption:
        options = self._product.options
        if choice.option_id is None and position < len(options):
            return options[position]
        for option in options:
            if option.id == choice.option_id:
                return option
        raise OptionNotFound(f"Product option with id: {choice.option_id} was not found")


def _title(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        problem = "a variant needs a title"
        raise Invalid(problem, fields=[FieldProblem("variants.title", problem)])
    return value
