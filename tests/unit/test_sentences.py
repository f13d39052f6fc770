"""What goes wrong on the command line is said in a sentence, and bugs are not dressed up as one."""

import errno
import socket

import pytest
from sqlalchemy.exc import OperationalError

from bootstrap.demo.story import shown_path
from bootstrap.demo.walk import token_of
from bootstrap.sentences import REFUSED, WRONG_USAGE, CommandRefused, check_port, exit_code_for, sentence_for
from bootstrap.serving import address_of
from bootstrap.settings import SettingsError
from core.domain.errors import FieldProblem, Invalid, NotFound


def test_a_refusal_of_the_shop_is_its_message() -> None:
    assert sentence_for(NotFound("there is no such thing")) == "there is no such thing"


def test_wrong_fields_are_named() -> None:
    error = Invalid("two things are wrong", fields=[FieldProblem("a", "is missing"), FieldProblem("b", "is odd")])

    assert sentence_for(error) == "a: is missing; b: is odd"


@pytest.mark.parametrize(
    ("cause", "part"),
    [
        ("unable to open database file", "folder"),
        ("attempt to write a readonly database", "folder"),
        ("no such table: orders", "perseus migrate"),
        ("database is locked", "busy"),
        ("disk image is malformed", "disk image is malformed"),
    ],
)
def test_trouble_with_the_database_says_what_to_do(cause: str, part: str) -> None:
    sentence = sentence_for(OperationalError("SELECT 1", {}, Exception(cause)))

    assert sentence is not None
    assert part in sentence
    assert "SELECT" not in sentence


@pytest.mark.parametrize(("code", "part"), [("42P01", "perseus migrate"), ("55P03", "busy"), ("28P01", "no entry")])
def test_trouble_with_a_database_server_says_what_to_do(code: str, part: str) -> None:
    cause = Exception("no entry\n  for you")
    cause.sqlstate = code  # type: ignore[attr-defined]
    sentence = sentence_for(OperationalError("SELECT 1", {}, cause))

    assert sentence is not None
    assert part in sentence
    assert "\n" not in sentence


def test_trouble_with_files_names_the_file() -> None:
    sentence = sentence_for(OSError(errno.EACCES, "Permission denied", "/shop/files"))

    assert sentence is not None
    assert sentence.startswith("/shop/files: ")


def test_a_full_disk_is_called_one() -> None:
    assert "disk is full" in (sentence_for(OSError(errno.ENOSPC, "No space left on device")) or "")


def test_a_bug_stays_a_bug() -> None:
    assert sentence_for(KeyError("id")) is None
    assert sentence_for(OSError(errno.EPIPE, "Broken pipe")) is None


def test_wrong_settings_and_refusals_have_different_exit_codes() -> None:
    assert exit_code_for(SettingsError(["SECRET_KEY is missing."])) == WRONG_USAGE
    assert exit_code_for(CommandRefused("no")) == REFUSED


def test_port_zero_is_any_free_one() -> None:
    assert check_port("127.0.0.1", 0) > 0


def test_a_taken_port_is_refused_even_by_a_server_that_would_share_it() -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        with pytest.raises(CommandRefused, match="is taken"):
            check_port("127.0.0.1", listener.getsockname()[1])


def test_a_server_that_listens_everywhere_is_found_on_this_machine() -> None:
    assert address_of("0.0.0.0", 9000) == "http://localhost:9000"  # noqa: S104 - a word, nothing listens
    assert address_of("::1", 9000) == "http://[::1]:9000"


def test_a_token_is_read_off_its_link() -> None:
    assert token_of("https://shop.example/downloads/dl_1-1-abc?from=mail") == "dl_1-1-abc"


def test_long_parts_of_a_path_are_shortened_and_what_follows_stays() -> None:
    assert shown_path(f"/store/downloads/{'x' * 80}/redeem") == f"/store/downloads/{'x' * 25}.../redeem"
