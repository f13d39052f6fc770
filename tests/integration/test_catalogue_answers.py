"""Catalogue answers are kept, cost one statement then, and are never out of date."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from adapters.http.kept_answers import KeptAnswers
from adapters.memory.clock import FrozenClock
from benchmarks.story import pattern
from bootstrap.app import create_app
from core.domain.actor import SYSTEM
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PRODUCT, REGION, VARIANT, run_jobs
from tests.integration.test_statement_counts import counted

LIST = f"/store/products?region_id={REGION}"
ONE = f"/store/products/{PRODUCT}?region_id={REGION}"
PATHS = (LIST, ONE, "/store/regions", f"/store/regions/{REGION}")


@pytest.fixture
def shop(tmp_path: Path) -> PeopledShop:
    return PeopledShop(tmp_path)


def get(shop: PeopledShop, path: str, **headers: str) -> TestResponse:
    answer = shop.ask("GET", path, headers)
    assert answer.status_code in (200, 304), answer.text
    return answer


def rename(shop: PeopledShop, title: str) -> None:
    with shop.container.begin()(SYSTEM, "test.rename") as work:
        work.products.get(PRODUCT).title = title
        work.commit()


def move_all(shop: PeopledShop) -> None:
    """As after a write by which any product may look different."""
    with shop.container.begin()(SYSTEM, "test.move") as work:
        work.versions.bump("catalogue")
        work.commit()


@pytest.mark.parametrize("path", PATHS)
def test_a_second_look_costs_one_statement_and_is_the_same(shop: PeopledShop, path: str) -> None:
    first = get(shop, path)
    with counted(shop) as seen:
        second = get(shop, path)

    assert len(seen) == 1, "\n".join(seen)
    assert second.data == first.data
    assert second.headers["ETag"] == first.headers["ETag"]
    assert second.headers["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("path", PATHS)
def test_who_has_it_already_is_told_so(shop: PeopledShop, path: str) -> None:
    first = get(shop, path)
    again = get(shop, path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")

    rename(shop, "Another")

    assert get(shop, path, **{"If-None-Match": first.headers["ETag"]}).status_code == 200


@pytest.mark.parametrize(("path", "statements"), [("?limit=1&", 11), ("/{id}?", 9)])
def test_a_first_look_costs_a_statement_for_each_kind_of_record(
    shop: PeopledShop, path: str, statements: int
) -> None:
    def call(method: str, path: str, body: object, token: str) -> Any:
        return shop.ask(method, path, {"Authorization": f"Bearer {token}"}, body).json

    product = pattern(call, {"admin": shop.staff["Authorization"].removeprefix("Bearer ")})
    asked = f"/store/products{path}region_id={REGION}".format(id=product)
    get(shop, asked)  # what is made once per process
    move_all(shop)

    with counted(shop) as seen:
        answer = shop.ask("GET", asked, {"Origin": "https://elsewhere.test"})

    assert len(seen) == statements, "\n".join(seen)
    assert product in answer.text


def test_a_signed_in_customer_pays_two_statements_and_gets_nothing_to_share(shop: PeopledShop) -> None:
    get(shop, LIST, **shop.me)
    with counted(shop) as seen:
        answer = get(shop, LIST, **shop.me)

    assert len(seen) == 2, "\n".join(seen)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers


def test_a_changed_product_is_seen_at_once(shop: PeopledShop) -> None:
    get(shop, LIST), get(shop, ONE)

    rename(shop, "Sydney by Day")

    assert get(shop, ONE).json["product"]["title"] == "Sydney by Day"  # type: ignore[index]
    assert [p["title"] for p in get(shop, LIST).json["products"]] == ["Sydney by Day"]  # type: ignore[index]


def test_a_changed_tax_rate_is_seen_at_once(shop: PeopledShop) -> None:
    before = _variant(get(shop, ONE))["calculated_price_incl_tax"]

    with shop.container.begin()(SYSTEM, "test.tax") as work:
        region = work.regions.get(REGION)
        region.tax_rate = region.tax_rate * 2
        work.commit()

    assert _variant(get(shop, ONE))["calculated_price_incl_tax"] > before


def test_other_questions_have_other_answers(shop: PeopledShop) -> None:
    assert _variant(get(shop, ONE))["calculated_price"] == 1_000
    assert _variant(get(shop, f"/store/products/{PRODUCT}"))["calculated_price"] is None
    assert get(shop, f"{ONE}&fields=title").json == {"product": {"id": PRODUCT, "title": "Sydney Nights"}}


def test_carts_of_one_region_share_an_answer(shop: PeopledShop) -> None:
    carts = [shop.ask("POST", "/store/carts", None, {"region_id": REGION}).json["cart"]["id"] for _ in "ab"]  # type: ignore[index]
    first = get(shop, f"/store/products?cart_id={carts[0]}&limit=5")
    with counted(shop) as seen:
        second = get(shop, f"/store/products?cart_id={carts[1]}&limit=5")

    assert (len(seen), second.data) == (1, first.data)


def test_what_is_left_on_the_shelf_is_seen_a_second_after_the_sale(shop: PeopledShop) -> None:
    with shop.container.begin()(SYSTEM, "test.stock") as work:
        variant = work.products.get(PRODUCT).variant(VARIANT)
        variant.manage_inventory, variant.inventory_quantity = True, 5
        work.commit()
    assert _variant(get(shop, ONE))["inventory_quantity"] == 5
    clock = FrozenClock(shop.container.clock().now())
    # What begins transactions was made before, with a clock of its own.
    with shop.container.clock.override(clock), shop.container.begin.reset():
        shop.sell(2)
        shop.sell(1)
        due = [job for job in _jobs(shop) if job == "refresh_catalogue"]
        clock.advance(timedelta(seconds=2))
        run_jobs(shop.container)

    assert len(due) == 1, "both sales fall into the same second"
    assert _variant(get(shop, ONE))["inventory_quantity"] == 2


def test_another_version_of_the_software_says_it_anew(shop: PeopledShop) -> None:
    tag = get(shop, LIST).headers["ETag"]
    newer = replace(shop.container.http_settings(), version="99.0.0")
    with shop.container.http_settings.override(newer):
        client = create_app(shop.container).test_client()

    answer = client.get(LIST, headers={"If-None-Match": tag})

    assert (answer.status_code, answer.headers["ETag"] != tag) == (200, True)


def test_refusals_are_not_kept(shop: PeopledShop) -> None:
    for _ in "ab":
        answer = shop.ask("GET", "/store/products/prod_unknown")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (404, "no-store")
        assert "ETag" not in answer.headers


def test_a_shop_may_keep_nothing(tmp_path: Path) -> None:
    shop = PeopledShop(tmp_path, CATALOGUE_MEMORY_MIB="0")
    for path in (LIST, ONE):
        first = get(shop, path)
        with counted(shop) as seen:
            assert get(shop, path).data == first.data
        assert len(seen) > 5, "\n".join(seen)


def test_what_was_used_longest_ago_makes_room() -> None:
    now = FrozenClock().now()
    answers = KeptAnswers(room=10_000)
    long = {name: name.encode() * 4_000 for name in "abc"}
    answers.keep(("a",), long["a"], None)
    answers.keep(("b",), long["b"], None)
    assert answers.get(("a",), now) == long["a"]

    answers.keep(("c",), long["c"], None)

    assert [answers.get((name,), now) for name in "abc"] == [long["a"], None, long["c"]]


def test_many_questions_to_which_there_is_little_to_say_take_no_more_room_either() -> None:
    now = FrozenClock().now()
    answers = KeptAnswers(room=100_000)
    questions = [("/store/products", b"q=%4000d" % number, None) for number in range(100)]
    for question in questions:
        answers.keep(question, b"{}", None)

    assert sum(answers.get(question, now) is not None for question in questions) < 25


def test_an_answer_ends_with_the_price_list_it_was_made_under() -> None:
    clock = FrozenClock()
    answers = KeptAnswers(room=1_000)
    answers.keep(("a",), b"a", clock.now() + timedelta(seconds=5))
    assert answers.get(("a",), clock.now()) == b"a"

    clock.advance(timedelta(seconds=5))

    assert answers.get(("a",), clock.now()) is None


def _variant(answer: TestResponse) -> dict[str, Any]:
    product: dict[str, Any] = answer.json["product"]  # type: ignore[index]
    variant: dict[str, Any] = product["variants"][0]
    return variant


def _jobs(shop: PeopledShop) -> list[str]:
    with shop.container.read_engine().connect() as connection:
        return list(connection.exec_driver_sql("SELECT kind FROM jobs").scalars())
