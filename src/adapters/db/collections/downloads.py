"""Access to bought files, as rows; counting is left to conditional updates."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, insert, or_, select, true, update

from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Mapper
from adapters.db.tables import download_log, download_sessions, downloads
from adapters.db.transaction import Transaction
from adapters.db.upserts import upsert
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

_ORDER_OF = select(downloads.c.order_id).where(downloads.c.id == bindparam("id"))
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


@cache
def _join(dialect: str) -> Any:
    """One statement finds the session that is open or opens one: it inserts under the key of the open one,
    where there is any, and then finds that one there."""
    newest_open = (
        select(_SESSION.id)
        .where(_SESSION.download_id == bindparam("of_download"), _SESSION.redeemed_at.is_(None))
        .order_by(_SESSION.opened_at.desc(), _SESSION.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    offer = select(
        func.coalesce(newest_open, bindparam("offered_id", type_=_SESSION.id.type)),
        bindparam("of_download", type_=_SESSION.download_id.type),
        bindparam("offered_at", type_=_SESSION.opened_at.type),
        bindparam("offered_until", type_=_SESSION.expires_at.type),
    ).where(true())  # without, SQLite takes ON CONFLICT for a join's condition
    return (
        upsert(dialect, download_sessions)
        .from_select(["id", "download_id", "opened_at", "expires_at"], offer)
        .on_conflict_do_update(index_elements=["id"], set_={"download_id": _SESSION.download_id})
        .returning(*_SESSION)
    )


class SqlDownloads(SqlCollection[Entitlement]):
    mapper = ENTITLEMENT
    missing = DownloadNotFound
    label = "Download"

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self.moved = False

    def of_order(self, order_id: str) -> list[Entitlement]:
        return self._find(_OF_ORDER, {"order_id": order_id})

    def order_of(self, id: str) -> str | None:
        rows = self._transaction.rows(_ORDER_OF, {"id": id})
        return rows[0]["order_id"] if rows else None

    def any_of_file(self, file_id: str) -> bool:
        return bool(self._transaction.rows(_OF_FILE, {"file_id": file_id}))

    def open_session(self, session: DownloadSession) -> None:
        self._write(SESSION, session)

    def session(self, download_id: str, session_id: str) -> DownloadSession | None:
        return self._session(self._transaction.rows(_BY_ID, {"download_id": download_id, "session_id": session_id}))

    def join_session(self, session: DownloadSession) -> DownloadSession:
        offered = {
            "of_download": session.download_id,
            "offered_id": session.id,
            "offered_at": session.opened_at,
            "offered_until": session.expires_at,
        }
        (row,) = self._transaction.run(_join(self._transaction.dialect), offered).all()
        self.moved = True
        return DownloadSession(**dict(zip(_SESSION.keys(), row, strict=True)))

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
