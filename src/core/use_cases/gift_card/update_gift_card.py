"""Change what a gift card holds, how long it lasts and where it counts."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.actor import Actor
from core.domain.values import Metadata, merge_metadata
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftCardChanges:
    """None leaves a thing as it is; ``clear_end`` makes the card last for ever. balance: minor units."""

    balance: int | None = None
    is_disabled: bool | None = None
    ends_at: datetime | None = None
    clear_end: bool = False
    region_id: str | None = None
    metadata: Metadata | None = None


class UpdateGiftCard:
    """A changed balance is written into the card's ledger. Carts that the card lies on follow when they
    are looked at. Raises GiftCardNotFound, RegionNotFound, Invalid for a balance below 0 or above the value.
    Source: https://docs.medusajs.com/api/admin#gift-cards_postgiftcardsgiftcard (v1).
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, id: str, changes: GiftCardChanges) -> None:
        with self._begin(actor, "gift_card.update") as work:
            card = work.gift_cards.get(id)
            if changes.region_id is not None:
                card.region_id = work.regions.get(changes.region_id).id
            if changes.balance is not None:
                entry = card.set_balance(changes.balance, self._ids.new("gct"), self._clock.now())
                if entry is not None:
                    work.gift_cards.record(entry)
            if changes.is_disabled is not None:
                card.switch(disabled=changes.is_disabled)
            if changes.ends_at is not None or changes.clear_end:
                card.ends_at = changes.ends_at
            card.metadata = merge_metadata(card.metadata, changes.metadata)
            work.commit()
