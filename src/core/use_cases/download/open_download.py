"""Hand out a link to a bought file: the only place in the shop that does."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.actor import Actor
from core.domain.download import (
    LINK_LIFE,
    DownloadLimitReached,
    DownloadSession,
    Entitlement,
    LogAction,
    allowance,
)
from core.domain.errors import Forbidden, Gone
from core.use_cases.download.access import claiming_at_need, find_own, newest_deliverable, read_token
from core.use_cases.download.access_log import OK, AccessLog
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.file_store import FileStore, Link
from ports.tokens import DerivedTokens
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedDownload:
    """expires_in: seconds the link works for."""

    download_id: str
    session_id: str
    url: str
    expires_at: datetime
    expires_in: int


class OpenDownload:
    """Checks owner, state, expiry, limit and file on every call, then opens a download session or goes
    on with the one that is open. Nothing is counted until it is redeemed; but of sessions never redeemed
    only so many are free (``allowance``), each further one costs a download.

    Raises DownloadNotFound, NotOwner, DownloadExpired, DownloadLimitReached, DownloadRevoked,
    DownloadSuspended, FileUnavailable, StorageUnavailable (nothing was changed).
    """

    def __init__(
        self,
        begin: Begin,
        files: FileStore,
        derived: DerivedTokens,
        clock: Clock,
        ids: Ids,
        session_life: timedelta = LINK_LIFE,
    ) -> None:
        self._begin = begin
        self._files = files
        self._derived = derived
        self._clock = clock
        self._ids = ids
        self._session_life = session_life
        self._log = AccessLog(begin, derived, clock, ids)

    @replayed
    def __call__(self, actor: Actor, token: str) -> OpenedDownload:
        id, revision = read_token(self._derived, token)
        try:
            return claiming_at_need(lambda claiming: self._open(actor, id, revision, claiming=claiming))
        except (Gone, Forbidden) as refusal:
            self._log.refusal(actor, id, refusal.code)
            raise

    def _open(self, actor: Actor, id: str, revision: int, *, claiming: bool) -> OpenedDownload:
        with self._begin(actor, "download.open") as work:
            entitlement = find_own(work, actor, id, revision, claiming=claiming)
            entitlement.check_usable(self._clock.now())
            file = newest_deliverable(work, entitlement)
            # Signing asks nobody, so it may be done here: before anything is written, that a store which
            # cannot sign changes nothing.
            link = self._files.link(file.storage_key, file_name=file.name, mime_type=file.mime_type, life=LINK_LIFE)
            session = self._session(work, entitlement)
            work.downloads.log(self._log.entry(actor, entitlement, LogAction.ISSUE, OK, session.id))
            work.commit()
        return _opened(id, session, link)

    def _session(self, work: UnitOfWork, entitlement: Entitlement) -> DownloadSession:
        now = self._clock.now()
        session = DownloadSession(
            id=self._ids.new("dls"),
            download_id=entitlement.id,
            opened_at=now,
            expires_at=now + self._session_life,
        )
        last = work.downloads.join_session(session)
        if last.reusable(now):
            return last
        self._charge_for_neglect(work, entitlement, last)
        work.downloads.open_session(session)
        return session

    def _charge_for_neglect(self, work: UnitOfWork, entitlement: Entitlement, last: DownloadSession) -> None:
        """Somebody who never redeems would have no limit: beyond the allowance the session before counts."""
        free = allowance(entitlement.download_limit)
        if free is None or work.downloads.unredeemed(entitlement.id) < free:
            return
        if not work.downloads.spend(entitlement.id, last.id, self._clock.now()):
            raise DownloadLimitReached("this file has been downloaded as often as the purchase allows")


def _opened(id: str, session: DownloadSession, link: Link) -> OpenedDownload:
    return OpenedDownload(
        download_id=id,
        session_id=session.id,
        url=link.url,
        expires_at=link.expires_at,
        expires_in=int(LINK_LIFE.total_seconds()),
    )
