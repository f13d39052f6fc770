"""What goes with a variant: the order is without gaps whatever is added, moved and removed, in any order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.store import PROFILE_ID
from adapters.memory.unit_of_work import InMemoryBegin, Memory
from core.domain.actor import Actor, ActorKind, Role
from core.domain.errors import Invalid
from core.domain.product import Product, ProductId, ProductNotFound, Variant, VariantId, VariantNotFound
from core.domain.variant_reference import VariantReferenceNotFound, VariantReferenceTaken
from core.use_cases.variant_reference.add_variant_reference import AddVariantReference, NewVariantReference
from core.use_cases.variant_reference.move_variant_reference import MoveVariantReference
from core.use_cases.variant_reference.remove_variant_reference import RemoveVariantReference

STAFF = Actor(kind=ActorKind.USER, id="usr_1", role=Role.ADMIN)
PARTS = 5


class Shop:
    def __init__(self) -> None:
        self.memory = Memory()
        ids, clock = CountingIds(), FrozenClock()
        self.begin = InMemoryBegin(self.memory, clock, ids)
        self.add = AddVariantReference(self.begin, ids)
        self.move = MoveVariantReference(self.begin)
        self.remove = RemoveVariantReference(self.begin, clock)
        with self.begin(STAFF, "test.fill") as work:
            for number in range(PARTS + 1):
                variant = Variant(id=VariantId(f"v{number}"), title="one")
                product = Product(
                    id=ProductId(f"p{number}"),
                    title="P",
                    handle=f"p{number}",
                    profile_id=PROFILE_ID,
                    variants=[variant],
                )
                work.products.add(product)
            work.commit()

    def relate(self, target: str, rank: int | None = None, type: str = "SPARE_PART") -> str:
        new = NewVariantReference(target_variant_id=target, reference_type=type, rank=rank)
        return self.add(STAFF, "p0", "v0", new)

    def order(self) -> list[tuple[int, str]]:
        with self.begin(STAFF, "test.look") as work:
            return [(it.rank, it.target_variant_id) for it in work.variant_references.of_source("v0")]


STEP = st.tuples(st.sampled_from(["add", "move", "remove"]), st.integers(1, PARTS), st.none() | st.integers(0, 7))


@given(st.lists(STEP, max_size=20))
def test_order_is_that_of_a_list_to_which_the_same_was_done(steps: list[tuple[str, int, int | None]]) -> None:
    shop = Shop()
    listed: list[str] = []
    ids: dict[str, str] = {}
    for step, number, rank in steps:
        target = f"v{number}"
        if step == "add" and target not in listed:
            ids[target] = shop.relate(target, rank)
            listed.insert(len(listed) if rank is None else rank, target)
        elif step == "move" and target in listed:
            shop.move(STAFF, "p0", "v0", ids[target], rank or 0)
            listed.remove(target)
            listed.insert(rank or 0, target)
        elif step == "remove" and target in listed:
            shop.remove(STAFF, "p0", "v0", ids[target])
            listed.remove(target)

    found = shop.order()
    assert [target for _, target in found] == listed
    assert len({rank for rank, _ in found}) == len(found)


def test_two_variants_are_related_in_several_ways_but_once_in_each() -> None:
    shop = Shop()
    shop.relate("v1")
    shop.relate("v1", type="REPLACEMENT")

    with pytest.raises(VariantReferenceTaken):
        shop.relate("v1")


@pytest.mark.parametrize(
    ("target", "type", "error"),
    [("v0", "SPARE_PART", Invalid), ("v1", " ", Invalid), ("v1", "x" * 101, Invalid), ("v9", "X", VariantNotFound)],
)
def test_what_makes_no_sense_is_refused(target: str, type: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        Shop().relate(target, type=type)


def test_a_reference_is_found_only_below_its_own_variant() -> None:
    shop = Shop()
    reference = shop.relate("v1")

    with pytest.raises(VariantNotFound):
        shop.move(STAFF, "p0", "v1", reference, 0)
    with pytest.raises(ProductNotFound):
        shop.remove(STAFF, "p9", "v0", reference)
    with pytest.raises(VariantReferenceNotFound):
        shop.remove(STAFF, "p1", "v1", reference)


def test_each_change_leaves_one_line_in_the_audit_log() -> None:
    shop = Shop()
    before = len(shop.memory.audit_log)
    reference = shop.relate("v1")
    shop.relate("v2", 0)
    shop.move(STAFF, "p0", "v0", reference, 0)
    shop.remove(STAFF, "p0", "v0", reference)

    actions = [row.action for row in shop.memory.audit_log[before:]]
    assert actions == [
        "variant_reference.add",
        "variant_reference.add",
        "variant_reference.move",
        "variant_reference.remove",
    ]
