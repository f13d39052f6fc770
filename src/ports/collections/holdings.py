"""What buyers hold after a sale: downloads and gift cards."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from core.domain.download import DownloadLogEntry, DownloadSession, Entitlement
from core.domain.gift_card import GiftCard, GiftCardTransaction


class GiftCards(Protocol):
    """Unique: code; (order_item_id, unit), so that each unit sold is issued once. The ledger takes entries
    and gives none back: unique per (card, order, kind)."""

    def get(self, id: str) -> GiftCard: ...

    def add(self, card: GiftCard) -> None: ...

    def by_code(self, code: str) -> GiftCard | None:
        """A live one, by its normalised code."""
        ...

    def of(self, ids: Iterable[str]) -> list[GiftCard]:
        """The live ones among these, not locked; in the order of ids."""
        ...

    def any_held_in(self, region_id: str) -> bool:
        """Whether a live card of this region holds money."""
        ...

    def issued_by(self, order_id: str) -> list[GiftCard]:
        """Those this order bought, in the order of its lines' ids and units."""
        ...

    def debit(self, entry: GiftCardTransaction) -> bool:
        """Take the money and write the entry down, as one. False: the card is gone, disabled, or holds
        less. A card that is emptied is disabled."""
        ...

    def record(self, entry: GiftCardTransaction) -> None:
        """Write down what was moved on the card itself."""
        ...

    def taken_by(self, order_id: str) -> list[GiftCardTransaction]:
        """The debits of an order, by ascending id of the card."""
        ...

    def gave_back(self, order_id: str) -> bool:
        """Whether anything of what the order took went back to a card."""
        ...


class Downloads(Protocol):
    """Lock the order first, unless nothing but the download is needed. Unique: (line_item_id, file_id).
    Counting is conditional: the database decides."""

    def get(self, id: str) -> Entitlement: ...

    def add(self, entitlement: Entitlement) -> None: ...

    def of_order(self, order_id: str) -> list[Entitlement]:
        """Oldest first."""
        ...

    def order_of(self, id: str) -> str | None:
        """The id of its order, without a lock."""
        ...

    def any_of_file(self, file_id: str) -> bool:
        """Whether an entitlement that is not revoked rests on this version."""
        ...

    def open_session(self, session: DownloadSession) -> None: ...

    def join_session(self, session: DownloadSession) -> DownloadSession:
        """The un-redeemed session of this download opened last, whether or not it has run out; without any,
        this one is opened."""
        ...

    def session(self, download_id: str, session_id: str) -> DownloadSession | None: ...

    def unredeemed(self, download_id: str) -> int:
        """How many sessions were opened and never redeemed."""
        ...

    def spend(self, download_id: str, session_id: str, now: datetime) -> bool:
        """Count one download for this session, once. False: the limit is reached, the entitlement
        is not granted any more, or the session was redeemed before."""
        ...

    def log(self, entry: DownloadLogEntry) -> None: ...
