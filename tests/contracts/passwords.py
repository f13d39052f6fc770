"""What every way of keeping passwords promises."""

import pytest

from ports.passwords import Passwords


class PasswordsContract:
    @pytest.fixture
    def passwords(self) -> Passwords:
        raise NotImplementedError

    def test_right_password_is_recognised(self, passwords: Passwords) -> None:
        assert passwords.verify("correct horse", passwords.hash("correct horse"))

    @pytest.mark.parametrize("wrong", ["Correct horse", "correct horse ", "", "correct hors"])
    def test_wrong_password_is_not(self, passwords: Passwords, wrong: str) -> None:
        assert not passwords.verify(wrong, passwords.hash("correct horse"))

    def test_nobody_has_no_password(self, passwords: Passwords) -> None:
        assert not passwords.verify("correct horse", None)
        assert not passwords.verify("nobody's password", None)

    def test_long_passwords_are_not_truncated(self, passwords: Passwords) -> None:
        hashed = passwords.hash("x" * 99 + "a")

        assert not passwords.verify("x" * 99 + "b", hashed)

    def test_same_characters_typed_differently_are_the_same_password(self, passwords: Passwords) -> None:
        hashed = passwords.hash("caf\u00e9 \uff11\u2460")

        assert passwords.verify("cafe\u0301 11", hashed)

    def test_something_that_is_no_hash_matches_nothing(self, passwords: Passwords) -> None:
        assert not passwords.verify("correct horse", "correct horse")

    def test_fresh_hash_is_not_stale(self, passwords: Passwords) -> None:
        assert not passwords.stale(passwords.hash("correct horse"))
