"""An object in a bucket as a file that can be searched: what is read is fetched, nothing else.

The directory of an archive stands at its end, its entries before; both are read without holding the
object. Reads are rounded up to blocks, so that going through an object from front to back costs one
request per block.
"""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from adapters.storage.s3_bucket import S3Bucket, translated

BLOCK = 4 << 20
_STEP = 1 << 20  # the most that is taken from a response at a time


@contextmanager
def open_reader(bucket: S3Bucket, key: str, size: int) -> Iterator[BinaryIO]:
    """size: of the object, in bytes. Reading raises ObjectMissing, StorageUnavailable."""
    with io.BufferedReader(_Ranges(bucket, key, size), BLOCK) as stream:
        yield cast("BinaryIO", stream)


class _Ranges(io.RawIOBase):
    def __init__(self, bucket: S3Bucket, key: str, size: int) -> None:
        self._bucket = bucket
        self._key = key
        self._size = size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("cannot seek to before the start")
        self._at = start + offset
        return self._at

    def readall(self) -> bytes:
        """For small objects: io's own would fetch a few kilobytes at a time."""
        whole = bytearray(max(0, self._size - self._at))
        got = self.readinto(whole)
        return bytes(memoryview(whole)[:got])

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        wanted = min(len(buffer), self._size - self._at)
        if wanted <= 0:
            return 0
        target = memoryview(buffer)
        got = 0
        with translated(self._key):
            last = self._at + wanted - 1
            answer = self._bucket.client.get_object(
                Bucket=self._bucket.name, Key=self._key, Range=f"bytes={self._at}-{last}"
            )
            with answer["Body"] as body:
                while got < wanted and (piece := body.read(min(_STEP, wanted - got))):
                    target[got : got + len(piece)] = piece
                    got += len(piece)
        self._at += got
        return got
