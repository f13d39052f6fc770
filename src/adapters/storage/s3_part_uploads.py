"""Uploads in parts, sent by their sender straight to the bucket.

A part's address is a presigned ``UploadPart``: it takes the bytes of that one part of that one upload and
gives nothing back. Browsers need the bucket to allow ``PUT`` from their page and to expose ``ETag``
(docs/uploads.md). How long a part is, the server checks at the end: its size is in the listing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

from botocore.exceptions import ClientError

from adapters.storage.s3_bucket import S3Bucket, code_of, translated
from core.domain.file_upload import Part, StoredPart
from ports.part_uploads import PartRefused, UnfinishedUpload, UploadMissing

_REFUSALS = ("InvalidPart", "InvalidPartOrder", "EntityTooSmall", "InvalidArgument", "MalformedXML")


class S3PartUploads:
    """PartUploads over a bucket."""

    def __init__(self, bucket: S3Bucket) -> None:
        self._name = bucket.name
        self._client = bucket.client

    def start_parts(self, key: str) -> str:
        with translated(key):
            return str(self._client.create_multipart_upload(Bucket=self._name, Key=key)["UploadId"])

    def part_url(self, key: str, ref: str, number: int, *, size: int, life: timedelta) -> str:
        parameters = {"Bucket": self._name, "Key": key, "UploadId": ref, "PartNumber": number}
        with translated(key):
            url: str = self._client.generate_presigned_url(
                "upload_part", Params=parameters, ExpiresIn=max(1, int(life.total_seconds()))
            )
        return url

    def stored_parts(self, key: str, ref: str) -> list[StoredPart]:
        pages = self._client.get_paginator("list_parts").paginate(Bucket=self._name, Key=key, UploadId=ref)
        with _of_upload(key):
            return [
                StoredPart(number=part["PartNumber"], etag=part["ETag"].strip('"'), size=part["Size"])
                for page in pages
                for part in page.get("Parts", ())
            ]

    def complete_parts(self, key: str, ref: str, parts: Sequence[Part]) -> None:
        named = [{"PartNumber": part.number, "ETag": f'"{part.etag}"'} for part in parts]
        with _of_upload(key):
            self._client.complete_multipart_upload(
                Bucket=self._name, Key=key, UploadId=ref, MultipartUpload={"Parts": named}
            )

    def abort_parts(self, key: str, ref: str) -> None:
        with suppress(UploadMissing), _of_upload(key):
            self._client.abort_multipart_upload(Bucket=self._name, Key=key, UploadId=ref)

    def unfinished(self, prefix: str, *, older_than: datetime) -> Iterator[UnfinishedUpload]:
        pages = self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._name, Prefix=prefix)
        with translated(prefix):
            for page in pages:
                for found in page.get("Uploads", ()):
                    if found["Initiated"] < older_than:
                        yield UnfinishedUpload(key=found["Key"], ref=found["UploadId"])


@contextmanager
def _of_upload(key: str) -> Iterator[None]:
    """Raises UploadMissing, PartRefused, StorageUnavailable."""
    with translated(key):
        try:
            yield
        except ClientError as error:
            if code_of(error) in ("NoSuchUpload", "NoSuchKey", "404"):
                raise UploadMissing("the storage knows no such upload") from error
            if code_of(error) in _REFUSALS:
                raise PartRefused("the storage does not put these parts together") from error
            raise
