"""What may be sold as an archive, and what each other thing is refused for."""

import io
import random
import stat
import struct
import tracemalloc
import zipfile
import zlib

import pytest

from core.domain.archive import ArchiveLimits, inspect_zip
from core.domain.product_file import FileRejected, FileTooLarge, Rejection
from tests.unit.archives import END_SIZE, LIMITS, METHODS, a_zip, as_zip64, reason_of, streamed_zip


def with_entries(*entries: zipfile.ZipInfo | str, content: bytes = b"x") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for entry in entries:
            archive.writestr(entry, content)
    return target.getvalue()


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """Names that zipfile would tidy up when writing, put in afterwards."""
    assert len(old) == len(new)
    assert data.count(old) == 2
    return data.replace(old, new)


@pytest.mark.parametrize("method", METHODS)
def test_a_plain_archive_passes(method):
    assert reason_of(a_zip(method=method)) is None


def test_a_streamed_archive_with_descriptors_passes():
    assert reason_of(streamed_zip()) is None


def test_a_comment_at_the_end_passes():
    target = io.BytesIO(a_zip())
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = b"bought at the shop"

    assert reason_of(target.getvalue()) is None


def test_zip64_records_are_read():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive, archive.open("a.txt", "w", force_zip64=True) as file:
        file.write(b"hello")

    assert reason_of(target.getvalue()) is None


def test_a_zip64_end_record_passes():
    assert reason_of(as_zip64(a_zip())) is None


def test_end_records_that_contradict_each_other_are_corrupt():
    data = bytearray(as_zip64(a_zip()))
    struct.pack_into("<H", data, len(data) - 12, 1)  # the short record: one entry of two

    assert reason_of(bytes(data)) is Rejection.CORRUPT


def test_folders_and_unix_modes_pass():
    folder = zipfile.ZipInfo("pack/")
    folder.external_attr = (stat.S_IFDIR | 0o755) << 16 | 0x10
    script = zipfile.ZipInfo("pack/run.sh")
    script.external_attr = (stat.S_IFREG | 0o755) << 16
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(folder, b"")
        archive.writestr(script, b"true")

    assert reason_of(target.getvalue()) is None


def test_an_archive_inside_is_content_like_any_other():
    bomb = a_zip({"zeros": bytes(50 << 20)})

    assert reason_of(a_zip({"inner.zip": bomb})) is None


@pytest.mark.parametrize("data", [b"x", b"just text " * 100, b"\x89PNG\r\n\x1a\n" + bytes(500)])
def test_other_content_is_not_a_zip(data):
    assert reason_of(data) is Rejection.NOT_A_ZIP


@pytest.mark.parametrize("data", [b"", with_entries(), with_entries("only/", "folders/", content=b"")])
def test_nothing_to_sell_is_empty(data):
    assert reason_of(data) is Rejection.EMPTY


def test_a_refusal_names_its_reason():
    with pytest.raises(FileRejected) as refused:
        inspect_zip(io.BytesIO(b"text"), LIMITS)

    assert refused.value.extra == {"reason": "not_a_zip"}


def test_a_truncated_archive_is_corrupt_wherever_it_ends():
    data = a_zip()

    reasons = {reason_of(data[:length]) for length in range(4, len(data))}

    assert reasons == {Rejection.CORRUPT}


def test_a_wrong_checksum_is_corrupt():
    data = a_zip({"a.txt": b"hello"}, zipfile.ZIP_STORED)

    assert reason_of(data.replace(b"hello", b"hallo")) is Rejection.CORRUPT


def test_a_size_that_lies_is_corrupt():
    data = a_zip({"a.txt": b"hello" * 100})

    assert reason_of(data.replace(struct.pack("<L", 500), struct.pack("<L", 499))) is Rejection.CORRUPT


def test_an_unknown_compression_is_corrupt():
    data = bytearray(a_zip({"a.txt": b"hello"}))
    struct.pack_into("<H", data, 8, 97)
    struct.pack_into("<H", data, data.index(b"PK\x01\x02") + 10, 97)

    assert reason_of(bytes(data)) is Rejection.CORRUPT


