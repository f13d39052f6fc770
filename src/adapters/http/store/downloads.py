"""/store/downloads"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import CUSTOMER, PUBLIC
from adapters.http.body_fields import Body, Int, Str
from adapters.http.budgets import DOWNLOAD as DOWNLOADING
from adapters.http.budgets import RESEND
from adapters.http.dialect import Dialect
from adapters.http.query import Query
from adapters.http.routing import STORE, Resource
from adapters.http.store.shown_download import PURPOSE, own_download
from core.domain.actor import Actor
from core.domain.download import DownloadNotFound
from core.domain.values import EMAIL_MAX
from core.use_cases.download.open_download import OpenDownload
from core.use_cases.download.redeem_download import RedeemDownload
from core.use_cases.download.request_downloads import RequestDownloads
from ports.reads import Reads, Tree
from ports.tokens import DerivedTokens

downloads = Resource("store_downloads", __name__, "/store/downloads", STORE)


class RedeemBody(Body):
    session_id = Str(min=1, max=64)


class ResendBody(Body):
    email = Str(required=True, max=EMAIL_MAX)
    order_display_id = Int(min=1)


@downloads.on("GET", "/<token>", allow=CUSTOMER, budgets=DOWNLOADING, dialect=Dialect.CUSTOM, statuses=(403, 410))
@inject
def open_link(
    actor: Actor,
    query: Query,
    token: str,
    open_download: OpenDownload = Provide["open_download"],
    reads: Reads = Provide["reads"],
    derived: DerivedTokens = Provide["derived_tokens"],
) -> Tree:
    """Check the token and answer a link to the file, good for 15 minutes."""
    opened = open_download(actor, token)
    return {
        "url": opened.url,
        "expires_at": opened.expires_at,
        "expires_in": opened.expires_in,
        "session_id": opened.session_id,
        "download": own_download(reads, derived, actor, query, opened.download_id),
    }


@inject
def show_redeemed(
    actor: Actor,
    query: Query,
    token: str,
    reads: Reads = Provide["reads"],
    derived: DerivedTokens = Provide["derived_tokens"],
) -> Tree:
    reference = derived.read(PURPOSE, token)
    if reference is None:
        raise DownloadNotFound("this download does not exist")
    return {"download": own_download(reads, derived, actor, query, reference.subject_id)}


@downloads.on(
    "POST",
    "/<token>/redeem",
    allow=CUSTOMER,
    body=RedeemBody,
    body_required=False,
    budgets=DOWNLOADING,
    answers=show_redeemed,
    dialect=Dialect.CUSTOM,
    statuses=(410,),
)
@inject
def redeem(
    actor: Actor, token: str, body: dict[str, Any], redeem_download: RedeemDownload = Provide["redeem_download"]
) -> str:
    """Count a download whose bytes have arrived."""
    return redeem_download(actor, token, body.get("session_id"))


@downloads.on(
    "POST",
    "/resend",
    allow=PUBLIC,
    body=ResendBody,
    budgets=RESEND,
    repeatable=True,
    status=202,
    dialect=Dialect.CUSTOM,
)
@inject
def resend(
    actor: Actor, body: dict[str, Any], request_downloads: RequestDownloads = Provide["request_downloads"]
) -> Tree:
    """Have download links mailed again to the address they were bought with; says nothing else."""
    request_downloads(actor, body["email"], body.get("order_display_id"))
    return {}
