"""Two of the staff at one record at the same moment, by every route that changes something: what comes of it is what
would have come of the one after the other, in either order. A change that was answered as done is never lost, and
nobody meets an error.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from adapters.http.resources import resources
from tests.integration.admin_edits import EDITS, Race
from tests.integration.admin_meetings import LINKS, REFERENCES
from tests.integration.crowded_shop import CrowdedShop, Request, slow_down_commits
from tests.integration.shops import keep_at

ROUNDS = 3
LOST = 409
ROUTES = {(route.method, route.rule) for resource in resources() for route in resource.routes}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.deep)])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CrowdedShop:
    folder = Path(tmp_path_factory.mktemp("edits"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    shop = CrowdedShop(folder)
    if request.param == "postgres":  # SQLite lets one write after the other
        slow_down_commits(shop.container.write_engine())
    return shop


History = tuple[list[int], Any]
"""What the two were answered, and what is to be seen then."""


def after(shop: CrowdedShop, race: Race, *order: int) -> History:
    """The history in which only these were sent, in this order."""
    said = [LOST, LOST]
    for which in order:
        said[which] = shop.send((race.one, race.other)[which]).status_code
    return said, race.look()


def raced(shop: CrowdedShop, race: Race) -> History:
    return [outcome(answer) for answer in shop.at_once([race.one, race.other])], race.look()


def outcome(answer: Any) -> int:
    """Who is told that it was done, and deleted before it could be shown, came first and was answered last."""
    gone_since = answer.status_code == 410 and answer.json["code"] == "DONE_AND_DELETED"
    return 200 if gone_since else int(answer.status_code)


def hold(shop: CrowdedShop, make: Any) -> None:
    possible = [after(shop, make(shop), *order) for order in ((0, 1), (1, 0), (0,), (1,))]
    for _ in range(ROUNDS):
        assert raced(shop, make(shop)) in possible, possible


def test_every_route_that_changes_one_record_is_in_a_table() -> None:
    changing = {
        rule
        for method, rule in ROUTES
        if method == "POST"
        and rule.startswith("/admin/")
        and (rule.endswith((">", "batch")) or rule == "/admin/store")
    }

    assert changing - EDITS.keys() - LINKS.keys() == {"/admin/tax-rates/<rate_id>/product-types/batch"}
    assert EDITS.keys() | LINKS.keys() <= {rule for method, rule in ROUTES if method == "POST"}


@pytest.mark.parametrize("rule", EDITS)
def test_two_changes_come_one_after_the_other(shop: CrowdedShop, rule: str) -> None:
    hold(shop, EDITS[rule])


@pytest.mark.parametrize("rule", LINKS)
def test_what_two_put_into_a_list_is_in_it(shop: CrowdedShop, rule: str) -> None:
    hold(shop, LINKS[rule])


@pytest.mark.parametrize("deed", REFERENCES)
def test_what_is_deleted_while_somebody_refers_to_it_is_gone_before_or_after(shop: CrowdedShop, deed: str) -> None:
    hold(shop, REFERENCES[deed])


DELETED = [rule for rule in EDITS if ("DELETE", rule) in ROUTES]


@pytest.mark.parametrize("rule", DELETED)
def test_what_is_deleted_while_it_is_changed_is_gone(shop: CrowdedShop, rule: str) -> None:
    def make(shop: CrowdedShop) -> Race:
        race = EDITS[rule](shop)
        removal: Request = ("DELETE", race.one[1], None)
        return Race(one=race.one, other=removal, look=race.look)

    hold(shop, make)
