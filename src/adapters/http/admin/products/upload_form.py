"""/admin/products/:id/files: reading the form of an upload.

The body is parsed as it arrives and the file spooled to the disk, so its size does not matter to memory.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from flask import Request
from marshmallow import validate
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge

from adapters.http.body_fields import Body, File, Metadata, Str
from adapters.http.json_body import load, parse_json
from core.domain.archive import CHUNK
from core.domain.errors import FieldProblem, Invalid
from core.domain.product_file import FileTooLarge
from core.domain.values import Metadata as MetadataValue
from core.use_cases.product_file.upload_product_file import NewFile
from ports.file_store import StorageUnavailable

ID = validate.Regexp(r"[A-Za-z0-9_-]*\Z", error="is no id")
_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class UploadBody(Body):
    file = File(required=True)
    name = Str(max=1_000)
    variant_id = Str(max=255, validate=ID)
    replaces = Str(max=255, validate=ID)
    metadata = Metadata()


@dataclass(frozen=True)
class UploadForm:
    """fields: what came beside the file, checked. size in bytes."""

    file: FileStorage
    size: int
    fields: dict[str, Any]

    def as_new_file(self, product_id: str) -> NewFile:
        """Without a ``name`` the file's own counts. Empty ids are what empty form fields send."""
        metadata: MetadataValue | None = self.fields.get("metadata")
        return NewFile(
            product_id=product_id,
            name=self.fields.get("name", self.file.filename or ""),
            stream=cast("BinaryIO", self.file.stream),
            size=self.size,
            mime_type=self.file.content_type or "",
            variant_id=self.fields.get("variant_id") or None,
            replaces=self.fields.get("replaces") or None,
            metadata=metadata,
        )

    def fingerprint(self) -> bytes:
        """What tells this upload from others: its fields, the file's claims and its SHA-256."""
        stream = cast("BinaryIO", self.file.stream)
        stream.seek(0)
        digest = hashlib.sha256()
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
        claims = [self.file.filename, self.file.content_type, self.fields, digest.hexdigest()]
        return json.dumps(claims, sort_keys=True).encode()


def read_upload(request: Request, largest: int) -> UploadForm:
    """Raises Invalid, UnknownField, FileTooLarge, StorageUnavailable."""
    if request.mimetype != "multipart/form-data":
        raise Invalid("the body must be multipart/form-data")
    if (request.content_length or 0) > largest:
        raise FileTooLarge(f"an upload may have at most {largest} bytes")
    fields = load(UploadBody(), _parts(request, largest))
    file: FileStorage = fields.pop("file")
    file.stream.seek(0, os.SEEK_END)
    return UploadForm(file=file, size=file.stream.tell(), fields=fields)


def _parts(request: Request, largest: int) -> dict[str, Any]:
    """The form by name, its file spooled, its metadata read as JSON."""
    try:
        files, form = request.files, request.form
    except RequestEntityTooLarge as error:
        raise FileTooLarge(f"an upload may have at most {largest} bytes") from error
    except OSError as error:
        if error.errno in _DISK_FULL:
            raise StorageUnavailable("the file could not be stored") from error
        raise
    for name in (*files, *form):
        if len(files.getlist(name)) + len(form.getlist(name)) > 1:
            raise Invalid(f"{name[:50]} was sent twice", fields=[FieldProblem(name[:50], "was sent twice")])
    parts: dict[str, Any] = {**form, **files}
    metadata = form.get("metadata")
    if metadata is not None:
        parts["metadata"] = parse_json(metadata.encode()) if metadata.strip() else None
    return parts
