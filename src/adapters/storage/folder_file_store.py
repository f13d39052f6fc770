"""Objects as plain files below one folder: the storage that needs nothing installed."""

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from adapters.storage.links import LinkSigner, LinkTerms
from core.domain.download import LINK_LIFE
from ports.clock import Clock
from ports.file_store import Link, ObjectMissing, StorageUnavailable, StoredObject
from ports.local_files import LocalFile

_STEP = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,127}"
_KEY = re.compile(rf"{_STEP}(?:/{_STEP}){{0,7}}")
_PARTIAL = ".part"
UPLOADS = ".uploads"  # where unfinished uploads lie; no key begins with a dot


class FolderFileStore:
    """FileStore and LocalFiles over the folder ``root``, which is made when missing.

    Writing  goes to a file beside the final one, is flushed to the disk and then renamed, so an object is
             there whole or not at all. What a crash leaves behind ends in ``.part`` and is listed by
             ``keys`` like an orphan.
    Links    are ``{base_url}/files/{token}``; any process with the same secret and folder serves them.
    """

    def __init__(self, root: Path, base_url: str, signer: LinkSigner, clock: Clock) -> None:
        self._root = root
        self._base_url = base_url.rstrip("/")
        self._signer = signer
        self._clock = clock

    def put(self, key: str, chunks: Iterable[bytes]) -> StoredObject:
        path = self._path(key)
        partial = path.with_name(f"{path.name}.{secrets.token_hex(8)}{_PARTIAL}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            stored = self._write(partial, key, chunks)
            partial.replace(path)
            self._flush_folders(path.parent)
        except BaseException as error:
            with suppress(OSError):  # the sweep takes what cannot be removed now
                partial.unlink(missing_ok=True)
            if isinstance(error, OSError):
                raise StorageUnavailable("the file could not be stored") from error
            raise
        return stored

    def _write(self, partial: Path, key: str, chunks: Iterable[bytes]) -> StoredObject:
        digest = hashlib.sha256()
        size = 0
        with partial.open("xb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        written = self._clock.now().timestamp()
        os.utime(partial, (written, written))
        return StoredObject(key=key, size=size, sha256=digest.hexdigest())

    def _flush_folders(self, folder: Path) -> None:
        """Make a rename, and folders made for it, survive a power cut."""
        for each in (folder, *folder.parents):
            handle = os.open(each, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
            if each == self._root:
                return

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        with _translated(key):
            file = self._path(key).open("rb")
        with file:
            yield file

    def size(self, key: str) -> int:
        with _translated(key):
            return self._path(key).stat().st_size

    def delete(self, key: str) -> None:
        with _translated(key):
            self._path(key).unlink(missing_ok=True)

    def link(self, key: str, *, file_name: str, mime_type: str, life: timedelta) -> Link:
        self._path(key)
        if not timedelta(0) < life <= LINK_LIFE:
            raise ValueError(f"a link lives for at most {LINK_LIFE}")
        expires_at = (self._clock.now() + life).replace(microsecond=0)
        terms = LinkTerms(key=key, name=file_name, mime_type=mime_type, expires_at=expires_at)
        return Link(url=f"{self._base_url}/files/{self._signer.sign(terms)}", expires_at=expires_at)

    def keys(self, prefix: str, *, older_than: datetime) -> Iterator[str]:
        before = older_than.timestamp()
        for folder, below, names in os.walk(self._root, onerror=_unreadable):
            if Path(folder) == self._root and UPLOADS in below:
                below.remove(UPLOADS)
            for name in names:
                path = Path(folder, name)
                key = path.relative_to(self._root).as_posix()
                with suppress(FileNotFoundError):  # deleted while we look
                    if key.startswith(prefix) and path.stat().st_mtime < before:
                        yield key

    def resolve(self, token: str) -> LocalFile:
        terms = self._signer.read(token, self._clock.now())
        path = self._path(terms.key)
        with _translated(terms.key):
            found = path.stat()
        return LocalFile(
            path=path,
            name=terms.name,
            mime_type=terms.mime_type,
            etag=hashlib.sha256(f"{terms.key}:{found.st_size}:{found.st_mtime_ns}".encode()).hexdigest()[:32],
            modified_at=datetime.fromtimestamp(int(found.st_mtime), UTC),
        )

    def _path(self, key: str) -> Path:
        """Keys are ours, never a client's; still none of them leads out of the folder."""
        if not _KEY.fullmatch(key):
            raise ValueError(f"{key!r} is no storage key")
        return self._root / key


@contextmanager
def _translated(key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectMissing(f"there is no object {key}") from error
    except OSError as error:
        raise StorageUnavailable("the file storage cannot be reached") from error


def _unreadable(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise StorageUnavailable("the file storage cannot be reached") from error
