"""The one query-string parser."""

from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import RAISE, Schema

from adapters.http.json_body import load
from adapters.http.query import parse_query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Flag, Moment, Search, Text, Texts, Whole
from core.domain.errors import Invalid, UnknownField
from ports.reads import Condition, Operator


def test_lists_are_read_in_all_three_spellings() -> None:
    expected = {"id": ["a", "b"]}

    assert parse_query(b"id[]=a&id[]=b") == expected
    assert parse_query(b"id[0]=a&id[1]=b") == expected
    assert parse_query(b"id=a&id=b") == expected
    assert parse_query(b"id%5B%5D=a&id%5B%5D=b") == expected


def test_a_single_bracketed_value_is_a_list() -> None:
    assert parse_query(b"id[]=a") == {"id": ["a"]}


def test_indexes_decide_the_order() -> None:
    assert parse_query(b"id[10]=c&id[2]=b&id[0]=a") == {"id": ["a", "b", "c"]}


def test_operators_are_read_with_and_without_dollar() -> None:
    assert parse_query(b"created_at[$lt]=1&created_at[gt]=2") == {"created_at": {"lt": "1", "gt": "2"}}


def test_objects_nest_and_may_hold_lists() -> None:
    assert parse_query(b"a[b][c]=1&a[b][d][]=2&a[b][d][]=3") == {"a": {"b": {"c": "1", "d": ["2", "3"]}}}


@pytest.mark.parametrize(
    "raw",
    [b"a=1&a[b]=2", b"a[b]=1&a=2", b"a[]=1&a[b]=2", b"a[0]=1&a[0]=2", b"a[0]=1&a[]=2", b"a[b]=1&a[]=2"],
)
def test_one_name_in_two_forms_is_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        parse_query(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"[a]=1",
        b"a[=1",
        b"a]=1",
        b"a[b]c=1",
        b"a[[b]]=1",
        b"a[b][c][d][e]=1",
        b"a=%ff",
        b"a=%00",
        b"a[99999999999999]=1",
        b"a=" + b"x" * 9_000,
        b"&".join(b"a=1" for _ in range(1_001)),
        b"a[][b]=1",
    ],
)
def test_malformed_and_oversized_queries_are_refused(raw: bytes) -> None:
    with pytest.raises(Invalid):
        parse_query(raw)


_names = st.text("abcdefgh_", min_size=1, max_size=6)
_texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
_trees = st.dictionaries(
    _names,
    _texts
    | st.lists(_texts, min_size=1, max_size=4)
    | st.dictionaries(_names, _texts | st.lists(_texts, min_size=1, max_size=3), min_size=1, max_size=3),
    max_size=4,
)


def _written(tree: object, name: str = "", *, indexed: bool) -> list[str]:
    if isinstance(tree, dict):
        return [
            pair
            for key, below in tree.items()
            for pair in _written(below, f"{name}[{key}]" if name else key, indexed=indexed)
        ]
    if isinstance(tree, list):
        return [
            pair
            for index, below in enumerate(tree)
            for pair in _written(below, f"{name}[{index if indexed else ''}]", indexed=indexed)
        ]
    return [f"{quote(name)}={quote(str(tree))}"]


@given(_trees, st.booleans())
def test_what_is_written_is_read_back(tree: dict[str, object], indexed: bool) -> None:
    raw = "&".join(_written(tree, indexed=indexed)).encode()

    assert parse_query(raw) == tree


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    try:
        tree = parse_query(raw)
    except Invalid:
        return

    assert isinstance(tree, dict)


class Filters(Schema):
    class Meta:
        unknown = RAISE

    q = Search()
    id = AnyOf()
    status = AnyOf(choices=frozenset({"draft", "published"}))
    is_giftcard = Exactly(Flag())
    created_at = Compare(Moment())
    type = AnyOf(field="type_id")
    cart_id = Text()
    limit = Whole(minimum=0)
    tags = Texts(commas=True)


def _loaded(raw: str) -> dict[str, object]:
    return load(Filters(), parse_query(raw.encode()))


def test_filters_become_conditions_on_the_shape() -> None:
    loaded = _loaded("q=shirt&id=a&is_giftcard=false&type[]=t&created_at[$gte]=2023-02-17&created_at[lt]=1676618550")

    assert loaded["q"] == (Condition("q", Operator.SEARCH, "shirt"),)
    assert loaded["id"] == (Condition("id", Operator.IN, ["a"]),)
    assert loaded["is_giftcard"] == (Condition("is_giftcard", Operator.EQ, False),)
    assert loaded["type"] == (Condition("type_id", Operator.IN, ["t"]),)
    assert loaded["created_at"] == (
        Condition("created_at", Operator.GTE, datetime(2023, 2, 17, tzinfo=UTC)),
        Condition("created_at", Operator.LT, datetime(2023, 2, 17, 7, 22, 30, tzinfo=UTC)),
    )


@pytest.mark.parametrize(
    "moment",
    ["2023-02-17T07:22:30Z", "2023-02-17T07:22:30.000Z", "2023-02-17T08:22:30%2B01:00", "2023-02-17T07:22:30"],
)
def test_times_are_read_as_utc(moment: str) -> None:
    (condition,) = _loaded(f"created_at[lt]={moment}")["created_at"]  # type: ignore[misc]

    assert condition.value == datetime(2023, 2, 17, 7, 22, 30, tzinfo=UTC)


def test_values_keep_their_types() -> None:
    assert _loaded("cart_id=c&limit=0&tags=a,b&tags=c") == {"cart_id": "c", "limit": 0, "tags": ["a", "b", "c"]}


@pytest.mark.parametrize(
    "raw",
    [
        "limit=-1",
        "limit=ten",
        "limit=1.5",
        "limit=1&limit=2",
        "limit=%20",
        "is_giftcard=maybe",
        "created_at=2023-02-30",
        "created_at[like]=2023-02-03",
        "created_at[lt]=yesterday",
        "created_at[lt][gt]=2023-02-03",
        "status=archived",
        "id[a]=b",
        "q[]=a",
        "created_at[lt]=999999999999999",
    ],
)
def test_values_of_the_wrong_type_are_refused(raw: str) -> None:
    with pytest.raises(Invalid):
        _loaded(raw)


def test_unknown_names_are_refused_by_name() -> None:
    with pytest.raises(UnknownField) as refused:
        _loaded("colour=red")

    assert refused.value.message == "property colour should not exist"
