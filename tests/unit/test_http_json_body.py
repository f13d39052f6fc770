"""Strict JSON and strict fields."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.http.body_fields import Anything, Body, Bool, Dec, Either, Int, Many, Metadata, Part, Str, Word
from adapters.http.json_body import InvalidJson, load, parse_json
from core.domain.errors import Invalid, UnknownField


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a": 1, "a": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 99999999999999999999}',
        b'{"a": "\\u0000"}',
        b'{"a": "\\ud800"}',
        b'{"\\ud800": 1}',
        b'{"a": "\xff"}',
        b'{"a": 1',
        b"[1]",
        b'"a"',
        b"null",
        b"{'a': 1}",
        b'{"a":' + b"[" * 33 + b"]" * 33 + b"}",
        b'{"a":' + b"[" * 100_000,
        b'{"a": "' + b"x" * 10_001 + b'"}',
        json.dumps({"a": list(range(1_001))}).encode(),
        json.dumps({str(key): 1 for key in range(1_001)}).encode(),
        b'{"a": 1' + b"0" * 5_000 + b"}",
    ],
)
def test_what_is_not_strict_json_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidJson):
        parse_json(raw)


_plain = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
)
_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=10)
_values = st.recursive(
    _plain | _texts, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_texts, inner, max_size=4)
)


@given(st.dictionaries(_texts, _values, max_size=5))
def test_plain_objects_are_read_as_they_are(tree: dict[str, object]) -> None:
    assert parse_json(json.dumps(tree).encode()) == tree


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        assert isinstance(parse_json(raw), dict)
    except InvalidJson:
        return


class Place(Body):
    city = Str(required=True)


class Thing(Body):
    title = Str(required=True, max=5)
    count = Int(min=0, max=9)
    digital = Bool()
    rate = Dec(min=0, max=100)
    status = Word("draft", "published")
    metadata = Metadata()
    tags = Many(Str(required=True), max=2)
    codes = Many(Str(max=3))
    place = Part(Place)
    home = Either(Str(), Part(Place))
    data = Anything()


def test_fields_keep_their_types() -> None:
    sent = {"title": "abc", "count": 0, "digital": False, "rate": 12.5, "status": "draft", "home": "addr_1"}

    assert load(Thing(), sent) == {**sent, "rate": Decimal("12.5")}


def test_optional_fields_take_null_and_missing_ones_stay_missing() -> None:
    assert load(Thing(), {"title": "a", "count": None}) == {"title": "a", "count": None}


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "title should not be empty"),
        ({"title": ""}, "title should not be empty"),
        ({"title": None}, "title should not be empty"),
        ({"title": 1}, "title must be a string"),
        ({"title": "abcdef"}, "title must be at most 5 characters"),
        ({"title": "a", "count": True}, "count must be an integer number"),
        ({"title": "a", "count": 1.0}, "count must be an integer number"),
        ({"title": "a", "count": "1"}, "count must be an integer number"),
        ({"title": "a", "count": -1}, "count must not be less than 0"),
        ({"title": "a", "count": 10}, "count must not be greater than 9"),
        ({"title": "a", "digital": 1}, "digital must be a boolean value"),
        ({"title": "a", "rate": True}, "rate must be a number"),
        ({"title": "a", "rate": 101}, "rate must be between 0 and 100"),
        ({"title": "a", "status": "x"}, "status must be one of the following values: draft, published"),
        ({"title": "a", "tags": ["a", 2]}, "tags.1 must be a string"),
        ({"title": "a", "codes": ["a", None]}, "codes.1 should not be empty"),
        ({"title": "a", "rate": 1.00001}, "rate must have at most 4 decimal places"),
        ({"title": "a", "tags": ["a", "b", "c"]}, "tags must have at most 2 members"),
        ({"title": "a", "place": {"town": "x", "city": "y"}}, "property place.town should not exist"),
        ({"title": "a", "home": {}}, "home.city should not be empty"),
        ({"title": "a", "metadata": {str(key): 1 for key in range(51)}}, "metadata must have at most 50 keys"),
        ({"title": "a", "metadata": {"k": "x" * 16_384}}, "metadata must be at most 16384 bytes of JSON"),
        ({"title": "a", "metadata": []}, "metadata must be an object"),
    ],
)
def test_wrong_values_are_refused_in_a_sentence(sent: dict[str, object], sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        load(Thing(), sent)

    assert refused.value.message == sentence


def test_several_problems_are_joined_and_listed() -> None:
    with pytest.raises(Invalid) as refused:
        load(Thing(), {"count": "1", "colour": "red"})

    assert set(refused.value.message.split(", ")) == {
        "title should not be empty",
        "count must be an integer number",
        "property colour should not exist",
    }
    assert {problem.field for problem in refused.value.fields} == {"title", "count", "colour"}
    assert not isinstance(refused.value, UnknownField)


def test_an_unknown_name_alone_has_its_own_code() -> None:
    with pytest.raises(UnknownField):
        load(Thing(), {"title": "a", "colour": "red"})
