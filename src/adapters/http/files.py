"""/files: bytes of stored files, in and out, for engines that have no web server of their own."""

import hashlib
import io
import re
from collections.abc import Iterator

from dependency_injector.wiring import Provide, inject
from flask import Response, request, send_file

from adapters.http.access import PUBLIC
from adapters.http.answers import Answer
from adapters.http.dialect import Dialect
from adapters.http.routing import SERVICE, Resource
from core.domain.archive import CHUNK
from core.domain.media import SIZE_MAX, MediaNotFound, type_of_key
from ports.file_store import FileStore, ObjectMissing
from ports.local_files import LocalFiles
from ports.local_parts import LocalParts

files = Resource("files", __name__, "/files", SERVICE)
_PUBLIC_KEY = re.compile(r"public/[A-Za-z0-9_]{1,60}/[a-z0-9-]{1,80}\.[a-z0-9]{2,5}")
_ONE_RANGE = re.compile(r"\s*bytes\s*=\s*(?:[0-9]+-[0-9]*|-[0-9]+)\s*")


@files.on("GET", "/<token>", allow=PUBLIC, dialect=Dialect.CUSTOM, statuses=(206, 403, 404, 410, 416, 503))
@inject
def fetch(token: str, local_files: LocalFiles = Provide["local_files"]) -> Response:
    """Fetch a file by its link; takes Range."""
    file = local_files.resolve(token)
    # Several ranges, or other units than bytes, may be answered with the whole (RFC 9110, 14.2).
    if not _ONE_RANGE.fullmatch(request.headers.get("Range", "")):
        request.environ.pop("HTTP_RANGE", None)
    try:
        response = send_file(
            file.path,
            mimetype=file.mime_type,
            as_attachment=True,
            download_name=file.name,
            conditional=True,
            etag=file.etag,
            last_modified=file.modified_at,
        )
    except FileNotFoundError as error:
        raise ObjectMissing("this file is not there any more") from error
    response.headers["Cache-Control"] = "private, no-store"  # the address alone opens it
    return response


# Pages and proxies put versions and sizes behind the addresses of pictures.
@files.on("GET", "/public/<media_id>/<name>", allow=PUBLIC, any_query=True, statuses=(206, 304, 404, 416, 503))
@inject
def fetch_public(media_id: str, name: str, file_store: FileStore = Provide["file_store"]) -> Response:
    """Show a picture or paper that staff uploaded for everybody."""
    key = f"public/{media_id}/{name}"
    if not _PUBLIC_KEY.fullmatch(key):
        raise MediaNotFound("there is no such file")
    mime_type = type_of_key(key)
    with file_store.open(key) as stream:
        content = io.BytesIO(stream.read(SIZE_MAX))
    # What lies under a key never changes.
    response = send_file(content, mimetype=mime_type, conditional=True, etag=hashlib.sha256(key.encode()).hexdigest())
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@files.on(
    "PUT", "/parts/<token>", allow=PUBLIC, upload=True, dialect=Dialect.CUSTOM, statuses=(403, 404, 410, 413, 503)
)
@inject
def receive(token: str, local_parts: LocalParts = Provide["local_parts"]) -> Answer:
    """Take in one part of a direct upload; its ETag is in the header."""
    etag = local_parts.receive(token, _body())
    # Pages of other origins may read it, if the settings let them call at all.
    return Answer(body="", headers={"ETag": f'"{etag}"', "Access-Control-Expose-Headers": "ETag"})


def _body() -> Iterator[bytes]:
    while chunk := request.stream.read(CHUNK):
        yield chunk
