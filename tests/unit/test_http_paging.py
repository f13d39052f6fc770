"""Limits, offsets and orders of lists."""

import pytest

from adapters.http.paging import paging
from core.domain.errors import Invalid
from ports.reads import Audience, Paging

STORE, ADMIN = Audience.STORE, Audience.ADMIN


def page(
    limit: int | None = None, offset: int | None = None, order: str | None = None, audience: Audience = STORE
) -> Paging:
    return paging(limit, offset, order, default=20, audience=audience)


def test_the_newest_come_first_from_the_beginning() -> None:
    assert page() == Paging(offset=0, limit=20, order=(("created_at", True),), ranked=True)


@pytest.mark.parametrize(("audience", "most"), [(STORE, 100), (ADMIN, 1_000)])
def test_larger_limits_are_lowered(audience: Audience, most: int) -> None:
    assert page(limit=5_000, audience=audience).limit == most


def test_a_limit_of_zero_is_kept() -> None:
    assert page(limit=0).limit == 0


def test_lists_without_a_limit_have_none_until_asked() -> None:
    assert paging(None, None, None, default=None, audience=STORE).limit is None
    assert paging(5, None, None, default=None, audience=STORE).limit == 5


def test_offsets_end_at_a_million() -> None:
    assert page(offset=1_000_000).offset == 1_000_000
    with pytest.raises(Invalid):
        page(offset=1_000_001)


def test_a_dash_sorts_descending() -> None:
    assert page(order="title").order == (("title", False),)
    assert page(order="-created_at,title").order == (("created_at", True), ("title", False))


@pytest.mark.parametrize("order", ["title;", "-", "a..b", "Title", ",", "--a"])
def test_orders_that_cannot_be_are_refused(order: str) -> None:
    with pytest.raises(Invalid):
        page(order=order)
