"""/admin/orders/:id/downloads"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.body_fields import Body, Int
from adapters.http.dialect import Dialect
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import context_of, equals
from core.domain.actor import Actor
from core.use_cases.download.resend_downloads import EXTENSION_MAX, ResendDownloads
from ports.reads import Paging, Reads, Selection, Tree

DOWNLOADS = "downloads"
ROWS_MAX = 1_000
WHOLE = Selection(everything=True)
DOWNLOAD = Selection(everything=True, relations={"product": WHOLE, "file": WHOLE})
order_downloads = Resource("admin_order_downloads", __name__, "/admin/orders", ADMIN)


class ResendBody(Body):
    extend_limit_by = Int(min=0, max=EXTENSION_MAX)
    extend_days = Int(min=0, max=EXTENSION_MAX)


@order_downloads.on("GET", "/<order_id>/downloads", allow=admin(DOWNLOADS), dialect=Dialect.CUSTOM)
@inject
def list_of_order(actor: Actor, query: Query, order_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """List an order's downloads and what happened to them, newest first."""
    context = context_of(actor, query)
    reads.one("order", [equals("id", order_id)], Selection(columns=frozenset({"id"})), context)
    of_order = [equals("order_id", order_id)]
    downloads = reads.page("download", of_order, DOWNLOAD, context, Paging(limit=ROWS_MAX))
    log = reads.page("download_log", of_order, WHOLE, context, Paging(limit=ROWS_MAX))
    return {"downloads": downloads.rows, "log": log.rows, "count": downloads.count}


def nothing(result: str) -> Tree:
    return {}


@order_downloads.on(
    "POST",
    "/<order_id>/downloads/resend",
    allow=admin(DOWNLOADS),
    body=ResendBody,
    body_required=False,
    answers=nothing,
    status=202,
    dialect=Dialect.CUSTOM,
)
@inject
def resend(
    actor: Actor,
    order_id: str,
    body: dict[str, Any],
    resend_downloads: ResendDownloads = Provide["resend_downloads"],
) -> str:
    """Mail an order's links again, with more downloads or more time if wanted."""
    resend_downloads(actor, order_id, body.get("extend_limit_by") or 0, body.get("extend_days") or 0)
    return order_id
