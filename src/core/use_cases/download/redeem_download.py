"""Count a download once its bytes have arrived."""

from datetime import timedelta

from core.domain.actor import Actor
from core.domain.download import (
    LINK_LIFE,
    DownloadLimitReached,
    DownloadSession,
    DownloadSessionNotFound,
    Entitlement,
    LogAction,
)
from core.domain.errors import Forbidden, Gone
from core.use_cases.download.access import claiming_at_need, find_own, read_token
from core.use_cases.download.access_log import OK, AccessLog
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.tokens import DerivedTokens
from ports.unit_of_work import Begin, UnitOfWork


class RedeemDownload:
    """Counts the session named, once: repeating it changes nothing and answers the same. Without a
    session it counts the one opened last, or one more download if none is open. Answers the download's id.

    Raises DownloadNotFound, DownloadSessionNotFound, NotOwner, DownloadExpired, DownloadLimitReached,
    DownloadRevoked, DownloadSuspended.
    """

    def __init__(
        self,
        begin: Begin,
        derived: DerivedTokens,
        clock: Clock,
        ids: Ids,
        session_life: timedelta = LINK_LIFE,
    ) -> None:
        self._begin = begin
        self._derived = derived
        self._clock = clock
        self._ids = ids
        self._session_life = session_life
        self._log = AccessLog(begin, derived, clock, ids)

    @replayed
    def __call__(self, actor: Actor, token: str, session_id: str | None = None) -> str:
        id, revision = read_token(self._derived, token)
        try:
            claiming_at_need(lambda claiming: self._redeem(actor, id, revision, session_id, claiming=claiming))
        except (Gone, Forbidden, DownloadSessionNotFound) as refusal:
            self._log.refusal(actor, id, refusal.code, session_id)
            raise
        return id

    def _redeem(self, actor: Actor, id: str, revision: int, session_id: str | None, *, claiming: bool) -> None:
        with self._begin(actor, "download.redeem") as work:
            entitlement = find_own(work, actor, id, revision, claiming=claiming)
            session = self._session(work, entitlement, session_id)
            if not session.redeemed:
                self._count(work, actor, entitlement, session)
            work.commit()

    def _session(self, work: UnitOfWork, entitlement: Entitlement, id: str | None) -> DownloadSession:
        if id is not None:
            session = work.downloads.session(entitlement.id, id)
            if session is None:
                raise DownloadSessionNotFound("this download has no such session")
            return session
        now = self._clock.now()
        return work.downloads.join_session(
            DownloadSession(
                id=self._ids.new("dls"),
                download_id=entitlement.id,
                opened_at=now,
                expires_at=now + self._session_life,
            )
        )

    def _count(self, work: UnitOfWork, actor: Actor, entitlement: Entitlement, session: DownloadSession) -> None:
        now = self._clock.now()
        entitlement.check_redeemable(session, now)
        if not work.downloads.spend(entitlement.id, session.id, now):
            raise DownloadLimitReached("this file has been downloaded as often as the purchase allows")
        work.downloads.log(self._log.entry(actor, entitlement, LogAction.REDEEM, OK, session.id))
