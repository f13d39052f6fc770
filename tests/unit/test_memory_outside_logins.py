from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.memory.outside_logins import InMemoryPublicKeys
from tests.contracts.outside_logins import Key, PublicKeysContract


class TestInMemoryPublicKeys(PublicKeysContract):
    @pytest.fixture
    def keys(self) -> InMemoryPublicKeys:
        found = InMemoryPublicKeys()
        found.keys = None
        return found

    @pytest.fixture
    def publish(self, keys: InMemoryPublicKeys) -> Callable[..., None]:
        def put(*published: Key) -> None:
            keys.keys = published

        return put
