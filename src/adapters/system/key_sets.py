"""Public keys of sign-in services: from a file, or from the one URL that the settings name.

Nothing in a token decides where keys come from. A URL is asked again when its answer is ten minutes old,
or for a key id that is not known, and then at most every half minute, so that tokens made up by strangers
cannot make the shop knock at the service. While it cannot be reached, what it said last holds for a day.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import requests

from ports.clock import Clock
from ports.outside_logins import KeysUnavailable

KEYS_MAX = 100
BYTES_MAX = 256 * 1024
FRESH = timedelta(minutes=10)
ASK_AGAIN = timedelta(seconds=30)
STALE_MAX = timedelta(days=1)
CONNECT_SECONDS, TOTAL_SECONDS = 2.0, 5.0

Key = Mapping[str, object]
log = logging.getLogger("perseus.sign_in")


class FileKeys:
    """A JWKS file; a new version of it is read with the next token."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._seen: tuple[int, int] | None = None
        self._keys: tuple[Key, ...] = ()

    def find(self, key_id: str | None) -> Key | None:
        with self._lock:
            self._look()
            return pick(self._keys, key_id)

    def _look(self) -> None:
        try:
            found = self._path.stat()
            if (found.st_mtime_ns, found.st_size) == self._seen:
                return
            self._keys = keys_of(self._path.read_bytes())
        except (OSError, ValueError) as error:
            if self._seen is None:
                raise KeysUnavailable(f"the keys in {self._path} cannot be read") from error
            log.warning("the keys in %s cannot be read; the earlier ones stay in use", self._path)
            return
        self._seen = found.st_mtime_ns, found.st_size


class UrlKeys:
    """A JWKS that is fetched from this URL and no other: redirects are not followed."""

    def __init__(self, url: str, clock: Clock, *, total_seconds: float = TOTAL_SECONDS) -> None:
        self._url = url
        self._clock = clock
        self._total = total_seconds
        self._lock = Lock()
        self._keys: tuple[Key, ...] = ()
        self._fetched: datetime | None = None
        self._asked: datetime | None = None

    def find(self, key_id: str | None) -> Key | None:
        with self._lock:  # one asks, the others wait for the answer
            now = self._clock.now()
            if self._fetched is None or now - self._fetched >= FRESH or pick(self._keys, key_id) is None:
                self._ask(now)
            if self._fetched is None or now - self._fetched >= STALE_MAX:
                raise KeysUnavailable("the keys of the sign-in service cannot be had at the moment")
            return pick(self._keys, key_id)

    def _ask(self, now: datetime) -> None:
        if self._asked is not None and now - self._asked < ASK_AGAIN:
            return
        self._asked = now
        try:
            self._keys = keys_of(self._fetch())
        except (requests.RequestException, ValueError) as error:
            log.warning("no keys from %s: %s", self._url, error)
            return
        self._fetched = now

    def _fetch(self) -> bytes:
        """Raises RequestException, ValueError."""
        end = time.monotonic() + self._total
        body = b""
        wanted = {"Accept": "application/jwk-set+json, application/json"}
        timeout = (CONNECT_SECONDS, self._total)
        with requests.get(self._url, headers=wanted, timeout=timeout, allow_redirects=False, stream=True) as answer:
            if answer.status_code != 200:
                raise ValueError(f"the answer is a {answer.status_code}")
            for part in answer.iter_content(16 * 1024):
                body += part
                if len(body) > BYTES_MAX or time.monotonic() > end:
                    raise ValueError("the answer is too long or takes too long")
        return body


def keys_of(text: bytes) -> tuple[Key, ...]:
    """The keys for signatures of a JWKS. Raises ValueError."""
    if len(text) > BYTES_MAX:
        raise ValueError("a key set of this size is none")
    read: Any = json.loads(text)
    keys = read.get("keys") if isinstance(read, dict) else None
    if not isinstance(keys, list) or len(keys) > KEYS_MAX or not all(isinstance(key, dict) for key in keys):
        raise ValueError(f'not a key set: an object with at most {KEYS_MAX} "keys"')
    return tuple(key for key in keys if key.get("use", "sig") == "sig" and "d" not in key)


def pick(keys: Sequence[Key], key_id: str | None) -> Key | None:
    found = [key for key in keys if key_id is None or key.get("kid") == key_id]
    return found[0] if len(found) == 1 else None
