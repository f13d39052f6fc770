"""Addresses of public objects: below one URL, under their keys."""

from urllib.parse import quote


class PublicAddresses:
    """base_url: what serves objects by their keys; a bucket's public domain, or this shop's own route."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url.rstrip("/")

    def address(self, key: str) -> str:
        return f"{self._base_url}/{quote(key)}"
