"""Several hands in the tree of categories at once: ranks stay without gaps, and no circle is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select

from adapters.db.tables import product_categories
from bootstrap.container import Container
from core.domain.errors import NotAllowed
from core.use_cases.category.create_category import NewCategory
from core.use_cases.category.update_category import CategoryChanges
from tests.integration.shops import ADMIN, open_shop


@pytest.fixture
def shop(folder: Path) -> Iterator[Container]:
    container = open_shop(folder)
    yield container
    container.engines().dispose()


def together(deeds: Sequence[Callable[[], str]]) -> list[str]:
    gate = Barrier(len(deeds))

    def at_once(deed: Callable[[], str]) -> str:
        gate.wait(timeout=10)
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(at_once, deeds))


def made(shop: Container, name: str, parent: str | None = None) -> str:
    return str(shop.create_category()(ADMIN, NewCategory(name=name, parent_category_id=parent)))


def test_categories_made_at_once_get_ranks_of_their_own(shop: Container) -> None:
    together([lambda n=n: made(shop, f"Root {n}") for n in range(8)])

    with shop.read_engine().connect() as connection:
        ranks = connection.scalars(select(product_categories.c.rank)).all()
    assert sorted(ranks) == list(range(8))


def test_of_two_moves_that_make_a_circle_together_one_is_refused(shop: Container) -> None:
    def move(id: str, below: str) -> str:
        try:
            shop.update_category()(ADMIN, id, CategoryChanges(values={"parent_category_id": below}))
        except NotAllowed:
            return "refused"
        return "moved"

    for number in range(5):
        a, b = made(shop, f"A {number}"), made(shop, f"B {number}")

        said = together([lambda a=a, b=b: move(a, b), lambda a=a, b=b: move(b, a)])

        assert sorted(said) == ["moved", "refused"]
