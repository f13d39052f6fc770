"""One bucket behind the S3 API, reached with bounds on time and with errors of our own.

Works with Amazon S3, Cloudflare R2 and servers that speak the same protocol. Checksums that newer
clients add by themselves are left out, because not every such server knows them; the bytes are
protected by TLS and measured by the shop.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/Welcome.html, https://developers.cloudflare.com/r2/api/s3/api/
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from ports.file_store import ObjectMissing, StorageUnavailable

CONNECT_SECONDS = 2
READ_SECONDS = 10
ATTEMPTS = 3
_MISSING = ("NoSuchKey", "NotFound", "404")


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Access:
    """endpoint: URL of the server, without the bucket. region: ``auto`` on Cloudflare R2."""

    endpoint: str
    bucket: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    region: str = "auto"


class S3Bucket:
    """``client``: boto3's, safe to share between threads; opened at the first use. ``name``: the bucket's."""

    def __init__(self, access: S3Access) -> None:
        self.name = access.bucket
        self.client: Any = Session().client(
            "s3",
            endpoint_url=access.endpoint,
            aws_access_key_id=access.access_key_id,
            aws_secret_access_key=access.secret_access_key,
            region_name=access.region,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                max_pool_connections=32,
            ),
        )


@contextmanager
def translated(key: str) -> Iterator[None]:
    """No error of the client library gets past this. Raises ObjectMissing, StorageUnavailable."""
    try:
        yield
    except ClientError as error:
        if code_of(error) in _MISSING:
            raise ObjectMissing(f"there is no object {key}") from error
        raise StorageUnavailable("the file storage refused or failed") from error
    except BotoCoreError as error:
        raise StorageUnavailable("the file storage cannot be reached") from error


def code_of(error: ClientError) -> str:
    """The protocol's word for what went wrong, e.g. ``NoSuchUpload``; a status where there was no body."""
    return str(error.response.get("Error", {}).get("Code", ""))
