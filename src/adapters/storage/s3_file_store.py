"""Objects in a bucket: bytes never pass through the shop on their way to a customer."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import chain
from typing import BinaryIO

from adapters.storage.disposition import attachment
from adapters.storage.s3_bucket import S3Bucket, translated
from adapters.storage.s3_reader import open_reader
from core.domain.download import LINK_LIFE
from ports.clock import Clock
from ports.file_store import Link, ObjectMissing, StorageUnavailable, StoredObject

PART = 8 << 20


class S3FileStore:
    """FileStore over a bucket.

    Writing  holds one part of 8 MiB at a time. Small objects are one request, larger ones a multipart
             upload of equal parts, which becomes an object only when it is completed and is aborted on
             any error. What a crash leaves of one is cleared away by the sweep of uploads.
    Links    are presigned by the key pair (SigV4 query parameters) without asking the server, and end by
             the server's clock.
    """

    def __init__(self, bucket: S3Bucket, clock: Clock) -> None:
        self._bucket = bucket
        self._client = bucket.client
        self._clock = clock

    def put(self, key: str, chunks: Iterable[bytes]) -> StoredObject:
        digest = hashlib.sha256()
        size = 0

        def measured() -> Iterator[bytes]:
            nonlocal size
            for part in in_parts(chunks, PART):
                digest.update(part)
                size += len(part)
                yield part

        parts = measured()
        first = next(parts, b"")
        if len(first) < PART:
            with translated(key):
                self._client.put_object(Bucket=self._bucket.name, Key=key, Body=first)
        else:
            every = chain((first,), parts)
            del first  # or it would be held to the end
            self._put_parts(key, every)
        return StoredObject(key=key, size=size, sha256=digest.hexdigest())

    def _put_parts(self, key: str, parts: Iterator[bytes]) -> None:
        with translated(key):
            upload_id = self._client.create_multipart_upload(Bucket=self._bucket.name, Key=key)["UploadId"]
        try:
            sent = [self._put_part(key, upload_id, number, part) for number, part in enumerate(parts, start=1)]
            with translated(key):
                self._client.complete_multipart_upload(
                    Bucket=self._bucket.name, Key=key, UploadId=upload_id, MultipartUpload={"Parts": sent}
                )
        except BaseException:
            # A second failure must not hide the first; the sweep takes what is left.
            with suppress(StorageUnavailable, ObjectMissing), translated(key):
                self._client.abort_multipart_upload(Bucket=self._bucket.name, Key=key, UploadId=upload_id)
            raise

    def _put_part(self, key: str, upload_id: str, number: int, part: bytes) -> dict[str, object]:
        with translated(key):
            answer = self._client.upload_part(
                Bucket=self._bucket.name, Key=key, UploadId=upload_id, PartNumber=number, Body=part
            )
        return {"PartNumber": number, "ETag": answer["ETag"]}

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        with open_reader(self._bucket, key, self.size(key)) as stream:
            yield stream

    def size(self, key: str) -> int:
        with translated(key):
            return int(self._client.head_object(Bucket=self._bucket.name, Key=key)["ContentLength"])

    def delete(self, key: str) -> None:
        with suppress(ObjectMissing), translated(key):
            self._client.delete_object(Bucket=self._bucket.name, Key=key)

    def link(self, key: str, *, file_name: str, mime_type: str, life: timedelta) -> Link:
        if not timedelta(0) < life <= LINK_LIFE:
            raise ValueError(f"a link lives for at most {LINK_LIFE}")
        expires_at = (self._clock.now() + life).replace(microsecond=0)
        parameters = {
            "Bucket": self._bucket.name,
            "Key": key,
            "ResponseContentDisposition": attachment(file_name),
            "ResponseContentType": mime_type,
        }
        with translated(key):
            url = self._client.generate_presigned_url(
                "get_object", Params=parameters, ExpiresIn=max(1, int(life.total_seconds()))
            )
        return Link(url=url, expires_at=expires_at)

    def keys(self, prefix: str, *, older_than: datetime) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket.name, Prefix=prefix)
        with translated(prefix):
            for page in pages:
                yield from (found["Key"] for found in page.get("Contents", ()) if found["LastModified"] < older_than)


def in_parts(chunks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of exactly ``size``, the last one shorter."""
    held = bytearray()
    for chunk in chunks:
        for at in range(0, len(chunk), size):
            held += memoryview(chunk)[at : at + size]
            if len(held) >= size:
                yield bytes(memoryview(held)[:size])
                del held[:size]
    if held:
        yield bytes(held)
