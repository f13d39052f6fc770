"""What is answered by heart differs in nothing from what the long way would answer, now and to this caller."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import Table
from sqlalchemy.sql import visitors
from werkzeug.test import TestResponse

from adapters.db.editions import CATALOGUE, PRICING
from adapters.db.prepared import Text
from adapters.db.reads import glances
from adapters.http.front import _ASKED, _CREDENTIALS
from adapters.memory.clock import FrozenClock
from bootstrap.app import create_app
from core.domain.actor import SYSTEM
from core.domain.errors import Unavailable
from core.domain.region import Region
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PRODUCT, REGION
from tests.integration.test_statement_counts import counted

ORIGIN, ANOTHER = "https://shop.example", "https://blog.example"
TOKEN = "a token for the scraper"
LIST = f"/store/products?region_id={REGION}"
PATHS = (LIST, f"/store/products/{PRODUCT}?region_id={REGION}", "/store/regions", "/store/product-tags")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> PeopledShop:
    folder = Path(tmp_path_factory.mktemp("by_heart"))
    return PeopledShop(folder, CORS_ORIGINS=f"{ORIGIN},{ANOTHER}", METRICS_TOKEN=TOKEN, RATE_LIMITS="on")


@contextmanager
def the_long_way_watched(app: Flask) -> Iterator[list[str]]:
    """The paths of the requests that the application itself saw."""
    seen: list[str] = []
    functions = app.before_request_funcs.setdefault(None, [])

    def note() -> None:
        from flask import request

        seen.append(request.path)

    functions.append(note)
    try:
        yield seen
    finally:
        functions.remove(note)


def get(shop: PeopledShop, path: str, **headers: str) -> TestResponse:
    return shop.ask("GET", path, {name.replace("_", "-"): value for name, value in headers.items()})


def told(answer: TestResponse) -> dict[str, Any]:
    """All of it but what names the single request."""
    headers = sorted((name, value) for name, value in answer.headers if name != "X-Request-Id")
    return {"status": answer.status, "headers": headers, "body": answer.data}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": ORIGIN},
        {"Origin": "https://evil.example"},
        {"Accept_Encoding": "gzip"},
        {"Accept_Encoding": "gzip", "x_no_compression": "1"},
        {"Cookie": "theme=dark"},
    ],
    ids=str,
)
def test_the_second_answer_is_the_first_word_for_word(shop: PeopledShop, path: str, headers: dict[str, str]) -> None:
    first = get(shop, path, **headers)
    with the_long_way_watched(shop.app) as seen, counted(shop) as statements:
        second = get(shop, path, **headers)

    assert first.status_code == 200
    assert (seen, len(statements)) == ([], 1)
    assert told(second) == told(first)
    assert second.headers["X-Request-Id"] != first.headers["X-Request-Id"]


def test_who_has_it_is_told_so_by_heart_too(shop: PeopledShop) -> None:
    tag = get(shop, LIST).headers["ETag"]
    first = get(shop, LIST, If_None_Match=tag)
    with the_long_way_watched(shop.app) as seen:
        second = get(shop, LIST, If_None_Match=tag)

    assert (seen, second.status_code) == ([], 304)
    assert told(second) == told(first)
    assert get(shop, LIST, If_None_Match='W/"another"').status_code == 200


def test_each_origin_is_told_its_own_name(shop: PeopledShop) -> None:
    for origin in (ORIGIN, ANOTHER, ORIGIN, ANOTHER):
        assert get(shop, LIST, Origin=origin).headers["Access-Control-Allow-Origin"] == origin


def test_compressed_and_plain_answers_are_not_mixed_up(shop: PeopledShop) -> None:
    plain = get(shop, LIST).data
    for _ in "ab":
        packed = get(shop, LIST, Accept_Encoding="gzip")
        assert packed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.data) == plain
        assert get(shop, LIST).data == plain


def test_credentials_of_any_kind_take_the_long_way(shop: PeopledShop) -> None:
    get(shop, LIST)
    signed_in = [shop.me, {"Cookie": "connect.sid=s%3Aunknown.x"}, {"x-medusa-access-token": "sk_unknown"}]
    for headers in signed_in:
        with the_long_way_watched(shop.app) as seen:
            answer = shop.ask("GET", LIST, headers)
        assert (len(seen), answer.status_code) == (1, 200)
    assert shop.ask("GET", LIST, shop.me).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/store/customers/me", "/health/live", "/store/products/prod_unknown", "/nowhere"])
def test_nothing_else_is_known_by_heart(shop: PeopledShop, path: str) -> None:
    get(shop, path)
    with the_long_way_watched(shop.app) as seen:
        get(shop, path)

    assert seen == [path]


def test_whatever_an_answer_says_it_varies_with_is_looked_at(shop: PeopledShop) -> None:
    known = {*_ASKED, *_CREDENTIALS, "HTTP_COOKIE"}
    for path in PATHS:
        varies = get(shop, path, Origin=ORIGIN, Accept_Encoding="gzip").headers["Vary"]
        assert {f"HTTP_{name.strip().replace('-', '_').upper()}" for name in varies.split(",")} <= known


def test_a_write_is_seen_at_once(shop: PeopledShop) -> None:
    get(shop, LIST), get(shop, LIST)
    for title in ("Sydney by Day", "Sydney Nights"):
        with shop.container.begin()(SYSTEM, "test.rename") as work:
            work.products.get(PRODUCT).title = title
            work.commit()
        for _ in "ab":
            assert [product["title"] for product in get(shop, LIST).json["products"]] == [title]  # type: ignore[index]


def test_a_cart_that_moves_to_another_region_sees_its_prices(shop: PeopledShop) -> None:
    with shop.container.begin()(SYSTEM, "test.region") as work:
        old = work.regions.get(REGION)
        work.regions.add(Region(id="reg_else", name="Else", currency_code="usd", tax_provider_id=old.tax_provider_id))
        work.commit()
    cart = shop.ask("POST", "/store/carts", None, {"region_id": REGION}).json["cart"]["id"]  # type: ignore[index]
    path = f"/store/products/{PRODUCT}?cart_id={cart}"

    def price() -> object:
        return get(shop, path).json["product"]["variants"][0]["calculated_price"]  # type: ignore[index]

    assert [price(), price()] == [1_000, 1_000]
    assert shop.ask("POST", f"/store/carts/{cart}", None, {"region_id": "reg_else"}).status_code == 200
    assert [price(), price()] == [None, None]


def test_a_revoked_key_opens_nothing_any_more(shop: PeopledShop) -> None:
    key = shop.post("/admin/publishable-api-keys", {"title": "Storefront"}).json["publishable_api_key"]["id"]  # type: ignore[index]
    for _ in "ab":
        assert get(shop, LIST, x_publishable_api_key=key).status_code == 200

    assert shop.post(f"/admin/publishable-api-keys/{key}/revoke", {}).status_code == 200

    assert get(shop, LIST, x_publishable_api_key=key).json["code"] == "PUBLISHABLE_KEY_REVOKED"
    assert get(shop, LIST).status_code == 200


def test_a_key_shows_its_channels_at_once(shop: PeopledShop) -> None:
    key = shop.post("/admin/publishable-api-keys", {"title": "Storefront"}).json["publishable_api_key"]["id"]  # type: ignore[index]
    channel = shop.post("/admin/sales-channels", {"name": "Fair"}).json["sales_channel"]["id"]  # type: ignore[index]
    path = f"/admin/publishable-api-keys/{key}/sales-channels/batch"
    listed = {"sales_channel_ids": [{"id": channel}]}

    def shown() -> list[str]:
        return [product["id"] for product in get(shop, LIST, x_publishable_api_key=key).json["products"]]  # type: ignore[index]

    assert [shown(), shown()] == [[PRODUCT], [PRODUCT]]
    assert shop.post(path, listed).status_code == 200
    assert [shown(), shown()] == [[], []]
    assert shop.ask("DELETE", path, shop.staff, listed).status_code == 200
    assert [shown(), shown()] == [[PRODUCT], [PRODUCT]]


def test_another_default_channel_is_seen_at_once(shop: PeopledShop) -> None:
    channel = shop.post("/admin/sales-channels", {"name": "Market"}).json["sales_channel"]["id"]  # type: ignore[index]
    assert [len(get(shop, LIST).json["products"]) for _ in "ab"] == [1, 1]  # type: ignore[index]

    with shop.container.look()(SYSTEM, "test.look") as work:
        own = work.shop.store().default_sales_channel_id
    for chosen, count in ((channel, 0), (own, 1)):
        with shop.container.begin()(SYSTEM, "test.channel") as work:
            work.shop.store().default_sales_channel_id = chosen
            work.commit()
        assert [len(get(shop, LIST).json["products"]) for _ in "ab"] == [count, count]  # type: ignore[index]


def test_whatever_a_market_is_read_from_moves_the_number_on() -> None:
    """But for the cart, which answers that are known by a number alone have nothing to do with."""
    looked_at = {table.name for table in visitors.iterate(glances._MARKET) if isinstance(table, Table)}
    assert {"stores", "regions", "publishable_api_keys", "price_lists", "versions"} <= looked_at
    assert looked_at - {"versions"} <= CATALOGUE | PRICING


def test_a_clock_that_was_put_back_asks_anew(shop: PeopledShop) -> None:
    clock = FrozenClock(shop.container.clock().now())
    with shop.container.clock.override(clock):
        client = create_app(shop.container).test_client()
        asked = []
        for step in (0, 5, -10, 0, 20):
            clock.advance(timedelta(seconds=step))
            with counted(shop) as statements:
                assert client.get(LIST).status_code == 200
            asked.append(" ".join(statements))
    alone = ["price_lists" not in statement for statement in asked]
    assert alone == [False, True, False, False, True], asked


def test_without_a_database_nothing_is_answered_by_heart(shop: PeopledShop, monkeypatch: pytest.MonkeyPatch) -> None:
    get(shop, LIST)
    with monkeypatch.context() as patched:

        def away(*_: object, **__: object) -> None:
            raise Unavailable("the database cannot take this now; try again in a moment")

        patched.setattr(Text, "run", away)
        assert get(shop, LIST).status_code == 503
    assert get(shop, LIST).status_code == 200


def test_it_is_logged_and_counted_like_any_other(shop: PeopledShop) -> None:
    get(shop, LIST)
    before = _requests_counted(shop)
    with structlog.testing.capture_logs() as lines:
        answer = get(shop, LIST, X_Request_Id="mine")
        assert answer.headers["X-Request-Id"] == "mine"

    (line,) = (line for line in lines if line["event"] == "request")
    assert (line["request_id"], line["route"], line["method"]) == ("mine", "/store/products", "GET")
    assert (line["status"], line["actor"], line["refusal"]) == (200, "anonymous", None)
    assert _requests_counted(shop) == before + 1


def test_a_network_over_its_budget_gets_no_known_answer_either(tmp_path: Path) -> None:
    shop = PeopledShop(tmp_path, RATE_LIMITS="on", TRUSTED_PROXIES="1")
    here, elsewhere = {"X_Forwarded_For": "192.0.2.1"}, {"X_Forwarded_For": "192.0.2.2"}
    assert get(shop, LIST, **here).status_code == 200
    for number in range(300):
        assert get(shop, f"/store/products/prod_{number}", **here).status_code == 404

    refused = get(shop, LIST, **here)

    assert (refused.status_code, refused.headers["Cache-Control"]) == (429, "no-store")
    assert get(shop, LIST, **elsewhere).status_code == 200


def test_two_apps_know_nothing_of_each_other(shop: PeopledShop) -> None:
    get(shop, LIST)
    another = create_app(shop.container)
    with the_long_way_watched(another) as seen:
        assert another.test_client().get(LIST).status_code == 200
    assert seen == ["/store/products"]


def _requests_counted(shop: PeopledShop) -> float:
    text = shop.ask("GET", "/metrics", {"Authorization": f"Bearer {TOKEN}"}).text
    name = 'perseus_http_request_seconds_count{method="GET",route="/store/products",status="200"}'
    return float(next(line.rsplit(" ", 1)[1] for line in text.splitlines() if line.startswith(name)))
