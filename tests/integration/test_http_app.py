"""What every answer carries, and what the app refuses to start with."""

import json
from dataclasses import replace

import pytest
import structlog
from flask import url_for
from werkzeug.test import TestResponse

from adapters.http.access import EVERYONE
from adapters.http.app import Misplaced, belongs, create_http
from adapters.http.logs import REDACTED, redact
from adapters.http.routing import STORE, Resource
from adapters.http.settings import JSON_BODY_MAX
from core.domain import errors
from core.domain.actor import Actor
from tests.integration.http_harness import ORIGIN, SETTINGS, Harness

CUS_1 = {"Authorization": "Bearer cus_1"}


@pytest.fixture
def shop() -> Harness:
    return Harness()


def test_every_answer_carries_security_headers_and_a_request_id(shop: Harness) -> None:
    for path in ("/store/things", "/nowhere", "/store/things/mine"):
        headers = shop.client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Request-Id"].startswith("req_")
        assert "Strict-Transport-Security" not in headers


def test_production_insists_on_https() -> None:
    shop = Harness(replace(SETTINGS, production=True))

    assert "max-age" in shop.client.get("/nowhere").headers["Strict-Transport-Security"]


@pytest.mark.parametrize(("given", "kept"), [("abc-1", True), ("a b", False), ("x" * 101, False), ('"', False)])
def test_a_request_id_that_can_be_logged_is_kept(shop: Harness, given: str, kept: bool) -> None:
    answer = shop.client.get("/nowhere", headers={"X-Request-Id": given})

    assert (answer.headers["X-Request-Id"] == given) is kept


def test_only_the_catalogue_shown_to_nobody_in_particular_may_be_cached(shop: Harness) -> None:
    public = shop.client.get("/store/things")
    personal = shop.client.get("/store/things", headers=CUS_1)

    assert public.headers["Cache-Control"].startswith("public")
    assert "Authorization" in public.headers["Vary"]
    assert personal.headers["Cache-Control"] == "no-store"
    assert shop.client.get("/store/things/mine", headers=CUS_1).headers["Cache-Control"] == "no-store"


def test_known_origins_may_call_with_credentials(shop: Harness) -> None:
    known = shop.client.get("/store/things", headers={"Origin": ORIGIN}).headers
    foreign = shop.client.get("/store/things", headers={"Origin": "https://evil.example"}).headers

    assert known["Access-Control-Allow-Origin"] == ORIGIN
    assert known["Access-Control-Allow-Credentials"] == "true"
    assert foreign.get("Access-Control-Allow-Origin") != "https://evil.example"


def test_a_preflight_is_answered(shop: Harness) -> None:
    answer = shop.client.options(
        "/store/things",
        headers={"Origin": ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-a"},
    )

    assert answer.status_code == 200
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/store/things/mine", 401), ("/nowhere", 404), ("/store/things?fields=nothing", 400)],
)
def test_refusals_and_failures_may_be_read_by_known_origins_alone(shop: Harness, path: str, status: int) -> None:
    known = shop.client.get(path, headers={"Origin": ORIGIN})
    foreign = shop.client.get(path, headers={"Origin": "https://evil.example"})

    assert known.status_code == foreign.status_code == status
    assert known.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert known.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in known.headers["Vary"]
    assert "Access-Control-Allow-Origin" not in foreign.headers
    assert "Access-Control-Allow-Credentials" not in foreign.headers


def test_a_bug_may_be_read_by_known_origins(shop: Harness) -> None:
    shop.outcome = ZeroDivisionError()

    failed = shop.client.post("/store/things", json={"title": "Thing"}, headers={"Origin": ORIGIN})
    assert failed.status_code == 500
    assert failed.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert failed.headers["Access-Control-Allow-Credentials"] == "true"


BUSY = errors.Unavailable("busy")
OFTEN = errors.RateLimited("too often", retry_after=7)


@pytest.mark.parametrize(
    ("outcome", "size", "status", "code"),
    [
        (BUSY, 1, 503, "UPSTREAM_UNAVAILABLE"),
        (OFTEN, 1, 429, "RATE_LIMITED"),
        (None, JSON_BODY_MAX, 413, "PAYLOAD_TOO_LARGE"),
    ],
)
def test_what_does_not_pass_for_now_may_be_read_by_known_origins_alone(
    shop: Harness, outcome: Exception | None, size: int, status: int, code: str
) -> None:
    shop.outcome = outcome
    body = {"title": "x" * size}
    known = shop.client.post("/store/things", json=body, headers={"Origin": ORIGIN})
    foreign = shop.client.post("/store/things", json=body, headers={"Origin": "https://evil.example"})

    assert (known.status_code, known.json["code"]) == (status, code)  # type: ignore[index]
    assert foreign.status_code == status
    assert known.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert known.headers["Access-Control-Allow-Credentials"] == "true"
    assert "Origin" in known.headers["Vary"]
    assert ("Retry-After" in known.headers) is (outcome is not None)
    assert exposed(known) >= {"Retry-After", "X-Request-Id", "ETag"}
    assert "Access-Control-Allow-Origin" not in foreign.headers
    assert "Access-Control-Allow-Credentials" not in foreign.headers


def exposed(answer: TestResponse) -> set[str]:
    """The headers that a page may read."""
    return {
        name.strip() for line in answer.headers.getlist("Access-Control-Expose-Headers") for name in line.split(",")
    }


