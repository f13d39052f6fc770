"""Pictures for the sample shop, drawn when they are needed, so that no binary lies in the repository.

A pack is a ZIP with a few real PNG files: a sky, a sun and three ridges of hills.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence

Colour = tuple[int, int, int]
WIDTH, HEIGHT = 1920, 1080
DRAWN_AT = (2026, 1, 1, 12, 0, 0)
LICENCE = "You may use these pictures on as many of your own screens as you like.\n"

DAWN = ((255, 205, 178), (109, 104, 117))
NOON = ((202, 240, 248), (0, 119, 182))
NIGHT = ((72, 61, 139), (10, 10, 35))
Palette = tuple[Colour, Colour]


def wallpaper_pack(title: str, palettes: Sequence[Palette] = (DAWN, NOON, NIGHT)) -> bytes:
    """The bytes of a ZIP; the same title and palettes always give the same bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, palette in enumerate(palettes, start=1):
            _put(archive, f"{title} {number}.png", picture(palette, seed=zlib.crc32(title.encode()) + number))
        _put(archive, "LICENCE.txt", LICENCE.encode())
    return packed.getvalue()


def picture(palette: Palette, *, seed: int, width: int = WIDTH, height: int = HEIGHT) -> bytes:
    """A PNG (https://www.w3.org/TR/png-3/): 8 bit RGB, no filter, no interlace."""
    low, high = palette
    sun_x, sun_y, radius = width * (20 + seed % 60) // 100, height * 35 // 100, height // 9
    rows = bytearray()
    for y in range(height):
        row = bytearray(bytes(_mix(high, low, y / height)) * width)
        reach = radius * radius - (y - sun_y) ** 2
        if reach > 0:
            _fill(row, sun_x - int(reach**0.5), sun_x + int(reach**0.5), _mix(low, (255, 255, 255), 0.7))
        for ridge in range(1, 4):
            peak_x, peak_y = width * ((seed * ridge * 37) % 100) // 100, height * (45 + 12 * ridge) // 100
            if y > peak_y:
                half = (y - peak_y) * (5 - ridge)
                _fill(row, peak_x - half, peak_x + half, _mix(high, (0, 0, 0), ridge / 5))
        rows += b"\x00" + row
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(bytes(rows), 6)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _fill(row: bytearray, start: int, end: int, colour: Colour) -> None:
    start, end = max(start, 0), min(end, len(row) // 3)
    if start < end:
        row[start * 3 : end * 3] = bytes(colour) * (end - start)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, DRAWN_AT)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)
