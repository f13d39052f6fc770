"""The grammar of ``fields`` and ``expand``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.http.fields import choose
from core.domain.errors import Invalid
from ports.reads import Selection

DEFAULT = "id,title,handle,*variants,variants.prices.amount,collection.id"


def flat(selection: Selection, prefix: str = "") -> set[str]:
    own = {prefix + name for name in selection.columns} | ({prefix + "*"} if selection.everything else set())
    return own.union(*(flat(below, f"{prefix}{name}.") for name, below in selection.relations.items()))


def chosen(fields: str | None = None, expand: str | None = None, default: str = DEFAULT) -> set[str]:
    return flat(choose(fields, expand, default).selection)


DEFAULTS = {"id", "title", "handle", "variants.id", "variants.*", "variants.prices.id", "variants.prices.amount"} | {
    "collection.id"
}


def test_nothing_asked_gives_the_defaults() -> None:
    assert chosen() == DEFAULTS


def test_a_plain_name_replaces_the_defaults() -> None:
    assert chosen("title,handle") == {"id", "title", "handle"}


def test_operators_adjust_the_defaults() -> None:
    assert chosen("+metadata,-title") == DEFAULTS - {"title"} | {"metadata"}


def test_a_plus_that_arrives_as_a_space_still_adds() -> None:
    assert chosen(" metadata") == DEFAULTS | {"metadata"}


def test_single_columns_of_a_relation_come_with_its_id() -> None:
    assert chosen("variants.title,variants.sku") == {"id", "variants.id", "variants.title", "variants.sku"}


def test_a_star_takes_all_columns_of_a_relation_and_not_its_relations() -> None:
    assert chosen("title,*variants") == {"id", "title", "variants.id", "variants.*"}
    assert chosen("title,variants.*") == {"id", "title", "variants.id", "variants.*"}


def test_minus_removes_a_relation_with_everything_below() -> None:
    kept = DEFAULTS - {name for name in DEFAULTS if name.startswith("variants")}

    assert chosen("*categories,-variants") == kept | {"categories.id", "categories.*"}


def test_minus_beside_a_plain_name_takes_nothing_in() -> None:
    assert chosen("title,-handle") == {"id", "title"}


def test_id_cannot_be_removed() -> None:
    assert chosen("-id") == DEFAULTS


def test_an_empty_list_of_fields_leaves_the_id() -> None:
    assert chosen("") == {"id"}


def test_expand_replaces_relations_and_keeps_columns() -> None:
    assert chosen(None, "tags,tags.owner") == {"id", "title", "handle"} | {
        "tags.id",
        "tags.*",
        "tags.owner.id",
        "tags.owner.*",
    }


def test_expand_shows_the_relations_on_the_way() -> None:
    on_the_way = {"variants.id", "variants.*"}

    assert (
        chosen("title", "variants.prices") == {"id", "title", "variants.prices.id", "variants.prices.*"} | on_the_way
    )


def test_an_empty_expand_leaves_no_relations() -> None:
    assert chosen(None, "") == {"id", "title", "handle"}


def test_fields_and_expand_together_are_both_shown() -> None:
    assert chosen("title", "variants") == {"id", "title", "variants.id", "variants.*"}


def test_a_column_taken_from_all_columns_is_trimmed_from_the_tree() -> None:
    choice = choose("-title,-variants.sku", None, "*,*variants")
    tree: dict[str, object] = {"id": 1, "title": 2, "variants": [{"id": 3, "sku": 4}]}

    assert choice.trim(tree) == {"id": 1, "variants": [{"id": 3}]}


@pytest.mark.parametrize(
    "fields", ["title;drop", "a..b", ".a", "a.", "Title", "a.b.c.d.e.f.g", "+*x*", "a b", ",".join("ab" * 101)]
)
def test_names_that_cannot_be_are_refused(fields: str) -> None:
    with pytest.raises(Invalid):
        chosen(fields)


_tokens = st.lists(st.from_regex(r"[+\-* ]?(id|title|items|items\.(id|sku|\*))", fullmatch=True), max_size=6)


@given(_tokens, st.none() | st.sampled_from(["", "items", "items,items.variant"]))
def test_the_id_is_always_there(tokens: list[str], expand: str | None) -> None:
    try:
        names = chosen(",".join(tokens), expand)
    except Invalid:
        return

    assert "id" in names


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_understood_or_refused(fields: str, expand: str) -> None:
    try:
        assert chosen(fields, expand)
    except Invalid:
        return
