"""/files: bytes of stored files, for engines that have no web server of their own."""

import re

from dependency_injector.wiring import Provide, inject
from flask import Response, request, send_file

from adapters.http.access import PUBLIC
from adapters.http.dialects import Dialect
from adapters.http.routing import SERVICE, Resource
from ports.file_store import ObjectMissing
from ports.local_files import LocalFiles

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
