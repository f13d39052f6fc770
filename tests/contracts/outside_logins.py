"""What every source of a sign-in service's keys promises."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from ports.outside_logins import KeysUnavailable, PublicKeys

Key = Mapping[str, object]
ONE = {"kid": "one", "kty": "RSA", "use": "sig", "n": "x"}
TWO = {"kid": "two", "kty": "RSA", "n": "y"}
FOR_SECRETS = {"kid": "three", "kty": "RSA", "use": "enc", "n": "z"}


class PublicKeysContract:
    @pytest.fixture
    def publish(self) -> Callable[..., None]:
        """Lets the service have these keys from now on; a minute passes."""
        raise NotImplementedError

    @pytest.fixture
    def keys(self) -> PublicKeys:
        """Of a service that has published nothing yet."""
        raise NotImplementedError

    def test_a_key_is_found_by_its_id(self, keys: PublicKeys, publish: Callable[..., None]) -> None:
        publish(ONE, TWO)

        assert keys.find("one") == ONE
        assert keys.find("two") == TWO
        assert keys.find("four") is None

    def test_without_an_id_the_only_key_counts(self, keys: PublicKeys, publish: Callable[..., None]) -> None:
        publish(ONE)
        assert keys.find(None) == ONE

        publish(ONE, TWO)
        assert keys.find("two") == TWO
        assert keys.find(None) is None

    def test_keys_for_other_uses_do_not_count(self, keys: PublicKeys, publish: Callable[..., None]) -> None:
        publish(ONE, FOR_SECRETS)

        assert keys.find("three") is None

    def test_a_new_key_is_followed(self, keys: PublicKeys, publish: Callable[..., None]) -> None:
        publish(ONE)
        assert keys.find("one") == ONE

        publish(TWO)
        assert keys.find("two") == TWO
        assert keys.find("one") is None

    def test_without_any_answer_nobody_can_tell(self, keys: PublicKeys) -> None:
        with pytest.raises(KeysUnavailable):
            keys.find("one")
