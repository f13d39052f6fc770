"""Add an option to a product, rename one, or take one out."""

from dataclasses import replace

from core.domain.actor import Actor
from core.domain.errors import Duplicate, FieldProblem, Invalid, NotAllowed, NotFound
from core.domain.events import ProductUpdated
from core.domain.product import OptionValue, Product, ProductOption
from core.use_cases.product.variants import OptionNotFound
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin, UnitOfWork

DEFAULT_VALUE = "Default Value"


class OptionTitleTaken(NotFound):
    """Medusa answers 404 here."""


class AddOption:
    """Answers the option's id. Variants there are get the value ``Default Value``.

    Raises ProductNotFound, Invalid, Duplicate for a title that another option has.
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, product_id: str, title: str) -> str:
        _check_title(title)
        with self._begin(actor, "product.add_option") as work:
            product = work.products.get(product_id)
            if any(option.title == title for option in product.options):
                raise Duplicate(f"An option with the title {title} already exists")
            option = ProductOption(id=self._ids.new("opt"), title=title)
            product.options = (*product.options, option)
            for variant in product.live_variants:
                value = OptionValue(id=self._ids.new("optval"), option_id=option.id, value=DEFAULT_VALUE)
                variant.options = (*variant.options, value)
            _save(work, product)
        return option.id


class RenameOption:
    """Raises ProductNotFound, OptionNotFound, Invalid, OptionTitleTaken."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, product_id: str, option_id: str, title: str) -> None:
        _check_title(title)
        with self._begin(actor, "product.rename_option") as work:
            product = work.products.get(product_id)
            if all(option.id != option_id for option in product.options):
                raise OptionNotFound(f"Product option with id: {option_id} was not found")
            others = [option for option in product.options if option.id != option_id]
            if any(option.title.casefold() == title.casefold() for option in others):
                raise OptionTitleTaken(f"An option with title {title} already exists")
            product.options = tuple(
                replace(option, title=title) if option.id == option_id else option for option in product.options
            )
            _save(work, product)


class RemoveOption:
    """Removing what is not there is fine, as in Medusa. Raises ProductNotFound; NotAllowed when variants
    differ in it, because they would become the same."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, product_id: str, option_id: str) -> None:
        with self._begin(actor, "product.remove_option") as work:
            product = work.products.get(product_id)
            if all(option.id != option_id for option in product.options):
                return
            values = {
                value.value
                for variant in product.live_variants
                for value in variant.options
                if value.option_id == option_id
            }
            if len(values) > 1:
                raise NotAllowed(
                    "To delete an option, first delete all variants, such that when an option is deleted, no"
                    " duplicate variants will exist."
                )
            product.options = tuple(option for option in product.options if option.id != option_id)
            for variant in product.variants:
                variant.options = tuple(value for value in variant.options if value.option_id != option_id)
            _save(work, product)


def _check_title(title: str) -> None:
    if not title.strip():
        raise Invalid("an option needs a title", fields=[FieldProblem("title", "must not be empty")])


def _save(work: UnitOfWork, product: Product) -> None:
    product.check()
    product.events.append(ProductUpdated(product_id=product.id))
    work.versions.bump("catalogue")
    work.commit()
