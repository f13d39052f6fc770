"""May this archive be sold? Decided on its real bytes, within fixed bounds of memory and work.

An archive passes when every reader would unpack the same harmless files from it. The layout is judged
in core.domain.archive_directory, the names and the expanded content here. Archives inside the archive are
content like any other and are not opened.
"""

from __future__ import annotations

import bz2
import lzma
import os
import re
import stat
import unicodedata
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO, Protocol

from core.domain.archive_directory import Entry, read_directory, reject
from core.domain.product_file import FileRejected, FileTooLarge, Rejection

CHUNK = 64 << 10
MAX_LZMA_DICTIONARY = 16 << 20

_DRIVE = re.compile(r"[A-Za-z]:")
_STORED, _DEFLATED, _BZIP2, _LZMA = 0, 8, 12, 14
_LZMA_HAS_END_MARK = 1 << 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveLimits:
    """Sizes in bytes. ratio: expanded per packed byte of one entry, counted only above ``ratio_from``."""

    archive_size: int = 500 << 20
    expanded_size: int = 2 << 30
    entries: int = 10_000
    ratio: int = 200
    ratio_from: int = 1 << 20


def inspect_zip(stream: BinaryIO, limits: ArchiveLimits) -> None:
    """Raises FileRejected, with the reason, unless the seekable ``stream`` is an archive fit for sale;
    FileTooLarge before looking at all."""
    if stream.seek(0, os.SEEK_END) > limits.archive_size:
        raise FileTooLarge(f"a file may have at most {limits.archive_size} bytes")
    entries = read_directory(stream, max_entries=limits.entries)
    if all(entry.is_folder for entry in entries):
        reject(Rejection.EMPTY, "the archive holds no files")
    for entry in entries:
        _check_kind(entry)
    _check_names(entries)
    if sum(entry.size for entry in entries) > limits.expanded_size:
        reject(Rejection.BOMB, "the archive expands to more than is allowed")
    left = limits.expanded_size
    for entry in entries:
        left -= _expand(stream, entry, left, limits)


def _check_kind(entry: Entry) -> None:
    if stat.S_IFMT(entry.mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        reject(Rejection.LINK, "the archive holds a link or a device")
    if entry.is_folder and entry.size:
        reject(Rejection.FOREIGN_DATA, "a folder of the archive carries data")


def _check_names(entries: list[Entry]) -> None:
    """No name leaves the folder it is unpacked in, and no two end up in the same place."""
    paths: list[tuple[tuple[str, ...], bool]] = []
    for entry in entries:
        of_entry = {_path(name) for name in entry.names}
        paths += [(path, entry.is_folder) for path in of_entry]
    paths.sort()
    for (path, is_folder), (following, _) in pairwise(paths):
        # Sorted, everything below a path comes right after it.
        if path == following or (not is_folder and following[: len(path)] == path):
            reject(Rejection.DUPLICATE, "two entries of the archive have the same name")


def _path(name: str) -> tuple[str, ...]:
    """The steps of a path as the least careful file system sees them: case and composition ignored."""
    if "\\" in name or "\0" in name or name.startswith("/") or _DRIVE.match(name):
        reject(Rejection.TRAVERSAL, "the archive holds an absolute path")
    steps = tuple(step for step in name.split("/") if step not in ("", "."))
    if not steps or ".." in steps:
        reject(Rejection.TRAVERSAL, "the archive holds a path that leaves its folder")
    return tuple(_folded(step) for step in steps)


def _folded(step: str) -> str:
    composed = unicodedata.normalize("NFC", step)
    return unicodedata.normalize("NFC", composed.casefold())


class _Decoder(Protocol):
    """What zlib, bz2 and lzma have in common once zlib is wrapped."""

    @property
    def eof(self) -> bool: ...

    @property
    def needs_input(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Inflate:
    """Raw deflate with the interface of bz2: input that was not taken yet is kept inside."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(-zlib.MAX_WBITS)
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out = self._inner.decompress(self._inner.unconsumed_tail + data, max_length)
        # A full answer may have more behind it even when all input was taken.
        self.needs_input = not self._inner.unconsumed_tail and len(out) < max_length
        return out


class _Copy:
    """Stored data: it ends where its size says."""

    eof = False
    needs_input = True
    unused_data = b""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return data


def _expand(stream: BinaryIO, entry: Entry, left: int, limits: ArchiveLimits) -> int:
    """Unpack one entry into nothing; how many bytes came out."""
    ceiling = min(left, max(limits.ratio_from, limits.ratio * entry.packed_size))
    size = crc = 0
    for piece in _pieces(stream, entry):
        size += len(piece)
        if size > ceiling:
            reject(Rejection.BOMB, "the archive expands to more than is allowed")
        crc = zlib.crc32(piece, crc)
    if size != entry.size or crc != entry.crc:
        reject(Rejection.CORRUPT, "the content of the archive is damaged")
    return size


def _pieces(stream: BinaryIO, entry: Entry) -> Iterator[bytes]:
    """The expanded bytes in bounded pieces; what a decoder throws at damaged data is a rejection."""
    stream.seek(entry.data_offset)
    packed_left = entry.packed_size
    try:
        decoder, header_size = _decoder(stream, entry)
        packed_left -= header_size
        while packed_left > 0 or not decoder.needs_input:
            data = b""
            if decoder.needs_input:
                data = stream.read(min(CHUNK, packed_left))
                packed_left -= len(data)
                if not data:
                    reject(Rejection.CORRUPT, "the archive ends too early")
            yield decoder.decompress(data, CHUNK)
            if decoder.eof:
                break
    except (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk, not the data
        reject(Rejection.CORRUPT, "the content of the archive is damaged")
    if packed_left or decoder.unused_data:
        reject(Rejection.FOREIGN_DATA, "there are foreign bytes between the entries of the archive")
    if not decoder.eof and _is_end_marked(entry):
        reject(Rejection.CORRUPT, "the content of the archive is damaged")


def _is_end_marked(entry: Entry) -> bool:
    if entry.method == _LZMA:
        return bool(entry.flags & _LZMA_HAS_END_MARK)
    return entry.method != _STORED


def _decoder(stream: BinaryIO, entry: Entry) -> tuple[_Decoder, int]:
    """The decoder for an entry, and how many bytes of its data were needed to set it up."""
    if entry.method == _STORED:
        return _Copy(), 0
    if entry.method == _DEFLATED:
        return _Inflate(), 0
    if entry.method == _BZIP2:
        return bz2.BZ2Decompressor(), 0
    if entry.method == _LZMA:
        return _lzma(stream, entry)
    raise FileRejected(Rejection.CORRUPT, "the archive uses a compression that cannot be checked")


def _lzma(stream: BinaryIO, entry: Entry) -> tuple[_Decoder, int]:
    """APPNOTE 5.8.8: version (2), size of the properties (2), one byte lc/lp/pb, dictionary size (4)."""
    header = stream.read(9)
    if len(header) < 9 or entry.packed_size < 9 or header[2:4] != b"\x05\x00":
        reject(Rejection.CORRUPT, "the content of the archive is damaged")
    dictionary = int.from_bytes(header[5:9], "little")
    if dictionary > MAX_LZMA_DICTIONARY:
        reject(Rejection.BOMB, "unpacking the archive needs too much memory")
    rest, lc = divmod(header[4], 9)
    pb, lp = divmod(rest, 5)
    filters = [{"id": lzma.FILTER_LZMA1, "lc": lc, "lp": lp, "pb": pb, "dict_size": max(dictionary, 4096)}]
    return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters), 9
