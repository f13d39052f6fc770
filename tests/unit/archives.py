"""Archives to inspect, and what the inspection says of them."""

import io
import struct
import zipfile

from core.domain.archive import ArchiveLimits, inspect_zip
from core.domain.product_file import FileRejected, Rejection

LIMITS = ArchiveLimits()
METHODS = [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
END_SIZE = 22


def a_zip(files: dict[str, bytes] | None = None, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in (files or {"a.txt": b"hello " * 40, "b/c.txt": b"world"}).items():
            archive.writestr(name, content)
    return target.getvalue()


def reason_of(data: bytes, limits: ArchiveLimits = LIMITS) -> Rejection | None:
    try:
        inspect_zip(io.BytesIO(data), limits)
    except FileRejected as refused:
        return refused.reason
    return None


class Unseekable(io.RawIOBase):
    """Makes zipfile write descriptors after the data."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.data += data
        return len(data)


def streamed_zip() -> bytes:
    target = Unseekable()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"hello " * 40)
        archive.writestr("b.txt", b"")
    return bytes(target.data)


def as_zip64(data: bytes) -> bytes:
    """The same archive with a ZIP64 end record, all narrow fields saying "look there"."""
    body, end = data[:-END_SIZE], data[-END_SIZE:]
    _, _, _, here, entries, size, offset, _ = struct.unpack("<4s4H2LH", end)
    long = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, here, entries, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(body), 1)
    short = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return body + long + locator + short
