"""Shapes of access to bought files and its log.

The token is not here: callers derive it from the id and ``_revision``, which they name explicitly.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, func, not_, or_, select, true

from adapters.db import tables
from adapters.db.reads.filters import by, each, one_of
from adapters.db.reads.shape import Computed, Facts, Relation, Shape, columns, everything, to_one
from core.domain.download import DownloadNotFound, DownloadState, status_of
from core.domain.product_file import FileState
from ports.reads import ReadContext, Tree

DOWNLOAD_PRODUCT = Shape(
    name="download_product",
    table=tables.products,
    columns=columns("id", "title", "thumbnail", "handle"),
    visible=everything,
)

DOWNLOAD_FILE = Shape(
    name="download_file",
    table=tables.product_files,
    columns=columns("id", "name", "mime_type", "size", "sha256", version="file_version"),
    visible=everything,
)


def _order_display_id(download: FromClause) -> ColumnElement[Any]:
    orders = tables.orders
    return select(orders.c.display_id).where(orders.c.id == download.c.order_id).scalar_subquery()


def _delivered(download: FromClause, file: FromClause) -> ColumnElement[bool]:
    """As ``newest_deliverable`` decides: the newest version on sale where newer ones come along, unless
    the one bought is newer still; else the version bought."""
    versions = tables.product_files.alias("of_chain")
    newest = (
        select(versions.c.id)
        .where(
            versions.c.chain_id == download.c.chain_id,
            or_(
                versions.c.state == FileState.READY.value,
                and_(versions.c.id == download.c.file_id, versions.c.retained.is_(True)),
            ),
        )
        .order_by(versions.c.file_version.desc())
        .limit(1)
        .scalar_subquery()
    )
    bought = download.c.file_id
    return file.c.id == case((download.c.follows_chain.is_(True), func.coalesce(newest, bought)), else_=bought)


def _computed(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
    for row in rows:
        count, limit, expires_at = row["download_count"], row["download_limit"], row["expires_at"]
        if (
            not isinstance(count, int)
            or not isinstance(limit, int | None)
            or not isinstance(expires_at, datetime | None)
        ):
            raise TypeError(f"a download's columns have the wrong types: {row!r}")
        yield {
            "status": status_of(str(row["_state"]), count, limit, expires_at, facts.context.now),
            "remaining": None if limit is None else max(0, limit - count),
        }


def _statuses(download: FromClause, context: ReadContext) -> dict[str, ColumnElement[bool]]:
    """``core.domain.download.status_of`` as conditions."""
    granted = download.c.state == DownloadState.GRANTED.value
    expires_at, limit = download.c.expires_at, download.c.download_limit
    over = case((expires_at.is_(None), not_(true())), else_=expires_at <= context.now)
    used_up = case((limit.is_(None), not_(true())), else_=download.c.download_count >= limit)
    return {
        "granted": and_(granted, not_(or_(over, used_up))),
        "expired": and_(granted, over),
        "exhausted": and_(granted, not_(over), used_up),
        "suspended": download.c.state == DownloadState.SUSPENDED.value,
        "revoked": download.c.state == DownloadState.REVOKED.value,
    }


DOWNLOAD = Shape(
    name="download",
    table=tables.downloads,
    columns=columns(
        "id",
        "order_id",
        "line_item_id",
        "download_count",
        "download_limit",
        "expires_at",
        "granted_at",
        "last_downloaded_at",
        order_display_id=_order_display_id,
    ),
    hidden=columns(
        "product_id",
        "created_at",
        _revision="revision",
        _state="state",
        _reason="reason",
        _customer_id="customer_id",
        _variant_id="variant_id",
    ),
    computed=(
        Computed(
            gives=("status", "remaining"),
            needs=("_state", "download_count", "download_limit", "expires_at"),
            compute=_computed,
        ),
    ),
    relations={
        "product": to_one(lambda: DOWNLOAD_PRODUCT, "product_id"),
        "file": Relation(shape=lambda: DOWNLOAD_FILE, many=False, on=_delivered),
    },
    filters={
        **each("id", "customer_id", "order_id", "line_item_id", "product_id", "file_id", "granted_at", "created_at"),
        "status": one_of(_statuses),
    },
    visible=everything,
    missing=(DownloadNotFound, "Download with id: {} was not found"),
)

DOWNLOAD_LOG = Shape(
    name="download_log",
    table=tables.download_log,
    columns=columns(
        "id", "download_id", "order_id", "action", "outcome", "at", "customer_id", "session_id", "network", "agent"
    ),
    hidden=columns(created_at="at"),
    filters={**each("id", "download_id", "order_id", "action", "outcome", "at"), "created_at": by("at")},
    visible=everything,
)
