"""The skeleton of a ZIP archive, read without believing any of it.

Only the records' own numbers are used, each is checked against the others, and nothing is expanded
here: that is the business of core.domain.archive. Rejects what a reader could understand in two ways:
bytes that belong to no record, records that share bytes, local headers that contradict the directory.
Format: APPNOTE.TXT 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NoReturn

from core.domain.product_file import FileRejected, Rejection

MAX_DIRECTORY_BYTES = 8 << 20  # 10,000 entries with 800 bytes of names and attributes each

_LOCAL, _CENTRAL, _DESCRIPTOR = b"PK\x03\x04", b"PK\x01\x02", b"PK\x07\x08"
_END, _END64, _LOCATOR64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_FIELDS = struct.Struct("<4s4H2LH")
_END64_FIELDS = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64_FIELDS = struct.Struct("<4sLQL")
_CENTRAL_FIELDS = struct.Struct("<4s6H3L5H2L")
_LOCAL_FIELDS = struct.Struct("<4s5H3L2H")
_MAX_COMMENT = 0xFFFF
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF

_ENCRYPTED_FLAGS = 1 << 0 | 1 << 6 | 1 << 13
_HAS_DESCRIPTOR = 1 << 3
_PATCH = 1 << 5
_UTF8 = 1 << 11
_AES = 99
_NEWEST_VERSION = 63
_ZIP64_EXTRA, _UNICODE_PATH_EXTRA = 0x0001, 0x7075


@dataclass(slots=True, kw_only=True)
class Entry:
    """One entry as the central directory describes it.

    names: the name, and a second one if a Unicode path attribute gives another. mode: Unix file mode,
    0 when not recorded. data_offset is known once the local header has been read.
    """

    names: tuple[str, ...]
    method: int
    flags: int
    crc: int
    packed_size: int
    size: int
    mode: int
    header_offset: int
    data_offset: int = 0

    @property
    def is_folder(self) -> bool:
        return self.names[0].endswith("/")


@dataclass(frozen=True, slots=True)
class _End:
    entries: int
    directory_size: int
    directory_offset: int
    start: int


def reject(reason: Rejection, message: str) -> NoReturn:
    raise FileRejected(reason, message)


def read_directory(stream: BinaryIO, *, max_entries: int) -> list[Entry]:
    """All entries, in the order of their data. The archive holds nothing but them. Raises FileRejected."""
    length = stream.seek(0, os.SEEK_END)
    if length == 0:
        reject(Rejection.EMPTY, "the file is empty")
    end = _find_end(stream, length)
    if end.entries > max_entries:
        reject(Rejection.BOMB, f"the archive has more than {max_entries} entries")
    if end.directory_size > MAX_DIRECTORY_BYTES:
        reject(Rejection.BOMB, "the archive's directory is unreasonably large")
    _place_directory(stream, end)
    directory = _read(stream, end.directory_offset, end.directory_size)
    entries = list(_central_records(directory, end.entries))
    _lay_out(stream, entries, end.directory_offset)
    return entries


def _read(stream: BinaryIO, offset: int, count: int) -> bytes:
    stream.seek(offset)
    data = stream.read(count)
    if len(data) != count:
        reject(Rejection.CORRUPT, "the archive ends too early")
    return data


def _find_end(stream: BinaryIO, length: int) -> _End:
    """The end record whose comment reaches exactly to the end of the file."""
    window = min(length, _END_FIELDS.size + _MAX_COMMENT)
    tail = _read(stream, length - window, window)
    at = tail.rfind(_END)
    if at < 0:
        if _read(stream, 0, min(length, 4)) == _LOCAL:
            reject(Rejection.CORRUPT, "the archive ends too early")
        reject(Rejection.NOT_A_ZIP, "the file is not a ZIP archive")
    overshoots = True
    while at >= 0:
        if at + _END_FIELDS.size <= window:
            fields = _END_FIELDS.unpack_from(tail, at)
            missing = at + _END_FIELDS.size + fields[7] - window
            if missing == 0:
                return _end_at(stream, length - window + at, fields)
            overshoots = overshoots and missing > 0
        at = tail.rfind(_END, 0, at)
    if overshoots:
        reject(Rejection.CORRUPT, "the archive ends too early")
    reject(Rejection.FOREIGN_DATA, "there are bytes after the end of the archive")


def _end_at(stream: BinaryIO, start: int, fields: tuple[int, ...]) -> _End:
    _, disk, directory_disk, entries_here, entries, size, offset, _ = fields
    short = (disk, directory_disk, entries_here, entries, size, offset)
    locator_at = start - _LOCATOR64_FIELDS.size
    if locator_at >= 0 and (locator := _read(stream, locator_at, _LOCATOR64_FIELDS.size)).startswith(_LOCATOR64):
        start, long = _end64_at(stream, locator_at, locator)
        for narrow, wide, unknown in zip(short, long, (_MAX16,) * 4 + (_MAX32,) * 2, strict=True):
            if narrow not in (wide, unknown):
                reject(Rejection.CORRUPT, "the archive's two end records contradict each other")
        short = long
    if short[0] != 0 or short[1] != 0 or short[2] != short[3]:
        reject(Rejection.CORRUPT, "the archive is one part of several")
    return _End(entries=short[3], directory_size=short[4], directory_offset=short[5], start=start)


def _end64_at(stream: BinaryIO, locator_at: int, locator: bytes) -> tuple[int, tuple[int, int, int, int, int, int]]:
    _, disk, at, disks = _LOCATOR64_FIELDS.unpack(locator)
    if disk != 0 or disks > 1 or at > locator_at - _END64_FIELDS.size:
        reject(Rejection.CORRUPT, "the archive's ZIP64 records are damaged")
    fields = _END64_FIELDS.unpack(_read(stream, at, _END64_FIELDS.size))
    if fields[0] != _END64:
        reject(Rejection.CORRUPT, "the archive's ZIP64 records are damaged")
    if at + _END64_FIELDS.size != locator_at or fields[1] != _END64_FIELDS.size - 12:
        reject(Rejection.FOREIGN_DATA, "there are foreign bytes between the archive's records")
    return at, fields[4:]


def _place_directory(stream: BinaryIO, end: _End) -> None:
    """The directory must touch its end record; bytes in front of the archive shift it."""
    shift = end.start - end.directory_size - end.directory_offset
    if shift == 0:
        return
    found = max(end.start - end.directory_size, 0)
    if shift > 0 and (end.entries == 0 or _read(stream, found, 4) == _CENTRAL):
        reject(Rejection.FOREIGN_DATA, "there are bytes in front of the archive")
    reject(Rejection.CORRUPT, "the archive's directory is not where it should be")


def _central_records(directory: bytes, count: int) -> Iterator[Entry]:
    at = 0
    for _ in range(count):
        if at + _CENTRAL_FIELDS.size > len(directory) or not directory.startswith(_CENTRAL, at):
            reject(Rejection.CORRUPT, "the archive's directory is damaged")
        fields = _CENTRAL_FIELDS.unpack_from(directory, at)
        name_size, extra_size, comment_size = fields[10:13]
        at += _CENTRAL_FIELDS.size
        end_of_name = at + name_size
        following = end_of_name + extra_size + comment_size
        if following > len(directory):
            reject(Rejection.CORRUPT, "the archive's directory is damaged")
        yield _entry(fields, directory[at:end_of_name], directory[end_of_name : end_of_name + extra_size])
        at = following
    if at != len(directory):
        reject(Rejection.FOREIGN_DATA, "there are foreign bytes in the archive's directory")


def _entry(fields: tuple[int, ...], raw_name: bytes, raw_extra: bytes) -> Entry:
    flags, method, crc, packed_size, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    disk, attributes, offset = fields[13], fields[15], fields[16]
    if flags & _ENCRYPTED_FLAGS or method == _AES:
        reject(Rejection.ENCRYPTED, "the archive is encrypted")
    _check_readable(fields[2], flags)
    extra = _extra_fields(raw_extra)
    size, packed_size, offset = _widen(extra, size, packed_size, offset)
    if disk not in (0, _MAX16):
        reject(Rejection.CORRUPT, "the archive is one part of several")
    return Entry(
        names=(_text(raw_name, flags), *_unicode_path(extra)),
        method=method,
        flags=flags,
        crc=crc,
        packed_size=packed_size,
        size=size,
        mode=attributes >> 16,
        header_offset=offset,
    )


def _check_readable(needed_version: int, flags: int) -> None:
    if needed_version & 0xFF > _NEWEST_VERSION or flags & _PATCH:
        reject(Rejection.CORRUPT, "common readers cannot unpack the archive")


def _text(raw: bytes, flags: int) -> str:
    try:
        return raw.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        reject(Rejection.CORRUPT, "the name of an entry is damaged")


def _extra_fields(raw: bytes) -> dict[int, bytes]:
    """The attributes by id. Up to three bytes may be left over: some writers align data that way."""
    fields: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(raw):
        key, size = struct.unpack_from("<2H", raw, at)
        at += 4
        if at + size > len(raw):
            reject(Rejection.CORRUPT, "the attributes of an entry are damaged")
        fields.setdefault(key, raw[at : at + size])
        at += size
    return fields


def _widen(extra: dict[int, bytes], *narrow: int) -> list[int]:
    """Numbers that do not fit 32 bits are in the ZIP64 attribute, in this order."""
    wide = extra.get(_ZIP64_EXTRA, b"")
    at = 0
    numbers = list(narrow)
    for i, number in enumerate(narrow):
        if number == _MAX32 and _ZIP64_EXTRA in extra:
            if at + 8 > len(wide):
                reject(Rejection.CORRUPT, "the ZIP64 sizes of an entry are damaged")
            numbers[i] = int.from_bytes(wide[at : at + 8], "little")
            at += 8
    return numbers


def _unicode_path(extra: dict[int, bytes]) -> Iterator[str]:
    """The other name that some readers prefer: version, CRC of the plain name, UTF-8."""
    if len(other := extra.get(_UNICODE_PATH_EXTRA, b"")) > 5:
        yield _text(other[5:], _UTF8)


def _lay_out(stream: BinaryIO, entries: list[Entry], directory_offset: int) -> None:
    """Every byte in front of the directory belongs to exactly one entry."""
    entries.sort(key=lambda entry: entry.header_offset)
    starts = [entry.header_offset for entry in entries] + [directory_offset]
    if starts[0] != 0:
        reject(Rejection.FOREIGN_DATA, "there are bytes in front of the archive")
    for entry, following in zip(entries, starts[1:], strict=True):
        if entry.header_offset >= directory_offset:
            reject(Rejection.CORRUPT, "an entry lies outside of the archive")
        if entry.header_offset == following:
            reject(Rejection.OVERLAP, "entries of the archive overlap")
        _read_local(stream, entry, following)


def _read_local(stream: BinaryIO, entry: Entry, following: int) -> None:
    header = _read(stream, entry.header_offset, _LOCAL_FIELDS.size)
    magic, version, flags, method, _, _, crc, packed_size, size, name_size, extra_size = _LOCAL_FIELDS.unpack(header)
    if magic != _LOCAL:
        reject(Rejection.CORRUPT, "the header of an entry is damaged")
    raw = stream.read(name_size + extra_size)
    if len(raw) != name_size + extra_size:
        reject(Rejection.CORRUPT, "the archive ends too early")
    if flags & _ENCRYPTED_FLAGS:
        reject(Rejection.ENCRYPTED, "the archive is encrypted")
    _check_readable(version, flags)
    extra = _extra_fields(raw[name_size:])
    size, packed_size = _widen(extra, size, packed_size)
    local_names = (_text(raw[:name_size], flags), *_unicode_path(extra))
    if method != entry.method or not set(local_names) <= set(entry.names) or local_names[0] != entry.names[0]:
        reject(Rejection.CORRUPT, "the header of an entry contradicts the directory")
    entry.data_offset = entry.header_offset + _LOCAL_FIELDS.size + name_size + extra_size
    said = (crc, packed_size, size)
    true = (entry.crc, entry.packed_size, entry.size)
    later = bool(flags & _HAS_DESCRIPTOR)
    if any(here != there and not (later and here == 0) for here, there in zip(said, true, strict=True)):
        reject(Rejection.CORRUPT, "the header of an entry contradicts the directory")
    _check_tail(stream, entry, following, expects_descriptor=later, is_known=said == true)


def _check_tail(stream: BinaryIO, entry: Entry, following: int, *, expects_descriptor: bool, is_known: bool) -> None:
    """What stands between an entry's data and the next record: its descriptor, or nothing."""
    at = entry.data_offset + entry.packed_size
    gap = following - at
    if gap < 0:
        reject(Rejection.OVERLAP, "entries of the archive overlap")
    if gap == 0 and (is_known or not expects_descriptor):
        return
    if expects_descriptor and gap in (12, 16, 20, 24):
        tail = _read(stream, at, gap).removeprefix(_DESCRIPTOR)
        true = (entry.crc, entry.packed_size, entry.size)
        for form in (struct.Struct("<3L"), struct.Struct("<LQQ")):
            if len(tail) == form.size and form.unpack(tail) == true:
                return
        reject(Rejection.CORRUPT, "the descriptor of an entry contradicts the directory")
    if gap == 0:
        reject(Rejection.CORRUPT, "the descriptor of an entry is missing")
    reject(Rejection.FOREIGN_DATA, "there are foreign bytes between the entries of the archive")
