"""Make a price list."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.actor import Actor
from core.domain.price_list import PriceList, PriceListStatus
from core.domain.pricing import PriceListType
from core.use_cases.price_list.prices import ListedPriceInput, known_groups, listed_prices
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPriceList:
    name: str
    description: str
    type: PriceListType
    status: PriceListStatus = PriceListStatus.DRAFT
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    includes_tax: bool = False
    group_ids: tuple[str, ...] = ()
    prices: tuple[ListedPriceInput, ...] = ()


class CreatePriceList:
    """Answers the list's id. Raises Invalid, VariantNotFound, RegionNotFound, CustomerGroupNotFound.

    Source: https://docs.medusajs.com/v1/api/admin#price-lists_postpricelistspricelist.
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewPriceList) -> str:
        with self._begin(actor, "price_list.create") as work:
            price_list = PriceList(
                id=self._ids.new("pl"),
                name=new.name,
                description=new.description,
                type=new.type,
                status=new.status,
                starts_at=new.starts_at,
                ends_at=new.ends_at,
                includes_tax=new.includes_tax,
                group_ids=known_groups(work, new.group_ids),
            )
            price_list.put(listed_prices(work, self._ids, new.prices))
            work.price_lists.add(price_list)
            work.versions.bump("catalogue")
            work.commit()
        return price_list.id
