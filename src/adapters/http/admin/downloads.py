"""/admin/downloads"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.body_fields import Body, Int, Moment, Str, Word
from adapters.http.dialect import Dialect
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail
from core.domain.actor import Actor
from core.domain.download import DownloadState
from core.use_cases.download.change_download import ChangeDownload, DownloadChanges
from ports.reads import Reads, Tree

LIMIT_MAX = 1_000_000
DOWNLOAD = Shown(shape="download", one="download", many="downloads", default="*,*product,*file")
downloads = Resource("admin_downloads", __name__, "/admin/downloads", ADMIN)


class DownloadBody(Body):
    """``download_limit`` and ``expires_at`` may be null: no bound."""

    download_limit = Int(min=0, max=LIMIT_MAX)
    expires_at = Moment()
    status = Word(*(state.value for state in DownloadState))
    reason = Str(max=500)


@inject
def show_download(actor: Actor, query: Query, download_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(DOWNLOAD, reads, actor, query, download_id)


@downloads.on(
    "POST",
    "/<download_id>",
    allow=admin("downloads"),
    shows=DOWNLOAD,
    body=DownloadBody,
    answers=show_download,
    dialect=Dialect.CUSTOM,
)
@inject
def change(
    actor: Actor,
    download_id: str,
    body: dict[str, Any],
    change_download: ChangeDownload = Provide["change_download"],
) -> str:
    """Change a download's limit, expiry or status. What was refunded cannot be granted again."""
    status = body.get("status")
    changes = DownloadChanges(
        state=DownloadState(status) if status is not None else None,
        limit=body.get("download_limit"),
        limit_given="download_limit" in body,
        expires_at=body.get("expires_at"),
        expires_given="expires_at" in body,
        reason=body.get("reason"),
    )
    change_download(actor, download_id, changes)
    return download_id
