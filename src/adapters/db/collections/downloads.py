"""Access to bought files, as rows; counting is left to conditional updates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, update

from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Mapper
from adapters.db.tables import download_log, download_sessions, downloads
from adapters.db.transaction import Transaction
from core.domain.download import (
    DownloadLogEntry,
    DownloadNotFound,
    DownloadSession,
    DownloadState,
    Entitlement,
)

ENTITLEMENT = Mapper(Entitlement, downloads)
SESSION = Mapper(DownloadSession, download_sessions, skipped=())
LOG_ENTRY = Mapper(DownloadLogEntry, download_log, skipped=())

_OF_ORDER = roots(ENTITLEMENT, downloads.c.order_id == bindparam("order_id")).order_by(
    downloads.c.granted_at, downloads.c.id
)
_OF_FILE = (
    select(downloads.c.id)
    .where(downloads.c.file_id == bindparam("file_id"), downloads.c.state != DownloadState.REVOKED.value)
    .limit(1)
)

_SESSION = download_sessions.c
_BY_ID = select(download_sessions).where(
    _SESSION.id == bindparam("session_id"), _SESSION.download_id == bindparam("download_id")
)
_OPEN = (_SESSION.download_id == bindparam("download_id"), _SESSION.redeemed_at.is_(None))
_NEWEST_OPEN = (
    select(download_sessions).where(*_OPEN).order_by(_SESSION.opened_at.desc(), _SESSION.id.desc()).limit(1)
)
_UNREDEEMED = select(func.count()).select_from(download_sessions).where(*_OPEN)

_REDEEM = (
    update(download_sessions)
    .where(
        _SESSION.id == bindparam("session_id"),
        _SESSION.download_id == bindparam("of_download"),
        _SESSION.redeemed_at.is_(None),
    )
    .values(redeemed_at=bindparam("now"))
)
_UNREDEEM = update(download_sessions).where(_SESSION.id == bindparam("session_id")).values(redeemed_at=None)
_COUNT = (
    update(downloads)
    .where(
        downloads.c.id == bindparam("of_download"),
        downloads.c.state == DownloadState.GRANTED.value,
        or_(downloads.c.download_limit.is_(None), downloads.c.download_count < downloads.c.download_limit),
    )
    .values(
        download_count=downloads.c.download_count + 1,
        last_downloaded_at=bindparam("now"),
        updated_at=bindparam("now"),
    )
)

_INSERT = {table.name: insert(table) for table in (download_sessions, download_log)}


class SqlDownloads(SqlCollection[Entitlement]):
    mapper = ENTITLEMENT
    missing = DownloadNotFound
    label = "Download"

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self.moved = False

    def of_order(self, order_id: str) -> list[Entitlement]:
        return self._find(_OF_ORDER, {"order_id": order_id})

    def any_of_file(self, file_id: str) -> bool:
        return bool(self._transaction.rows(_OF_FILE, {"file_id": file_id}))

    def open_session(self, session: DownloadSession) -> None:
        self._write(SESSION, session)

    def session(self, download_id: str, session_id: str) -> DownloadSession | None:
        return self._session(self._transaction.rows(_BY_ID, {"download_id": download_id, "session_id": session_id}))

    def newest_open_session(self, download_id: str) -> DownloadSession | None:
        return self._session(self._transaction.rows(_NEWEST_OPEN, {"download_id": download_id}))

    def unredeemed(self, download_id: str) -> int:
        return int(self._transaction.run(_UNREDEEMED, {"download_id": download_id}).scalar_one())

    def spend(self, download_id: str, session_id: str, now: datetime) -> bool:
        keyed: dict[str, Any] = {"of_download": download_id, "now": now}
        if self._transaction.run(_REDEEM, {**keyed, "session_id": session_id}).rowcount != 1:
            return False
        if self._transaction.run(_COUNT, keyed).rowcount != 1:
            self._transaction.run(_UNREDEEM, {"session_id": session_id})
            return False
        self.moved = True
        self._follow(download_id, now)
        return True

    def log(self, entry: DownloadLogEntry) -> None:
        self._write(LOG_ENTRY, entry)

    def _follow(self, download_id: str, now: datetime) -> None:
        """Let an entitlement in hand show the new count without writing it again."""
        entitlement = self._seen.get(download_id)
        if entitlement is None:
            return
        entitlement.download_count += 1
        entitlement.last_downloaded_at = now
        row = self._before[download_id][ENTITLEMENT][download_id,]
        self._before[download_id][ENTITLEMENT][download_id,] = {
            **row,
            "download_count": entitlement.download_count,
            "last_downloaded_at": now,
        }

    def _write(self, mapper: Mapper[Any], record: object) -> None:
        rows: dict[Any, Any] = {}
        mapper.flatten(record, rows)
        self._transaction.run(_INSERT[mapper.table.name], list(rows[mapper].values()))
        self.moved = True

    @staticmethod
    def _session(rows: list[dict[str, Any]]) -> DownloadSession | None:
        return DownloadSession(**rows[0]) if rows else None
