"""Make, change, link and delete tax rates of some goods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.domain.actor import Actor
from core.domain.errors import NotAllowed, NotFound
from core.domain.product import ProductNotFound
from core.domain.tax_rate import LinkedTaxRate
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin, UnitOfWork

ATTRIBUTES = frozenset({"code", "name", "region_id", "rate"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Ids of what a rate taxes; None leaves a kind as it is."""

    product_ids: tuple[str, ...] | None = None
    product_type_ids: tuple[str, ...] | None = None
    shipping_option_ids: tuple[str, ...] | None = None

    def check(self, work: UnitOfWork, region_id: str) -> None:
        """Raises ProductNotFound, NotFound, ShippingOptionNotFound; NotAllowed for another region's option."""
        _refuse_unknown("Product", self.product_ids or (), work.products.known(self.product_ids or ()))
        types = self.product_type_ids or ()
        _refuse_unknown("Product type", types, work.products.known_types(types))
        for id in self.shipping_option_ids or ():
            if work.shop.shipping_option(id).region_id != region_id:
                raise NotAllowed("Shipping Option and Tax Rate must belong to the same Region to be associated.")

    def replace(self, rate: LinkedTaxRate) -> None:
        for name, ids in self._stated():
            setattr(rate, name, tuple(dict.fromkeys(ids)))

    def add(self, rate: LinkedTaxRate) -> None:
        for name, ids in self._stated():
            setattr(rate, name, tuple(dict.fromkeys((*getattr(rate, name), *ids))))

    def remove(self, rate: LinkedTaxRate) -> None:
        for name, ids in self._stated():
            setattr(rate, name, tuple(id for id in getattr(rate, name) if id not in ids))

    def _stated(self) -> list[tuple[str, tuple[str, ...]]]:
        kinds = ("product_ids", "product_type_ids", "shipping_option_ids")
        return [(name, getattr(self, name)) for name in kinds if getattr(self, name) is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTaxRate:
    """rate: percent."""

    code: str
    name: str
    region_id: str
    rate: Decimal = Decimal(0)
    links: Links = field(default_factory=Links)


class CreateTaxRate:
    """Answers the rate's id. Raises RegionNotFound, Invalid and what ``Links.check`` raises.

    Source: https://docs.medusajs.com/v1/api/admin#tax-rates_posttaxrates.
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewTaxRate) -> str:
        with self._begin(actor, "tax_rate.create") as work:
            region = work.regions.get(new.region_id)
            rate = LinkedTaxRate(
                id=self._ids.new("txr"), region_id=region.id, name=new.name, code=new.code, rate=new.rate
            )
            new.links.check(work, region.id)
            new.links.replace(rate)
            work.tax_rates.add(rate)
            work.commit()
        return rate.id


class UpdateTaxRate:
    """values: by names of ``ATTRIBUTES``; links that are given replace. Raises as ``CreateTaxRate``, and
    TaxRateNotFound."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, id: str, values: Mapping[str, object], links: Links) -> None:
        with self._begin(actor, "tax_rate.update") as work:
            rate = work.tax_rates.get(id)
            for name in ATTRIBUTES & values.keys():
                if values[name] is not None:
                    setattr(rate, name, values[name])
            region = work.regions.get(rate.region_id)
            links.check(work, region.id)
            links.replace(rate)
            Links(shipping_option_ids=rate.shipping_option_ids).check(work, region.id)
            work.commit()


class LinkTaxRate:
    """Add goods to a rate, or with ``remove`` take them out. Raises as ``UpdateTaxRate``; taking out what is
    not in is fine."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, id: str, links: Links, *, remove: bool = False) -> None:
        with self._begin(actor, "tax_rate.unlink" if remove else "tax_rate.link") as work:
            rate = work.tax_rates.get(id)
            if remove:
                links.remove(rate)
            else:
                links.check(work, rate.region_id)
                links.add(rate)
            work.commit()


class DeleteTaxRate:
    """Deleting what is not there is fine, as in Medusa."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "tax_rate.delete") as work:
            try:
                rate = work.tax_rates.get(id)
            except NotFound:
                return
            rate.delete(self._clock.now())
            work.commit()


def _refuse_unknown(label: str, wanted: Sequence[str], known: set[str]) -> None:
    for id in wanted:
        if id not in known:
            error = ProductNotFound if label == "Product" else NotFound
            raise error(f"{label} with id: {id} was not found")
