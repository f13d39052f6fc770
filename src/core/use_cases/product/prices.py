"""A variant's own prices as clients send them: always the full list."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.domain.errors import FieldProblem, Invalid, NotFound
from core.domain.pricing import MoneyAmount
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork


class PriceNotFound(NotFound):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceInput:
    """amount: minor units. Exactly one of currency_code and region_id, or neither beside an ``id``,
    which keeps what the price was for. Quantities bound it on both sides."""

    amount: int
    id: str | None = None
    currency_code: str | None = None
    region_id: str | None = None
    min_quantity: int | None = None
    max_quantity: int | None = None


_Scope = tuple[str, str | None, int | None, int | None]


def revised_prices(
    work: UnitOfWork, ids: Ids, existing: Sequence[MoneyAmount], wanted: Sequence[PriceInput]
) -> tuple[MoneyAmount, ...]:
    """The wanted prices, those of price lists untouched behind them.

    A price keeps its id when it is named by id or is for the same thing as before; of two for the same
    thing the later one counts. Raises Invalid, RegionNotFound, PriceNotFound.
    """
    listed = tuple(price for price in existing if price.price_list is not None)
    own = [price for price in existing if price.price_list is None]
    by_id = {price.id: price for price in own}
    named = {given.id for given in wanted}
    by_scope = {_scope(price): price.id for price in own if price.id not in named}
    prices: dict[_Scope, MoneyAmount] = {}
    for given in wanted:
        price = _priced(work, given, by_id)
        known_id = given.id or by_scope.get(_scope(price))
        prices[_scope(price)] = replace(price, id=known_id or ids.new("ma"))
    _check_ids(list(prices.values()))
    return (*prices.values(), *listed)


def _scope(price: MoneyAmount) -> _Scope:
    return price.currency_code, price.region_id, price.min_quantity, price.max_quantity


def _priced(work: UnitOfWork, given: PriceInput, by_id: dict[str, MoneyAmount]) -> MoneyAmount:
    before = None
    if given.id is not None:
        if given.id not in by_id:
            raise PriceNotFound(f"Price with id: {given.id} was not found")
        before = by_id[given.id]
    currency, region_id = _place(work, given, before)
    if given.amount < 0:
        raise _bad("amount", "a price must not be negative")
    low, high = given.min_quantity, given.max_quantity
    if (low is not None and low < 0) or (high is not None and high < (low or 0)):
        raise _bad("min_quantity", "the quantities of a price must be a range")
    return MoneyAmount(
        id="",
        currency_code=currency,
        region_id=region_id,
        amount=given.amount,
        min_quantity=low,
        max_quantity=high,
    )


def _place(work: UnitOfWork, given: PriceInput, before: MoneyAmount | None) -> tuple[str, str | None]:
    """Currency and region; a price of a region is in the region's currency."""
    if given.region_id is not None and given.currency_code is not None:
        raise _bad("region_id", "a price has either a region_id or a currency_code, not both")
    if given.region_id is not None:
        return work.regions.get(given.region_id).currency_code, given.region_id
    if given.currency_code is not None:
        code = given.currency_code.strip().lower()
        if not work.shop.known_currencies([code]):
            raise _bad("currency_code", f"Currency with code {code[:10]} was not found")
        return code, None
    if before is not None:
        return before.currency_code, before.region_id
    raise _bad("currency_code", "a price needs a region_id or a currency_code")


def _check_ids(prices: list[MoneyAmount]) -> None:
    if len({price.id for price in prices}) != len(prices):
        raise _bad("prices", "the same price was sent twice")


def _bad(name: str, problem: str) -> Invalid:
    return Invalid(problem, fields=[FieldProblem(name, problem)])