def test_a_local_name_that_differs_from_the_directory_is_corrupt():
    data = a_zip({"good.txt": b"x"})

    assert reason_of(data.replace(b"good.txt", b"evil.txt", 1)) is Rejection.CORRUPT


@pytest.mark.parametrize(
    "name",
    [
        b"../evil.t",
        b"a/../../e",
        b"/etc/pass",
        b"C:/evil.t",
        b"c:evil.tx",
        b"..\\evil.t",
        b"a\\evil.tx",
        b"a/b/../cd",
        b"./../../x",
    ],
)
def test_names_that_leave_the_folder_are_traversal(name):
    data = renamed(a_zip({"plain.txt": b"x"}), b"plain.txt", name)

    assert reason_of(data) is Rejection.TRAVERSAL


def test_a_second_name_in_the_attributes_is_looked_at_too():
    entry = zipfile.ZipInfo("plain.txt")
    entry.extra = struct.pack("<2HBL", 0x7075, 5 + 7, 1, zlib.crc32(b"plain.txt")) + b"../evil"

    assert reason_of(with_entries(entry)) is Rejection.TRAVERSAL


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK])
def test_links_and_devices_are_refused(kind):
    entry = zipfile.ZipInfo("link")
    entry.create_system = 3
    entry.external_attr = (kind | 0o777) << 16

    assert reason_of(with_entries(entry, content=b"/etc/passwd")) is Rejection.LINK


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a.txt", "A.TXT"),
        ("Stra\u00dfe", "STRASSE"),
        ("caf\u00e9", "cafe\u0301"),
        ("a/b", "a//b"),
        ("a/b", "./a/b"),
        ("a", "a/b"),
        ("A", "a/b"),
    ],
)
def test_names_that_meet_on_some_file_system_are_duplicates(first, second):
    assert reason_of(with_entries(first, second)) is Rejection.DUPLICATE


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_a_duplicate():
    assert reason_of(with_entries("a.txt", "b.txt", "a.txt")) is Rejection.DUPLICATE


def test_neighbouring_names_are_no_duplicates():
    assert reason_of(with_entries("a", "a.b", "ab/c", "ab/d", "ab!", "a-b/c")) is None


def overlapping() -> bytes:
    """Two names for the same local data, as in a bomb that quotes one kernel many times."""
    data = a_zip({"a.txt": b"hello" * 9, "b.txt": b"world" * 9}, zipfile.ZIP_STORED)
    start = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", start + 4)
    changed = bytearray(data)
    struct.pack_into("<L", changed, second + 42, 0)
    return bytes(changed)


def test_two_entries_at_the_same_place_overlap():
    assert reason_of(overlapping()) is Rejection.OVERLAP


def test_an_entry_that_reaches_into_the_next_overlaps():
    data = bytearray(a_zip({"a.txt": b"hello", "b.txt": b"world"}, zipfile.ZIP_STORED))
    for at in (18, data.index(b"PK\x01\x02") + 20):
        struct.pack_into("<L", data, at, 15)

    assert reason_of(bytes(data)) is Rejection.OVERLAP


@pytest.mark.parametrize("flag", [1 << 0, 1 << 6, 1 << 13])
@pytest.mark.parametrize("local_only", [True, False])
def test_encrypted_archives_are_refused(flag, local_only):
    data = bytearray(a_zip({"a.txt": b"hello"}))
    data[6:8] = struct.pack("<H", flag)
    if not local_only:
        at = data.index(b"PK\x01\x02") + 8
        data[at : at + 2] = struct.pack("<H", flag)

    assert reason_of(bytes(data)) is Rejection.ENCRYPTED


def test_bytes_in_front_are_foreign():
    assert reason_of(b"MZ" + bytes(100) + a_zip()) is Rejection.FOREIGN_DATA


def test_bytes_in_front_with_shifted_offsets_are_foreign():
    target = io.BytesIO(b"#!/bin/sh\n")
    target.seek(0, io.SEEK_END)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("a.txt", b"x")

    assert reason_of(target.getvalue()) is Rejection.FOREIGN_DATA


