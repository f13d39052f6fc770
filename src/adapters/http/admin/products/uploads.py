"""/admin/products/:id/files/uploads: large files, sent straight to the storage in parts."""

from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import validate

from adapters.http.access import admin
from adapters.http.admin.products.files import FILE
from adapters.http.admin.products.resource import PRODUCTS, products
from adapters.http.admin.products.upload_form import ID
from adapters.http.body_fields import Body, Int, Many, Str
from adapters.http.body_fields import Part as Object
from adapters.http.dialect import Dialect
from adapters.http.query import Query
from adapters.http.shown import detail
from core.domain.actor import Actor
from core.domain.file_upload import Part
from core.use_cases.product_file.cancel_upload import CancelUpload
from core.use_cases.product_file.complete_upload import CompleteUpload
from core.use_cases.product_file.link_parts import LinkParts
from core.use_cases.product_file.start_upload import NewUpload, StartUpload
from ports.reads import Reads, Tree

PARTS_MAX = 10_000
_DIGEST = validate.Regexp(r"(?:[0-9A-Fa-f]{64})?\Z", error="must be a SHA-256 in hex")
_ETAG = validate.Regexp(r"[\x21-\x7e]+\Z", error="is no ETag")


class AnnouncedBody(Body):
    name = Str(required=True, max=1_000)
    size = Int(required=True, min=1)
    mime_type = Str(required=True, max=255)
    sha256 = Str(max=64, validate=_DIGEST)
    variant_id = Str(max=255, validate=ID)
    replaces = Str(max=255, validate=ID)


class PartBody(Body):
    number = Int(required=True, min=1, max=PARTS_MAX)
    etag = Str(required=True, max=255, validate=_ETAG)


class CompletionBody(Body):
    parts = Many(Object(PartBody, required=True), required=True, min=1)


@inject
def show_upload(actor: Actor, product_id: str, result: str, link_parts: LinkParts = Provide["link_parts"]) -> Tree:
    ticket = link_parts(actor, product_id, result)
    parts = [{"number": number, "url": url} for number, url in enumerate(ticket.urls, start=1)]
    return {
        "upload": {
            "id": ticket.id,
            "part_size": ticket.part_size,
            "parts": parts,
            "expires_at": ticket.expires_at,
        }
    }


@products.on(
    "POST",
    "/<product_id>/files/uploads",
    allow=admin(PRODUCTS),
    body=AnnouncedBody,
    answers=show_upload,
    secret=True,  # whoever has the addresses can send the parts
    status=201,
    dialect=Dialect.CUSTOM,
    statuses=(413, 415, 503),
)
@inject
def start(
    actor: Actor, product_id: str, body: dict[str, Any], start_upload: StartUpload = Provide["start_upload"]
) -> str:
    """Announce a file and get an address for each of its parts. PUT them, keep the ETags, then complete."""
    return start_upload(
        actor,
        NewUpload(
            product_id=product_id,
            name=body["name"],
            size=body["size"],
            mime_type=body["mime_type"],
            sha256=(body.get("sha256") or "").lower() or None,
            variant_id=body.get("variant_id") or None,
            replaces=body.get("replaces") or None,
        ),
    )


@inject
def show_file(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(FILE, reads, actor, query, result)


@products.on(
    "POST",
    "/<product_id>/files/uploads/<upload_id>/complete",
    allow=admin(PRODUCTS),
    shows=FILE,
    body=CompletionBody,
    answers=show_file,
    status=201,
    dialect=Dialect.CUSTOM,
    statuses=(410, 503),
)
@inject
def complete(
    actor: Actor,
    product_id: str,
    upload_id: str,
    body: dict[str, Any],
    complete_upload: CompleteUpload = Provide["complete_upload"],
) -> str:
    """Make a file of the parts that were sent. Completing again answers the same file."""
    parts = [Part(number=part["number"], etag=part["etag"].strip('"')) for part in body["parts"]]
    return complete_upload(actor, product_id, upload_id, parts)


@products.on(
    "DELETE",
    "/<product_id>/files/uploads/<upload_id>",
    allow=admin(PRODUCTS),
    repeatable=True,
    dialect=Dialect.CUSTOM,
    statuses=(503,),
)
@inject
def cancel(
    actor: Actor, product_id: str, upload_id: str, cancel_upload: CancelUpload = Provide["cancel_upload"]
) -> Tree:
    """Give an upload up; its parts are removed."""
    cancel_upload(actor, product_id, upload_id)
    return {"id": upload_id, "object": "upload", "deleted": True}
