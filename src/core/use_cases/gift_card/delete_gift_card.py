"""Take a gift card out of use for good."""

from core.domain.actor import Actor
from core.domain.gift_card import GiftCardNotFound
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.unit_of_work import Begin


class DeleteGiftCard:
    """Nobody finds or uses the card any more; its ledger and the orders it paid for stay. Deleting what is
    not there is fine, as in Medusa."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "gift_card.delete") as work:
            try:
                card = work.gift_cards.get(id)
            except GiftCardNotFound:
                return
            card.deleted_at = self._clock.now()
            work.commit()
