"""The sample shop's goods are what they claim to be."""

import io
import struct
import zipfile
import zlib

from bootstrap.wallpapers import DAWN, NIGHT, picture, wallpaper_pack
from core.domain.archive import ArchiveLimits, inspect_zip


def test_a_pack_passes_the_shops_own_inspection() -> None:
    inspect_zip(io.BytesIO(wallpaper_pack("Sydney Dawn")), ArchiveLimits())


def test_the_same_pack_is_always_the_same_bytes() -> None:
    assert wallpaper_pack("Sydney Dawn", (DAWN,)) == wallpaper_pack("Sydney Dawn", (DAWN,))
    assert wallpaper_pack("Sydney Dawn", (DAWN,)) != wallpaper_pack("Aegean Noon", (DAWN,))


def test_a_pack_holds_a_picture_per_palette_and_the_licence() -> None:
    with zipfile.ZipFile(io.BytesIO(wallpaper_pack("Night", (NIGHT, DAWN)))) as pack:
        assert pack.namelist() == ["Night 1.png", "Night 2.png", "LICENCE.txt"]
        assert pack.testzip() is None


def test_a_picture_is_a_png_of_its_size() -> None:
    data = picture(NIGHT, seed=7, width=64, height=36)

    chunks = dict(_chunks(data))
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (64, 36, 8, 2, 0, 0, 0)
    assert len(zlib.decompress(chunks[b"IDAT"])) == 36 * (1 + 64 * 3)
    assert b"IEND" in chunks


def _chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", data, at + 8 + length) == (zlib.crc32(kind + body),)
        found.append((kind, body))
        at += 12 + length
    return found
