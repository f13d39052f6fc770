"""Where finished JSON of single products is kept, with what tells whether it is still true (``cards``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters.http.fields import Chosen
from adapters.http.kept_answers import Shelf
from ports.glances import Edition

_OVERHEAD = 500  # of a card: its key and itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """At what, at which state of the catalogue, and when somebody looks."""

    chosen: Chosen
    edition: Edition
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One product's. edition: as of which it is known to be true."""

    version: object
    edition: Edition
    body: bytes

    def may_be_true(self, seen: Seen) -> bool:
        """Whether it is, if the product still has this version."""
        if self.edition.all_products != seen.edition.all_products:
            return False
        return self.edition.until is None or self.edition.until > seen.now


class CardShelf:
    """Those of one process; the ones used longest ago make room."""

    def __init__(self, room: int) -> None:
        self._shelf: Shelf[Card] = Shelf(room)

    def get(self, id: object, place: str, seen: Seen) -> Card | None:
        card = self._shelf.get((id, place))
        return card if card is not None and card.may_be_true(seen) else None

    def keep(self, id: object, place: str, card: Card) -> None:
        self._shelf.keep((id, place), card, len(card.body) + len(place) + _OVERHEAD)
