import pytest

from adapters.memory.passwords import InMemoryPasswords
from tests.contracts.passwords import PasswordsContract


class TestInMemoryPasswords(PasswordsContract):
    @pytest.fixture
    def passwords(self) -> InMemoryPasswords:
        return InMemoryPasswords()

    def test_older_settings_make_a_hash_stale(self, passwords: InMemoryPasswords) -> None:
        hashed = passwords.hash("correct horse")
        passwords.strengthen()

        assert passwords.stale(hashed)
        assert passwords.verify("correct horse", hashed)