def test_a_page_may_ask_for_what_is_not_there_and_reads_that(shop: Harness) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    known = shop.client.options("/nowhere", headers={"Origin": ORIGIN, **asked})
    foreign = shop.client.options("/nowhere", headers={"Origin": "https://evil.example", **asked})

    assert (known.status_code, known.data) == (204, b"")
    assert known.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert known.headers["Access-Control-Allow-Credentials"] == "true"
    assert not [name for name in dict(foreign.headers) if name.lower().startswith("access-control-allow")]
    assert shop.client.post("/nowhere", json={}, headers={"Origin": ORIGIN}).status_code == 404
    assert shop.client.options("/nowhere").status_code == 404


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_a_preflight_lets_known_origins_alone_send_cookies(shop: Harness, method: str) -> None:
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "content-type"}
    known = shop.client.options("/store/things", headers={"Origin": ORIGIN, **asked})
    foreign = shop.client.options("/store/things", headers={"Origin": "https://evil.example", **asked})

    assert known.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert known.headers["Access-Control-Allow-Credentials"] == "true"
    assert method in known.headers["Access-Control-Allow-Methods"]
    assert "content-type" in known.headers["Access-Control-Allow-Headers"].lower()
    assert not [name for name in dict(foreign.headers) if name.lower().startswith("access-control-allow")]


def test_large_answers_are_compressed_unless_told_otherwise(shop: Harness) -> None:
    shop.reads.rows = [{"id": "x" * 5_000}]
    asked = {"Accept-Encoding": "gzip"}

    assert shop.client.get("/store/things", headers=asked).headers["Content-Encoding"] == "gzip"
    plain = shop.client.get("/store/things", headers={**asked, "x-no-compression": "true"})
    assert "Content-Encoding" not in plain.headers


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip;q=0", None),
        ("gzip; q=0", None),
        ("br;q=0.0, zstd;q=0, gzip;q=0", None),
        ("*;q=0", None),
        ("identity", None),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("gzip;q=0.2, br;q=0.8", "br"),
    ],
)
def test_an_encoding_that_is_ruled_out_is_not_used(shop: Harness, accepted: str, encoding: str | None) -> None:
    shop.reads.rows = [{"id": "x" * 5_000}]

    answer = shop.client.get("/store/things", headers={"Accept-Encoding": accepted})

    assert answer.headers.get("Content-Encoding") == encoding


def test_lists_say_what_they_are_a_part_of(shop: Harness) -> None:
    answer = shop.client.get("/store/things?limit=500&offset=3&order=-title")

    assert answer.json == {"things": [{"id": "thing_1", "title": "Thing"}], "count": 1, "offset": 3, "limit": 100}
    assert shop.reads.pages[0].order == (("title", True),)


@pytest.mark.parametrize("path", ["//store/products", "/store//products", "//admin/products", "/store/carts//x"])
def test_an_address_with_empty_parts_is_none(shop: Harness, path: str) -> None:
    answer = shop.client.get(f"http://shop.test{path}")

    assert (answer.status_code, answer.json["code"]) == (404, "NOT_FOUND")  # type: ignore[index]


def test_a_trailing_slash_makes_no_difference(shop: Harness) -> None:
    assert shop.client.get("/store/things/").status_code == 200


def test_a_view_that_does_not_declare_its_callers_stops_the_start(shop: Harness) -> None:
    things = Resource("things", __name__, "/store/things", STORE)
    things.blueprint.add_url_rule("/undeclared", "undeclared", lambda: "hello")

    with pytest.raises(Misplaced):
        create_http(shop.app.extensions["perseus"], [things])


def test_a_route_without_allow_cannot_be_written() -> None:
    things = Resource("things", __name__, "/store/things", STORE)

    with pytest.raises(TypeError):
        things.on("GET", "")  # type: ignore[call-arg]


def test_a_write_says_how_it_is_repeated() -> None:
    things = Resource("things", __name__, "/store/things", STORE)

    with pytest.raises(TypeError, match="repeatable"):

        @things.on("POST", "", allow=EVERYONE)
        def write(actor: Actor) -> None: ...


@pytest.mark.parametrize(
    ("rule", "module", "fits"),
    [
        ("/store/carts/<id>/complete", "adapters.http.store.carts", True),
        ("/admin/orders/<id>/refund", "adapters.http.admin.orders.money", True),
        ("/admin/stock-locations", "adapters.http.admin.stock_locations", True),
        ("/health/live", "adapters.http.health", True),
        ("/admin/orders", "adapters.http.admin.products", False),
        ("/admin/orders", "adapters.http.store.orders", False),
        ("/store/cart", "adapters.http.store.carts", False),
    ],
)
def test_the_url_is_the_path(rule: str, module: str, fits: bool) -> None:
    assert belongs(rule, module) is fits


def test_secrets_do_not_reach_the_log() -> None:
    event = {
        "event": "failed with Bearer abc.def",
        "password": "p",
        "headers": {"Authorization": "x", "Cookie": "y", "Accept": "z"},
        "args": ["eyJhbGciOi.eyJzdWIi.c2ln", 5],
    }

    written = json.dumps(redact(None, "info", dict(event)))

    assert "abc.def" not in written
    assert "eyJ" not in written
    assert redact(None, "info", event)["headers"] == {
        "Authorization": REDACTED,
        "Cookie": REDACTED,
        "Accept": "z",
    }


def test_a_request_is_logged_by_its_pattern(shop: Harness) -> None:
    with structlog.testing.capture_logs() as lines:
        shop.client.delete("/store/things/secret-token?x=secret-query", headers={"X-Request-Id": "r1"})
        shop.client.delete("/store/things/secret-token")

    (refused, served) = (line for line in lines if line["event"] == "request")
    assert (served["route"], served["method"], served["status"]) == ("/store/things/<thing_id>", "DELETE", 200)
    assert refused["refusal"] == "UNKNOWN_FIELD"
    assert "secret" not in str(lines)


def test_urls_are_not_built_from_routes(shop: Harness) -> None:
    with shop.app.test_request_context(), pytest.raises(TypeError, match="/store/things"):
        url_for("things.get_list_things")
