"""Parts of uploads that this very process takes in, for storage that has no web server of its own."""

from collections.abc import Iterable
from typing import Protocol


class LocalParts(Protocol):
    """What the last step of a part's address ``{public url}/files/parts/{token}`` stands for.

    ``receive`` reads the chunks up to the size the address was made for and answers the part's ETag,
    without quotes. A broken or refused part leaves what was there before.

    Errors   LinkForged, LinkExpired (ports.local_files), UploadMissing (ports.part_uploads), FileTooLarge,
             Invalid (too short), StorageUnavailable.
    """

    def receive(self, token: str, chunks: Iterable[bytes]) -> str: ...
