"""Prices of a list as clients send them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.domain.customer_group import CustomerGroupNotFound
from core.domain.errors import FieldProblem, Invalid
from core.domain.price_list import ListedPrice, ListedPriceNotFound
from core.domain.product import VariantNotFound
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPriceInput:
    """amount: minor units. A price with region_id is in the region's currency, whatever else was sent."""

    variant_id: str
    amount: int
    id: str | None = None
    currency_code: str | None = None
    region_id: str | None = None
    min_quantity: int | None = None
    max_quantity: int | None = None


def listed_prices(
    work: UnitOfWork, ids: Ids, wanted: Sequence[ListedPriceInput], present: Sequence[ListedPrice] = ()
) -> list[ListedPrice]:
    """Raises Invalid, ListedPriceNotFound, VariantNotFound, RegionNotFound. A price without id keeps that of a
    present one for the same thing."""
    known = work.products.variants_among({given.variant_id for given in wanted})
    own = {price.id for price in present}
    by_scope = {price.scope: price.id for price in present}
    currencies = work.shop.known_currencies({given.currency_code.lower() for given in wanted if given.currency_code})
    prices = []
    for given in wanted:
        if given.variant_id not in known:
            raise VariantNotFound(f"Variant with id: {given.variant_id} was not found")
        if given.id is not None and given.id not in own:
            raise ListedPriceNotFound(f"Price with id: {given.id} was not found in the price list")
        price = _priced(work, given, currencies)
        prices.append(replace(price, id=given.id or by_scope.get(price.scope) or ids.new("ma")))
    return prices


def known_groups(work: UnitOfWork, ids: Sequence[str]) -> tuple[str, ...]:
    """Raises CustomerGroupNotFound."""
    known = work.customers.known_groups(ids)
    for id in ids:
        if id not in known:
            raise CustomerGroupNotFound(f"CustomerGroup with id: {id} was not found")
    return tuple(dict.fromkeys(ids))


def _priced(work: UnitOfWork, given: ListedPriceInput, currencies: set[str]) -> ListedPrice:
    if given.amount < 0:
        raise _bad("amount", "a price must not be negative")
    low, high = given.min_quantity, given.max_quantity
    if (low is not None and low < 0) or (high is not None and high < (low or 0)):
        raise _bad("min_quantity", "the quantities of a price must be a range")
    return ListedPrice(
        id="",
        variant_id=given.variant_id,
        currency_code=_currency(work, given, currencies),
        region_id=given.region_id,
        amount=given.amount,
        min_quantity=low,
        max_quantity=high,
    )


def _currency(work: UnitOfWork, given: ListedPriceInput, currencies: set[str]) -> str:
    if given.region_id is not None:
        return work.regions.get(given.region_id).currency_code
    code = (given.currency_code or "").lower()
    if not code:
        raise _bad("currency_code", "a price needs a region_id or a currency_code")
    if code not in currencies:
        raise _bad("currency_code", f"Currency with code {code[:10]} was not found")
    return code


def _bad(name: str, problem: str) -> Invalid:
    return Invalid(problem, fields=[FieldProblem(name, problem)])
