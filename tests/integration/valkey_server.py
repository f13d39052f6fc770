"""A Valkey server for tests, with a client to look into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis

from bootstrap.peers.process import PeerMissing
from bootstrap.peers.valkey import ValkeyServer


class Valkey(ValkeyServer):
    def __init__(self) -> None:
        super().__init__()
        self.client = redis.Redis.from_url(self.url)

    def stop(self) -> None:
        super().stop()
        self.client.close()


@contextmanager
def running_or_skip() -> Iterator[Valkey]:
    server = Valkey()
    try:
        server.start()
        yield server
    except PeerMissing as reason:
        pytest.skip(str(reason))
    finally:
        server.stop()
