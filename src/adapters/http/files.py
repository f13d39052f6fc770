"""/files: bytes of stored files, in and out, for engines that have no web server of their own."""

import re
from collections.abc import Iterator

from dependency_injector.wiring import Provide, inject
from flask import Response, request, send_file

from adapters.http.access import PUBLIC
from adapters.http.answers import Answer
from adapters.http.dialects import Dialect
from adapters.http.routing import SERVICE, Resource
from core.domain.archive import CHUNK
from ports.file_store import ObjectMissing
from ports.local_files import LocalFiles
from ports.local_parts import LocalParts

files = Resource("files", __name__, "/files", SERVICE)
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
