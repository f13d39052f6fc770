"""Files this very process can hand out, for storage that has no web server of its own."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from core.domain.errors import Forbidden, Gone


class LinkExpired(Gone):
    code = "LINK_EXPIRED"


class LinkForged(Forbidden):
    """The link was not made by this shop, or was changed on the way."""

    code = "INVALID_SIGNATURE"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """path: a readable regular file. name: what the person who saves it sees. etag: without quotes."""

    path: Path
    name: str
    mime_type: str
    etag: str
    modified_at: datetime


class LocalFiles(Protocol):
    """What the last step of a link ``{public url}/files/{token}`` stands for.

    Errors   LinkForged, LinkExpired, ObjectMissing (ports.file_store), StorageUnavailable.
    """

    def resolve(self, token: str) -> LocalFile: ...
