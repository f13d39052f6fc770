"""/admin/uploads: pictures and papers."""

import hashlib
import json
from typing import Any, BinaryIO, cast

from dependency_injector.wiring import Provide, inject
from flask import Request, Response, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from adapters.http import replays
from adapters.http.access import admin
from adapters.http.answers import respond
from adapters.http.body_fields import Body, File, Many, Str
from adapters.http.course import course
from adapters.http.routing import ADMIN, Resource
from core.domain.actor import Actor
from core.domain.archive import CHUNK
from core.domain.errors import FieldProblem, Invalid
from core.domain.media import FILES_MAX, SIZE_MAX
from core.domain.product_file import FileTooLarge
from core.use_cases.media.delete_media import DeleteMedia
from core.use_cases.media.show_media import LinkMedia, ShowUpload
from core.use_cases.media.upload_media import NewMedia, UploadMedia
from ports.reads import Tree

UPLOADS = "uploads"
BODY_MAX = SIZE_MAX * FILES_MAX + 1024 * 1024
uploads = Resource("admin_uploads", __name__, "/admin/uploads", ADMIN)


class FilesBody(Body):
    files = Many(File(), required=True, min=1, max=FILES_MAX)


class KeyBody(Body):
    file_key = Str(required=True, max=1_000)


@uploads.on("POST", "", allow=admin(UPLOADS), body=FilesBody, upload=True, statuses=(413, 415, 503))
@inject
def upload(
    actor: Actor,
    upload_media: UploadMedia = Provide["upload_media"],
    show_upload: ShowUpload = Provide["show_upload"],
) -> Response:
    """Upload pictures and papers for everybody (multipart: files)."""
    return _taken(actor, upload_media, show_upload, is_public=True)


@uploads.on("POST", "/protected", allow=admin(UPLOADS), body=FilesBody, upload=True, statuses=(413, 415, 503))
@inject
def upload_protected(
    actor: Actor,
    upload_media: UploadMedia = Provide["upload_media"],
    show_upload: ShowUpload = Provide["show_upload"],
) -> Response:
    """Upload papers for staff alone (multipart: files)."""
    return _taken(actor, upload_media, show_upload, is_public=False)


@uploads.on("DELETE", "", allow=admin(UPLOADS), body=KeyBody, repeatable=True, statuses=(503,))
@inject
def delete(actor: Actor, body: dict[str, Any], delete_media: DeleteMedia = Provide["delete_media"]) -> Tree:
    """Throw an uploaded file away, for good."""
    delete_media(actor, body["file_key"])
    return {"id": body["file_key"], "object": "file", "deleted": True}


@uploads.on("POST", "/download-url", allow=admin(UPLOADS), body=KeyBody, repeatable=True, statuses=(503,))
@inject
def link(actor: Actor, body: dict[str, Any], link_media: LinkMedia = Provide["link_media"]) -> Tree:
    """Link to an uploaded file, for 15 minutes."""
    return {"download_url": link_media(actor, body["file_key"])}


def _taken(actor: Actor, upload_media: UploadMedia, show_upload: ShowUpload, *, is_public: bool) -> Response:
    given = _files(request)
    content = _fingerprint(given) if replays.HEADER in request.headers else b""

    def run(actor: Actor) -> Response:
        return answer(actor, upload_media(actor, [_new(file) for file in given], is_public=is_public))

    def answer(actor: Actor, batch_id: object) -> Response:
        shown = show_upload(actor, str(batch_id))
        return respond({"uploads": [{"url": one.url, "key": one.key} for one in shown]}, 200)

    return replays.once(course().served(), actor, content, run, answer)


def _files(request: Request) -> list[FileStorage]:
    """Those of the form, spooled. Raises Invalid, FileTooLarge."""
    if request.mimetype != "multipart/form-data":
        raise Invalid("the body must be multipart/form-data")
    if (request.content_length or 0) > BODY_MAX:
        raise FileTooLarge(f"an upload may have at most {BODY_MAX} bytes")
    try:
        files, form = request.files, request.form
    except RequestEntityTooLarge as error:
        raise FileTooLarge(f"an upload may have at most {BODY_MAX} bytes") from error
    for name in (*files, *form):
        if name != "files":
            raise Invalid(f"property {name[:50]} should not exist", fields=[FieldProblem(name[:50], "is not known")])
    given = files.getlist("files")
    if not given:
        raise Invalid("files should not be empty", fields=[FieldProblem("files", "should not be empty")])
    return given


def _new(file: FileStorage) -> NewMedia:
    stream = cast("BinaryIO", file.stream)
    size = stream.seek(0, 2)
    return NewMedia(name=file.filename or "", stream=stream, size=size)


def _fingerprint(files: list[FileStorage]) -> bytes:
    """What tells this upload from others: names and SHA-256."""
    claims = []
    for file in files:
        stream = cast("BinaryIO", file.stream)
        stream.seek(0)
        digest = hashlib.sha256()
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
        claims.append([file.filename, digest.hexdigest()])
    return json.dumps(claims).encode()
