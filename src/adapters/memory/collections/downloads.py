"""Access to bought files, in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from adapters.memory.shelf import Overlay, Shelf
from core.domain.download import (
    DownloadLogEntry,
    DownloadNotFound,
    DownloadSession,
    DownloadState,
    Entitlement,
)


class InMemoryDownloads(Shelf[Entitlement]):
    missing = DownloadNotFound
    label = "Download"

    def __init__(
        self, rows: Overlay[Entitlement], sessions: Overlay[DownloadSession], entries: Overlay[DownloadLogEntry]
    ) -> None:
        super().__init__(rows)
        self._sessions = sessions
        self._entries = entries

    def of_order(self, order_id: str) -> list[Entitlement]:
        found = self.find(lambda entitlement: entitlement.order_id == order_id)
        return sorted(found, key=lambda entitlement: (entitlement.granted_at, entitlement.id))

    def order_of(self, id: str) -> str | None:
        held = self._rows.get(id)
        return held.order_id if held is not None else None

    def any_of_file(self, file_id: str) -> bool:
        return any(
            entitlement.file_id == file_id and entitlement.state is not DownloadState.REVOKED
            for entitlement in self._rows.values()
        )

    def open_session(self, session: DownloadSession) -> None:
        self._sessions.set(session.id, session)

    def session(self, download_id: str, session_id: str) -> DownloadSession | None:
        session = self._sessions.get(session_id)
        return session if session is not None and session.download_id == download_id else None

    def join_session(self, session: DownloadSession) -> DownloadSession:
        there = self._open(session.download_id)
        if not there:
            self.open_session(session)
            return session
        return max(there, key=lambda session: (session.opened_at, session.id))

    def unredeemed(self, download_id: str) -> int:
        return len(self._open(download_id))

    def spend(self, download_id: str, session_id: str, now: datetime) -> bool:
        session = self.session(download_id, session_id)
        held = self._rows.get(download_id)
        if session is None or session.redeemed or held is None or held.state is not DownloadState.GRANTED:
            return False
        if held.download_limit is not None and held.download_count >= held.download_limit:
            return False
        counted = replace(held, download_count=held.download_count + 1, last_downloaded_at=now, events=[])
        self._rows.set(download_id, counted)
        self._sessions.set(session_id, replace(session, redeemed_at=now))
        self._follow(download_id, now)
        return True

    def log(self, entry: DownloadLogEntry) -> None:
        self._entries.set(entry.id, entry)

    def _follow(self, download_id: str, now: datetime) -> None:
        """Let an entitlement in hand show the new count without counting as changed by its owner."""
        entitlement, before = self._seen.get(download_id), self._before.get(download_id)
        if entitlement is None or before is None:
            return
        entitlement.download_count += 1
        entitlement.last_downloaded_at = now
        self._before[download_id] = replace(before, download_count=entitlement.download_count, last_downloaded_at=now)

    def keep_counters(self, before: Entitlement, current: Entitlement, kept: Entitlement) -> None:
        if kept.download_count == before.download_count:
            kept.download_count = current.download_count
            kept.last_downloaded_at = current.last_downloaded_at

    def _open(self, download_id: str) -> list[DownloadSession]:
        return [s for s in self._sessions.values() if s.download_id == download_id and not s.redeemed]
