import threading
from time import perf_counter

import pytest

from adapters.system.passwords import Argon2Passwords
from tests.contracts.passwords import PasswordsContract


def cheap() -> Argon2Passwords:
    return Argon2Passwords(memory_kib=64, time_cost=1)


class TestArgon2Passwords(PasswordsContract):
    @pytest.fixture
    def passwords(self) -> Argon2Passwords:
        return cheap()

    def test_default_cost_is_the_recommended_minimum(self) -> None:
        assert "$argon2id$" in Argon2Passwords().hash("x")
        assert "m=19456,t=2,p=1" in Argon2Passwords().hash("x")

    def test_same_password_is_hashed_differently_each_time(self, passwords: Argon2Passwords) -> None:
        assert passwords.hash("correct horse") != passwords.hash("correct horse")

    def test_cheaper_settings_make_a_hash_stale(self, passwords: Argon2Passwords) -> None:
        dearer = Argon2Passwords(memory_kib=128, time_cost=1)

        assert dearer.stale(passwords.hash("correct horse"))
        assert dearer.verify("correct horse", passwords.hash("correct horse"))
        assert dearer.stale("no hash at all")

    def test_lone_surrogate_is_a_wrong_password_not_a_crash(self, passwords: Argon2Passwords) -> None:
        assert not passwords.verify("\ud800", passwords.hash("correct horse"))

    def test_nobody_takes_as_long_as_somebody(self) -> None:
        passwords = Argon2Passwords(memory_kib=8_192, time_cost=2)
        hashed = passwords.hash("correct horse")

        def fastest(hashed: str | None) -> float:
            times = []
            for _ in range(5):
                start = perf_counter()
                passwords.verify("wrong", hashed)
                times.append(perf_counter() - start)
            return min(times)

        assert fastest(None) > fastest(hashed) / 3

    def test_crowd_of_log_ins_is_served_in_turn(self) -> None:
        passwords = Argon2Passwords(memory_kib=64, time_cost=1, at_once=1)
        hashed = passwords.hash("correct horse")
        results: list[bool] = []
        crowd = [
            threading.Thread(target=lambda: results.append(passwords.verify("correct horse", hashed)))
            for _ in range(8)
        ]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join(10)

        assert results == [True] * 8
