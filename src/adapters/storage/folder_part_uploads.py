"""Uploads in parts, taken in by the shop itself and kept beside the objects until they are complete."""

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from adapters.storage.folder_file_store import UPLOADS, FolderFileStore
from adapters.storage.links import PartSigner, PartTerms
from core.domain.errors import Invalid
from core.domain.file_upload import Part, StoredPart
from core.domain.product_file import FileTooLarge
from ports.clock import Clock
from ports.file_store import StorageUnavailable
from ports.part_uploads import PartRefused, UnfinishedUpload, UploadMissing

_REF = re.compile(r"[0-9a-f]{32}")
_CHUNK = 1 << 20
_KEY_FILE = "key"


class FolderPartUploads:
    """PartUploads and LocalParts beside a FolderFileStore over the same ``root``.

    An upload is the folder ``.uploads/{ref}`` with its key and one file per part; completing it writes the
    object as the store writes any other. An ETag names one writing of one part.
    """

    def __init__(self, root: Path, base_url: str, store: FolderFileStore, signer: PartSigner, clock: Clock) -> None:
        self._root = root / UPLOADS
        self._base_url = base_url.rstrip("/")
        self._store = store
        self._signer = signer
        self._clock = clock

    def start_parts(self, key: str) -> str:
        ref = secrets.token_hex(16)
        folder = self._root / ref
        started = self._clock.now().timestamp()
        with _translated():
            folder.mkdir(parents=True)
            (folder / _KEY_FILE).write_text(key, encoding="utf-8")
            os.utime(folder / _KEY_FILE, (started, started))
        return ref

    def part_url(self, key: str, ref: str, number: int, *, size: int, life: timedelta) -> str:
        expires_at = self._clock.now() + life
        token = self._signer.sign(PartTerms(ref=ref, number=number, size=size, expires_at=expires_at))
        return f"{self._base_url}/files/parts/{token}"

    def receive(self, token: str, chunks: Iterable[bytes]) -> str:
        terms = self._signer.read(token, self._clock.now())
        folder = self._root / terms.ref
        partial = folder / f"{secrets.token_hex(8)}.part"
        try:
            with _translated():
                _write(partial, chunks, terms.size)
                partial.replace(folder / str(terms.number))
                return _etag(terms.number, (folder / str(terms.number)).stat())
        except BaseException:
            with suppress(OSError):  # goes with its upload
                partial.unlink(missing_ok=True)
            raise

    def stored_parts(self, key: str, ref: str) -> list[StoredPart]:
        with _translated():
            numbers = sorted(int(path.name) for path in self._folder(key, ref).iterdir() if path.name.isdecimal())
            stats = [(number, (self._root / ref / str(number)).stat()) for number in numbers]
        return [StoredPart(number=number, etag=_etag(number, found), size=found.st_size) for number, found in stats]

    def complete_parts(self, key: str, ref: str, parts: Sequence[Part]) -> None:
        folder = self._folder(key, ref)
        self._store.put(key, _joined(folder, parts))
        self.abort_parts(key, ref)

    def abort_parts(self, key: str, ref: str) -> None:
        if not _REF.fullmatch(ref):
            raise ValueError(f"{ref!r} names no upload")
        with suppress(UploadMissing), _translated():
            shutil.rmtree(self._root / ref)

    def unfinished(self, prefix: str, *, older_than: datetime) -> Iterator[UnfinishedUpload]:
        with _translated():
            folders = list(self._root.iterdir()) if self._root.is_dir() else []
        for folder in folders:
            with suppress(UploadMissing), _translated():  # completed while we look
                opened = (folder / _KEY_FILE).stat().st_mtime
                key = (folder / _KEY_FILE).read_text(encoding="utf-8")
                if key.startswith(prefix) and opened < older_than.timestamp():
                    yield UnfinishedUpload(key=key, ref=folder.name)

    def _folder(self, key: str, ref: str) -> Path:
        folder = self._root / ref
        if not _REF.fullmatch(ref):
            raise UploadMissing("there is no such upload")
        with _translated():
            if (folder / _KEY_FILE).read_text(encoding="utf-8") != key:
                raise UploadMissing("there is no such upload")
        return folder


def _write(path: Path, chunks: Iterable[bytes], size: int) -> None:
    left = size
    with path.open("xb") as file:
        for chunk in chunks:
            left -= len(chunk)
            if left < 0:
                raise FileTooLarge(f"this part has {size} bytes, not more")
            file.write(chunk)
    if left:
        raise Invalid(f"this part has {size} bytes; {size - left} have arrived")


def _joined(folder: Path, parts: Sequence[Part]) -> Iterator[bytes]:
    """The parts' bytes one after the other, each as it was named."""
    for part in parts:
        try:
            file = (folder / str(part.number)).open("rb")
        except FileNotFoundError as error:
            raise PartRefused(f"part {part.number} has not been sent") from error
        with file:
            if _etag(part.number, os.fstat(file.fileno())) != part.etag:
                raise PartRefused(f"part {part.number} is not stored as it was named")
            while chunk := file.read(_CHUNK):
                yield chunk


def _etag(number: int, found: os.stat_result) -> str:
    written = f"{number}:{found.st_ino}:{found.st_size}:{found.st_mtime_ns}"
    return hashlib.sha256(written.encode()).hexdigest()[:32]


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise UploadMissing("there is no such upload") from error
    except OSError as error:
        raise StorageUnavailable("the file could not be stored") from error
