"""Header names that are added to a list of them."""

import pytest

from adapters.http.headers import also


@pytest.mark.parametrize(
    ("said", "names", "list_"),
    [
        (None, ("Cookie", "Origin"), "Cookie, Origin"),
        ("", ("Cookie",), "Cookie"),
        ("Accept-Encoding", ("Cookie",), "Accept-Encoding, Cookie"),
        ("origin,  Accept-Encoding", ("Origin", "Cookie"), "origin, Accept-Encoding, Cookie"),
        ("Origin", ("Cookie", "Cookie"), "Origin, Cookie"),
    ],
)
def test_names_come_at_the_end_each_once(said: str | None, names: tuple[str, ...], list_: str) -> None:
    assert also(said, names) == list_
