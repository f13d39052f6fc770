"""Access to bought files: who may fetch what, how often, until when.

An entitlement is granted per order line and file when the line is paid (docs/downloads.md).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from core.domain.errors import Conflict, Forbidden, Gone, Invalid, NotFound
from core.domain.events import Event

DownloadId = NewType("DownloadId", str)
LINK_LIFE = timedelta(seconds=900)  # fixed by contract with integrators
REDEEM_GRACE = timedelta(hours=1)
SPARE_SESSIONS = 2
REFUNDED, DISPUTE, DISPUTE_LOST = "refunded", "dispute", "dispute_lost"  # reasons, beside an admin's own


class DownloadNotFound(NotFound):
    pass


class DownloadSessionNotFound(NotFound):
    pass


class NotOwner(Forbidden):
    code = "NOT_OWNER"


class DownloadExpired(Gone):
    code = "DOWNLOAD_EXPIRED"


class DownloadLimitReached(Gone):
    code = "DOWNLOAD_LIMIT_REACHED"


class DownloadRevoked(Gone):
    code = "DOWNLOAD_REVOKED"


class DownloadSuspended(Gone):
    code = "DOWNLOAD_SUSPENDED"


class FileUnavailable(Gone):
    code = "FILE_UNAVAILABLE"


class LineRefunded(Conflict):
    code = "LINE_REFUNDED"


class DownloadState(StrEnum):
    """What is stored; expired and exhausted follow from it (``status_of``)."""

    GRANTED = "granted"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


def status_of(state: str, count: int, limit: int | None, expires_at: datetime | None, now: datetime) -> str:
    """granted, suspended, revoked, expired or exhausted, in this order of precedence from the left
    for stored states, then expired before exhausted."""
    if state != DownloadState.GRANTED:
        return state
    if expires_at is not None and now >= expires_at:
        return "expired"
    if limit is not None and count >= limit:
        return "exhausted"
    return "granted"


@dataclass(slots=True, kw_only=True)
class Entitlement:
    """One buyer's access to one file through one order line.

    file_id: the version bought; with ``follows_chain`` newer ready versions of its chain come along.
    quantity: units bought and not refunded. per_unit: the product's limit when it was bought, None
    unlimited; limit = per_unit x quantity.
    revision: part of the token; rotating it kills older links to the download page.
    download_count is moved by ``Downloads.spend`` (a conditional write), never through this object.
    """

    id: DownloadId
    order_id: str
    line_item_id: str
    customer_id: str | None
    product_id: str
    variant_id: str | None
    file_id: str
    chain_id: str
    follows_chain: bool = True
    quantity: int = 1
    per_unit: int | None = None
    download_limit: int | None = None
    download_count: int = 0
    expires_at: datetime | None = None
    state: DownloadState = DownloadState.GRANTED
    reason: str | None = None
    revision: int = 1
    granted_at: datetime
    last_downloaded_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def status(self, now: datetime) -> str:
        return status_of(self.state, self.download_count, self.download_limit, self.expires_at, now)

    def check_usable(self, now: datetime) -> None:
        """Raises DownloadRevoked, DownloadSuspended, DownloadExpired, DownloadLimitReached."""
        status = self.status(now)
        if status == "revoked":
            raise DownloadRevoked("access to this download was withdrawn")
        if status == "suspended":
            raise DownloadSuspended("access to this download is suspended")
        if status == "expired":
            raise DownloadExpired("the time to download this file is over")
        if status == "exhausted":
            raise DownloadLimitReached("this file has been downloaded as often as the purchase allows")

    def check_redeemable(self, session: DownloadSession, now: datetime) -> None:
        """As ``check_usable``, but a session opened in time may be redeemed up to an hour after expiry."""
        opened_in_time = self.expires_at is None or session.opened_at < self.expires_at
        late = self.expires_at is not None and self.expires_at <= now < self.expires_at + REDEEM_GRACE
        self.check_usable(session.opened_at if opened_in_time and late else now)

    def refunded(self, *, left: int, everything: bool) -> None:
        """Follow the refunds of the line: ``left`` units are still paid for, or the whole order went back.

        Repeatable. The limit sinks by what the refunded units brought, so that an extension survives,
        and rises by it again when a refund turns out to have failed: then what refunds had taken comes
        back. What an admin withheld before stays withheld.
        """
        if everything or left <= 0:
            self._end_by_refund()
            return
        if self._ended_by_refund:
            self._reopen()
        if left != self.quantity:
            if self.per_unit is not None and self.download_limit is not None:
                self.download_limit = max(0, self.download_limit + self.per_unit * (left - self.quantity))
            self.quantity = left

    @property
    def _ended_by_refund(self) -> bool:
        return self.reason == REFUNDED or (self.reason or "").startswith(f"{REFUNDED} after ")

    def _end_by_refund(self) -> None:
        if self._ended_by_refund:
            return
        withheld = self.state is not DownloadState.GRANTED and self.reason not in (DISPUTE, DISPUTE_LOST)
        self.state = DownloadState.REVOKED
        self.reason = f"{REFUNDED} after {self.reason}" if withheld else REFUNDED

    def _reopen(self) -> None:
        if self.reason == REFUNDED:
            self.state, self.reason = DownloadState.GRANTED, None
        else:
            self.reason = (self.reason or "").removeprefix(f"{REFUNDED} after ")

    def disputed(self, *, lost: bool) -> None:
        """The money for it is being taken back, or has been. What an admin decided stands while it is open."""
        if self.state is DownloadState.REVOKED:
            return
        if lost:
            self.state, self.reason = DownloadState.REVOKED, DISPUTE_LOST
        elif self.state is DownloadState.GRANTED:
            self.state, self.reason = DownloadState.SUSPENDED, DISPUTE

    def vindicated(self) -> None:
        """No dispute stands against it any more: what a dispute had taken comes back."""
        if self.reason in (DISPUTE, DISPUTE_LOST):
            self.state, self.reason = DownloadState.GRANTED, None

    def extend(self, *, limit_by: int, days: int, now: datetime) -> None:
        """More downloads or more time. Never re-opens what was revoked. Raises Invalid beyond the calendar."""
        if limit_by and self.download_limit is not None:
            self.download_limit += limit_by
        if days and self.expires_at is not None:
            try:
                self.expires_at = max(self.expires_at, now) + timedelta(days=days)
            except OverflowError as error:
                raise Invalid("the days lead beyond the calendar") from error

    def change(
        self,
        *,
        state: DownloadState | None,
        limit: int | None,
        limit_given: bool,
        expires_at: datetime | None,
        expires_given: bool,
        reason: str | None,
    ) -> None:
        """An admin's decision. Raises LineRefunded, Invalid."""
        if state is DownloadState.GRANTED and self._ended_by_refund:
            raise LineRefunded("the line was refunded; its download cannot be granted again")
        if limit_given:
            if limit is not None and (type(limit) is not int or limit < 0):
                raise Invalid("download_limit is a whole number from 0, or null for no limit")
            self.download_limit = limit
        if expires_given:
            self.expires_at = expires_at
        if state is not None:
            self.state = state
            self.reason = None if state is DownloadState.GRANTED else _spoken(reason or "admin")


def _spoken(reason: str) -> str:
    """An admin's words, never to be taken for one of the shop's own reasons, which come and go by themselves."""
    own = reason in (DISPUTE, DISPUTE_LOST) or reason.startswith(REFUNDED)
    return f"admin: {reason}" if own else reason


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadSession:
    """One act of downloading: opened by asking for a link, redeemed once the bytes have arrived."""

    id: str
    download_id: str
    opened_at: datetime
    expires_at: datetime
    redeemed_at: datetime | None = None

    @property
    def redeemed(self) -> bool:
        return self.redeemed_at is not None

    def reusable(self, now: datetime) -> bool:
        return not self.redeemed and now < self.expires_at


def allowance(limit: int | None) -> int | None:
    """How many sessions may stay un-redeemed before a further one counts by being opened."""
    return None if limit is None else limit + SPARE_SESSIONS


class LogAction(StrEnum):
    ISSUE = "issue"
    REDEEM = "redeem"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadLogEntry:
    """outcome: "ok" or the refusal's code. network: hashed. agent: browser family, never the full header."""

    id: str
    download_id: str
    order_id: str
    action: LogAction
    outcome: str
    at: datetime
    customer_id: str | None = None
    session_id: str | None = None
    network: str | None = None
    agent: str | None = None
