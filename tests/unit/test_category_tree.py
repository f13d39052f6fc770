"""Whatever is added, moved and deleted in any order, the tree of categories stays one, with ranks from 0."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.unit_of_work import InMemoryBegin, Memory
from core.domain.actor import Actor, ActorKind
from core.domain.errors import NotAllowed, NotFound
from core.domain.search_text import words_of
from core.use_cases.category.create_category import CreateCategory, NewCategory
from core.use_cases.category.delete_category import DeleteCategory
from core.use_cases.category.update_category import CategoryChanges, UpdateCategory

ADMIN = Actor(kind=ActorKind.USER, id="usr_1")
PLACES = st.integers(0, 7)
STEPS = st.one_of(
    st.tuples(st.just("add"), PLACES, st.integers(0, 3)),
    st.tuples(st.just("move"), PLACES, PLACES, st.none() | st.integers(0, 5)),
    st.tuples(st.just("rank"), PLACES, st.integers(0, 5)),
    st.tuples(st.just("delete"), PLACES),
)
Rows = dict[str | None, list[str]]


class Oracle:
    """The same tree as lists of names, one per parent."""

    def __init__(self) -> None:
        self.rows: Rows = {None: []}

    def parent(self, id: str) -> str | None:
        return next(parent for parent, row in self.rows.items() if id in row)

    def is_below(self, id: str | None, top: str) -> bool:
        return id is not None and (id == top or self.is_below(self.parent(id), top))

    def take(self, id: str) -> None:
        self.rows[self.parent(id)].remove(id)

    def put(self, id: str, parent: str | None, rank: int | None) -> None:
        row = self.rows[parent]
        row.insert(len(row) if rank is None else rank, id)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=25))
def test_the_tree_is_what_plain_lists_make_of_the_same_steps(steps: list[tuple[object, ...]]) -> None:
    memory, oracle, ids = Memory(), Oracle(), CountingIds()
    begin = InMemoryBegin(memory, FrozenClock(), ids)
    create, update, delete = CreateCategory(begin, ids), UpdateCategory(begin), DeleteCategory(begin, FrozenClock())
    known: list[str] = []

    def pick(number: object) -> str | None:
        """One of those there are, or the root."""
        places = [None, *known]
        return places[int(str(number)) % len(places)]

    for number, step in enumerate(steps):
        here = pick(step[1])
        if step[0] == "add":
            id = create(ADMIN, NewCategory(name=f"c{number}", parent_category_id=here, rank=int(str(step[2]))))
            known.append(id)
            oracle.put(id, here, int(str(step[2])))
            oracle.rows[id] = []
        elif here is None:
            continue
        elif step[0] == "rank":
            update(ADMIN, here, CategoryChanges(values={"rank": step[2]}))
            parent = oracle.parent(here)
            oracle.take(here)
            oracle.put(here, parent, int(str(step[2])))
        elif step[0] == "move":
            there, rank = pick(step[2]), step[3]
            values = {"parent_category_id": there} | ({} if rank is None else {"rank": rank})
            try:
                update(ADMIN, here, CategoryChanges(values=values))
            except NotAllowed:
                assert oracle.is_below(there, here)
                continue
            assert not oracle.is_below(there, here)
            if there != oracle.parent(here) or rank is not None:
                oracle.take(here)
                oracle.put(here, there, None if rank is None else int(str(rank)))
        else:
            try:
                delete(ADMIN, here)
            except NotAllowed:
                assert oracle.rows[here]
                continue
            assert not oracle.rows[here]
            oracle.take(here)
            del oracle.rows[here]
            known.remove(here)

    found: Rows = {parent: [] for parent in oracle.rows}
    live = [category for category in memory.categories.values() if category.deleted_at is None]
    for category in sorted(live, key=lambda one: one.rank):
        assert category.rank == len(found[category.parent_category_id])
        found[category.parent_category_id].append(category.id)
    assert found == oracle.rows


def test_a_parent_that_does_not_exist_is_refused() -> None:
    memory, ids = Memory(), CountingIds()
    create = CreateCategory(InMemoryBegin(memory, FrozenClock(), ids), ids)

    try:
        create(ADMIN, NewCategory(name="c", parent_category_id="pcat_no"))
    except NotFound:
        assert memory.categories == {}
    else:
        raise AssertionError("it was taken")


@given(st.text(max_size=200))
def test_words_are_found_whatever_their_case_and_accents(text: str) -> None:
    words = words_of(text)

    assert words_of(" ".join(words)) == words
    assert all(word.isalnum() or not word.isascii() for word in words)


def test_accents_ligatures_and_sharp_s_are_plain_letters() -> None:
    assert words_of("Crème-Brûlée No. 2: STRAẞE Ærø Łódź") == [
        "creme",
        "brulee",
        "no",
        "2",
        "strasse",
        "aero",
        "lodz",
    ]
