"""Where the bytes of digital products lie."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol

from core.domain.errors import Unavailable
from core.domain.product_file import ProductFileNotFound


class ObjectMissing(ProductFileNotFound):
    """There is no object under this key."""


class StorageUnavailable(Unavailable):
    """The store cannot be reached or is full; nothing was kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """size in bytes and sha256 (lower-case hex) as measured while writing."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    url: str
    expires_at: datetime


class FileStore(Protocol):
    """Objects under keys like ``products/prod_01H.../pfile_01H....zip``.

    Shapes   ``put`` reads the stream in chunks, never whole, and is all or nothing: an error or a
             crash leaves no object. ``open`` gives a seekable binary stream for inspection.
             ``link`` is a read-only URL to exactly one object that works for ``life`` (at most 900 s),
             answers Range requests and sends the object as an attachment under ``file_name``
             (RFC 6266). It does not check that the object exists.
             ``keys`` are all keys under a prefix that were written before ``older_than``.
    Errors   ObjectMissing from ``open`` and ``size``; StorageUnavailable from everything. ``delete``
             of a missing key is fine.
    Source   https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html for what links do.
    """

    def put(self, key: str, chunks: Iterable[bytes]) -> StoredObject: ...

    def open(self, key: str) -> AbstractContextManager[BinaryIO]: ...

    def size(self, key: str) -> int: ...

    def delete(self, key: str) -> None: ...

    def link(self, key: str, *, file_name: str, mime_type: str, life: timedelta) -> Link:
        """Signed on the spot: the store is not asked, not even whether it has the object."""
        ...

    def keys(self, prefix: str, *, older_than: datetime) -> Iterator[str]: ...