@pytest.mark.parametrize("extra", [b"x", b"<script>", bytes(4096), b"PK\x05\x06"])
def test_bytes_after_the_end_are_foreign(extra):
    assert reason_of(a_zip() + extra) in (Rejection.FOREIGN_DATA, Rejection.CORRUPT)


def test_bytes_after_a_comment_are_foreign():
    target = io.BytesIO(a_zip())
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = b"thanks"

    assert reason_of(target.getvalue() + b"more") is Rejection.FOREIGN_DATA


def test_an_archive_hidden_behind_another_is_foreign():
    assert reason_of(a_zip() + a_zip()) is Rejection.FOREIGN_DATA


def test_bytes_between_entries_and_directory_are_foreign():
    data = a_zip()
    at = data.index(b"PK\x01\x02")
    end = bytearray(data[-END_SIZE:])
    struct.pack_into("<L", end, 16, at + 7)

    assert reason_of(data[:at] + b"payload" + data[at:-END_SIZE] + bytes(end)) is Rejection.FOREIGN_DATA


def test_bytes_behind_a_compressed_stream_are_foreign():
    packed = zlib.compress(b"hello" * 50, wbits=-15)
    data = a_zip({"a.txt": packed + b"hidden"}, zipfile.ZIP_STORED)
    size, crc = 250, zlib.crc32(b"hello" * 50)
    changed = bytearray(data)
    for start, method_at, crc_at, size_at in ((0, 8, 14, 22), (data.index(b"PK\x01\x02"), 10, 16, 24)):
        struct.pack_into("<H", changed, start + method_at, 8)
        struct.pack_into("<L", changed, start + crc_at, crc)
        struct.pack_into("<L", changed, start + size_at, size)

    assert reason_of(bytes(changed)) is Rejection.FOREIGN_DATA


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_too_high_a_ratio_is_a_bomb(method):
    assert reason_of(a_zip({"zeros": bytes(20 << 20)}, method)) is Rejection.BOMB


def test_a_high_ratio_counts_only_above_one_mebibyte():
    assert reason_of(a_zip({"zeros": bytes(1 << 20)})) is None
    assert reason_of(a_zip({"zeros": bytes((1 << 20) + 1)})) is Rejection.BOMB


def test_a_bomb_that_lies_about_its_size_is_still_a_bomb():
    data = a_zip({"zeros": bytes(20 << 20)})

    assert reason_of(data.replace(struct.pack("<L", 20 << 20), struct.pack("<L", 100))) is Rejection.BOMB


def test_the_sum_of_all_entries_is_bounded():
    limits = ArchiveLimits(expanded_size=1000)

    assert reason_of(a_zip({"a": b"x" * 500, "b": b"y" * 500}), limits) is None
    assert reason_of(a_zip({"a": b"x" * 500, "b": b"y" * 501}), limits) is Rejection.BOMB


def test_the_number_of_entries_is_bounded():
    limits = ArchiveLimits(entries=3)

    assert reason_of(with_entries(*"abc"), limits) is None
    assert reason_of(with_entries(*"abcd"), limits) is Rejection.BOMB


def test_a_decoder_that_wants_too_much_memory_is_refused():
    data = a_zip({"a": b"hello"}, zipfile.ZIP_LZMA)
    header = data.index(b"\x05\x00", 30)

    assert reason_of(data[: header + 3] + b"\xff\xff\xff\x7f" + data[header + 7 :]) is Rejection.BOMB


def test_a_file_above_the_limit_is_not_looked_at():
    with pytest.raises(FileTooLarge):
        inspect_zip(io.BytesIO(b"x" * 101), ArchiveLimits(archive_size=100))


def test_memory_stays_small_whatever_is_inside():
    noise = random.Random(1).randbytes(1 << 20)
    data = a_zip({f"{i}.bin": noise * 8 for i in range(4)})
    tracemalloc.start()
    inspect_zip(io.BytesIO(data), LIMITS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 2 << 20
