"""Pictures and papers that staff upload: what product pages show, and what only staff may fetch."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.errors import Invalid, NotFound
from core.domain.events import Event
from core.domain.product_file import FileTooLarge, FileTypeNotAllowed

SIZE_MAX = 20 * 1024 * 1024
FILES_MAX = 20  # of one upload
HEAD = 16  # bytes that tell what a file is
_PUBLIC: Mapping[str, tuple[str, tuple[bytes, ...]]] = {
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", (b"RIFF",)),
    "avif": ("image/avif", ()),
    "pdf": ("application/pdf", (b"%PDF-",)),
    "mp4": ("video/mp4", ()),
}
# Everybody's browser would be asked to make something of these.
_PROTECTED = {
    **_PUBLIC,
    "csv": ("text/csv", ()),
    "txt": ("text/plain", ()),
    "json": ("application/json", ()),
    "zip": ("application/zip", (b"PK\x03\x04", b"PK\x05\x06")),
}
_BOXED = ("avif", "mp4")  # their name stands after a length: ....ftyp
_NOT_IN_NAME = re.compile(r"[^a-z0-9]+")
NAME_MAX = 60


class MediaNotFound(NotFound):
    pass


@dataclass(slots=True, kw_only=True)
class MediaFile:
    """Aggregate root. storage_key: also what callers name it by, unique. size in bytes.

    is_public: everybody who knows the address may see it. batch_id: id of the first file of the same
    upload. uploaded_by: id of the user, or of who the key belongs to.
    """

    id: str
    storage_key: str
    name: str
    mime_type: str
    size: int
    is_public: bool
    batch_id: str
    uploaded_by: str | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)


def media_type(name: str, size: int, head: bytes, *, is_public: bool) -> tuple[str, str]:
    """The name's ending and the type it stands for. Raises FileTypeNotAllowed when the ending is not on the
    list or the first bytes are of something else, FileTooLarge, Invalid for an empty file."""
    ending = name.rpartition(".")[2].lower()
    known = (_PUBLIC if is_public else _PROTECTED).get(ending)
    if known is None:
        allowed = ", ".join(_PUBLIC if is_public else _PROTECTED)
        raise FileTypeNotAllowed(f"the name of the file must end in one of {allowed}")
    if size > SIZE_MAX:
        raise FileTooLarge(f"a file may have at most {SIZE_MAX} bytes")
    if size == 0:
        raise Invalid("the file is empty")
    mime_type, beginnings = known
    fits = head[4:8] == b"ftyp" if ending in _BOXED else not beginnings or head.startswith(beginnings)
    if not fits or (ending == "webp" and head[8:12] != b"WEBP"):
        raise FileTypeNotAllowed(f"the file is not what its ending .{ending} says")
    return ending, mime_type


def storage_key(id: str, name: str, ending: str, *, is_public: bool) -> str:
    """Readable, and safe in addresses: ``public/media_01H.../sydney-nights.jpg``."""
    stem = unicodedata.normalize("NFKD", name.rpartition(".")[0]).encode("ascii", "ignore").decode().lower()
    plain = _NOT_IN_NAME.sub("-", stem).strip("-")[:NAME_MAX].strip("-") or "file"
    return f"{'public' if is_public else 'protected'}/{id}/{plain}.{ending}"


def type_of_key(key: str) -> str:
    """The type a stored public file is sent as. Raises MediaNotFound for endings that never were allowed."""
    known = _PUBLIC.get(key.rpartition(".")[2])
    if known is None:
        raise MediaNotFound("there is no such file")
    return known[0]
