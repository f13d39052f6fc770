"""One login elsewhere, or one address at two services, seen for the first time by several requests at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select

from adapters.db.tables import customers, linked_logins
from adapters.memory.outside_logins import InMemoryOutsideTokens
from bootstrap.container import Container
from core.use_cases.auth.identify_outsider import IdentifyOutsider
from ports.outside_logins import OutsideLogin
from tests.integration.shops import open_shop

AT_ONCE = 6
ADA = OutsideLogin(issuer="https://id.test", subject="1", email="ada@example.test", email_verified=True, trusted=True)


@pytest.fixture
def shop(folder: Path) -> Iterator[Container]:
    container = open_shop(folder)
    yield container
    container.engines().dispose()


def seen(shop: Container, logins: list[OutsideLogin]) -> list[str | None]:
    tokens = InMemoryOutsideTokens({str(number): login for number, login in enumerate(logins)})
    identify = IdentifyOutsider(shop.begin(), tokens, shop.identities(), shop.ids())
    gate = Barrier(len(logins))

    def one(number: int) -> str | None:
        gate.wait(timeout=10)
        actor = identify(str(number))
        return actor.id if actor is not None else None

    with ThreadPoolExecutor(len(logins)) as pool:
        return list(pool.map(one, range(len(logins))))


def counted(shop: Container) -> tuple[int, int]:
    with shop.read_engine().connect() as connection:
        people = connection.execute(select(func.count()).select_from(customers)).scalar_one()
        links = connection.execute(select(func.count()).select_from(linked_logins)).scalar_one()
    return people, links


def test_first_sights_of_one_login_make_one_customer(shop: Container) -> None:
    assert len(set(seen(shop, [ADA] * AT_ONCE))) == 1

    assert counted(shop) == (1, 1)


def test_first_sights_of_one_address_at_several_services_make_one_customer(shop: Container) -> None:
    logins = [replace(ADA, issuer=f"https://id{number}.test") for number in range(AT_ONCE)]

    assert len(set(seen(shop, logins))) == 1
    assert counted(shop) == (1, AT_ONCE)
