"""/admin/products/:id/files: the archives behind a digital product."""

from dependency_injector.wiring import Provide, inject
from flask import Response, request
from marshmallow import Schema

from adapters.http import replays
from adapters.http.access import admin
from adapters.http.admin.products.resource import PRODUCTS, products
from adapters.http.admin.products.upload_form import UploadBody, read_upload
from adapters.http.answers import respond
from adapters.http.course import course
from adapters.http.dialect import Dialect
from adapters.http.hooks import hooks
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Flag
from adapters.http.routing import PRIVATE
from adapters.http.shown import Shown, context_of, detail, equals, listing
from core.domain.actor import Actor
from core.domain.product_file import FileState
from core.use_cases.product_file.link_product_file import LinkProductFile
from core.use_cases.product_file.remove_product_file import RemoveProductFile
from core.use_cases.product_file.upload_product_file import UploadProductFile
from ports.reads import Reads, Selection, Tree

FILE = Shown(shape="product_file", one="file", many="files")


class FileFilters(Schema):
    state = AnyOf(choices=frozenset(state.value for state in FileState))


class RemovalQuery(Schema):
    force = Flag()


@products.on(
    "POST",
    "/<product_id>/files",
    allow=admin(PRODUCTS),
    shows=FILE,
    body=UploadBody,
    upload=True,
    status=201,
    dialect=Dialect.CUSTOM,
    statuses=(413, 415, 503),
)
@inject
def upload(
    actor: Actor,
    query: Query,
    product_id: str,
    upload_product_file: UploadProductFile = Provide["upload_product_file"],
    reads: Reads = Provide["reads"],
) -> Response:
    """Upload a ZIP file (multipart: file, name, variant_id, replaces, metadata)."""
    _check_product(reads, actor, query, product_id)  # before megabytes are read
    form = read_upload(request, hooks().settings.max_upload_bytes)
    content = form.fingerprint() if replays.HEADER in request.headers else b""

    def run(actor: Actor) -> Response:
        return answer(actor, upload_product_file(actor, form.as_new_file(product_id)))

    def answer(actor: Actor, file_id: object) -> Response:
        return respond(detail(FILE, reads, actor, query, str(file_id)), 201)

    return replays.once(course().served(), actor, content, run, answer)


@products.on(
    "GET",
    "/<product_id>/files",
    allow=admin(PRODUCTS),
    lists=FILE,
    query=FileFilters,
    dialect=Dialect.CUSTOM,
    cache=PRIVATE,
)
@inject
def list_files(actor: Actor, query: Query, product_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """List a product's files, newest version first; deleted ones only with state=deleted."""
    _check_product(reads, actor, query, product_id)
    return listing(FILE, reads, actor, query, [equals("product_id", product_id)])


@products.on(
    "DELETE",
    "/<product_id>/files/<file_id>",
    allow=admin(PRODUCTS),
    query=RemovalQuery,
    repeatable=True,
    dialect=Dialect.CUSTOM,
)
@inject
def remove(
    actor: Actor,
    query: Query,
    product_id: str,
    file_id: str,
    remove_product_file: RemoveProductFile = Provide["remove_product_file"],
) -> Tree:
    """Take a file off sale; with force also away from those who bought it."""
    remove_product_file(actor, product_id, file_id, query.get("force", False))
    return {"id": file_id, "object": "product_file", "deleted": True}


@products.on(
    "GET",
    "/<product_id>/files/<file_id>/download",
    allow=admin(PRODUCTS),
    dialect=Dialect.CUSTOM,
    statuses=(410, 503),
)
@inject
def link(
    actor: Actor,
    product_id: str,
    file_id: str,
    link_product_file: LinkProductFile = Provide["link_product_file"],
) -> Tree:
    """Link to a file for a test download, which is not counted."""
    link = link_product_file(actor, product_id, file_id)
    return {"url": link.url, "expires_at": link.expires_at}


def _check_product(reads: Reads, actor: Actor, query: Query, product_id: str) -> None:
    """Raises ProductNotFound."""
    reads.one("product", [equals("id", product_id)], Selection(columns=frozenset({"id"})), context_of(actor, query))
