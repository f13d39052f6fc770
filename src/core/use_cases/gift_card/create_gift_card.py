"""Make a gift card by hand."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.actor import Actor
from core.domain.events import GiftCardCreated
from core.domain.gift_card import GiftCard, GiftCardId, readable_code
from core.domain.values import Metadata
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGiftCard:
    """value: minor units of the region's currency, all of it to spend."""

    value: int
    region_id: str
    is_disabled: bool = False
    ends_at: datetime | None = None
    metadata: Metadata | None = None


class CreateGiftCard:
    """Answers the new card's id; its code is drawn here. Where the region taxes gift cards, its tax rate
    counts as paid with the card. Raises RegionNotFound, Invalid.
    Source: https://docs.medusajs.com/api/admin#gift-cards_postgiftcards (v1).
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewGiftCard) -> str:
        with self._begin(actor, "gift_card.create") as work:
            region = work.regions.get(new.region_id)
            card = GiftCard(
                id=GiftCardId(self._ids.new("gift")),
                code=readable_code(self._ids.new("code")),
                value=new.value,
                region_id=region.id,
                is_disabled=new.is_disabled,
                ends_at=new.ends_at,
                tax_rate=region.tax_rate if region.gift_cards_taxable else None,
                metadata=new.metadata,
            )
            card.events.append(GiftCardCreated(gift_card_id=card.id))
            work.gift_cards.add(card)
            work.commit()
        return card.id
