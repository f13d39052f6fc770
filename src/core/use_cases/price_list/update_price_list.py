"""Change a price list and the prices in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.errors import NotFound
from core.use_cases.price_list.prices import ListedPriceInput, known_groups, listed_prices
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin

ATTRIBUTES = frozenset({"name", "description", "type", "status", "starts_at", "ends_at", "includes_tax"})
_MAY_BE_NONE = frozenset({"starts_at", "ends_at"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceListChanges:
    """values: what was sent, by names of ``ATTRIBUTES``. prices are added to those there are; group_ids
    replace; None leaves either as it is."""

    values: Mapping[str, object] = field(default_factory=dict)
    group_ids: tuple[str, ...] | None = None
    prices: tuple[ListedPriceInput, ...] = ()


class UpdatePriceList:
    """Raises PriceListNotFound, Invalid, ListedPriceNotFound, VariantNotFound, RegionNotFound,
    CustomerGroupNotFound."""

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, id: str, changes: PriceListChanges) -> None:
        with self._begin(actor, "price_list.update") as work:
            price_list = work.price_lists.get(id)
            for name in ATTRIBUTES & changes.values.keys():
                value = changes.values[name]
                if value is not None or name in _MAY_BE_NONE:
                    setattr(price_list, name, value)
            if changes.group_ids is not None:
                price_list.group_ids = known_groups(work, changes.group_ids)
            price_list.put(listed_prices(work, self._ids, changes.prices, price_list.prices))
            work.versions.bump("catalogue")
            work.commit()


class PutPrices:
    """Add prices to a list, or with ``override`` put them in the place of all it had.

    Raises as ``UpdatePriceList``.
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, id: str, prices: Sequence[ListedPriceInput], *, override: bool = False) -> None:
        with self._begin(actor, "price_list.put_prices") as work:
            price_list = work.price_lists.get(id)
            wanted = listed_prices(work, self._ids, prices, price_list.prices)
            if override:
                price_list.prices = ()
            price_list.put(wanted)
            work.versions.bump("catalogue")
            work.commit()


class DropPrices:
    """Take prices out of a list: those with these ids, or those of these products or variants. Answers the
    ids of the prices that were dropped. Raises PriceListNotFound."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(
        self, actor: Actor, id: str, *, price_ids: Sequence[str] = (), goods_ids: Sequence[str] = ()
    ) -> list[str]:
        with self._begin(actor, "price_list.drop_prices") as work:
            price_list = work.price_lists.get(id)
            variants = {*goods_ids, *work.products.variants_among(goods_ids)}
            named = set(price_ids)
            dropped = price_list.drop(lambda price: price.id in named or price.variant_id in variants)
            if dropped:
                work.versions.bump("catalogue")
            work.commit()
        return dropped


class DeletePriceList:
    """Deleting what is not there is fine, as in Medusa."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "price_list.delete") as work:
            try:
                price_list = work.price_lists.get(id)
            except NotFound:
                return
            price_list.delete(self._clock.now())
            work.versions.bump("catalogue")
            work.commit()
