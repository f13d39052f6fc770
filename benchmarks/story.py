"""The requests that are measured: what a storefront and an admin ask most."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from typing import Any

ADMIN = {"email": "admin@shop.test", "password": "perseus-demo"}
Call = Callable[..., Any]
Deed = Callable[[Call, Mapping[str, str]], object]
_numbers = count(1)


class Caller:
    """One keep-alive connection."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._token = token
        self.tag = ""

    def __call__(
        self, method: str, path: str, body: object = None, token: str | None = None, tag: str | None = None
    ) -> Any:
        headers = {"Content-Type": "application/json"}
        if token or self._token:
            headers["Authorization"] = f"Bearer {token or self._token}"
        if tag is not None:
            headers["If-None-Match"] = self.tag
        data = None if body is None else json.dumps(body)
        self._connection.request(method, path, data, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        self.tag = answer.headers.get("ETag") or self.tag
        if answer.status >= 400:
            raise SystemExit(f"{method} {path} answered {answer.status}: {content[:300]!r}")
        return json.loads(content) if content[:1] in (b"{", b"[") and len(content) < 100_000 else content


def prepare(port: int) -> Mapping[str, str]:
    return prepare_with(Caller(port))


def prepare_with(call: Call) -> Mapping[str, str]:
    """Ids the requests need, from the sample shop."""
    regions = call("GET", "/store/regions")["regions"]
    region = next(region["id"] for region in regions if region["currency_code"] == "eur")
    products = call("GET", f"/store/products?region_id={region}&handle=sydney-dawn")["products"]
    return {
        "region": region,
        "product": products[0]["id"],
        "variant": products[0]["variants"][0]["id"],
        "admin": call("POST", "/auth/user/emailpass", ADMIN)["token"],
    }


def pattern(call: Call, ids: Mapping[str, str]) -> str:
    """A product of three variants in two currencies, with everything a product may have."""
    variants = [
        {
            "title": f"Size {number}",
            "sku": f"PATTERN-{number}",
            "manage_inventory": False,
            "options": [{"value": f"S{number}"}],
            "prices": [{"currency_code": code, "amount": 1_000 + number} for code in ("eur", "usd")],
        }
        for number in range(3)
    ]
    collection = call("POST", "/admin/collections", {"title": "Pattern"}, ids["admin"])["collection"]["id"]
    product = {
        "title": "Pattern",
        "handle": "pattern",
        "status": "published",
        "collection_id": collection,
        "type": {"value": "Print"},
        "tags": [{"value": "sea"}, {"value": "night"}],
        "images": ["https://shop.test/1.jpg", "https://shop.test/2.jpg"],
        "options": [{"title": "Size"}],
        "variants": variants,
    }
    return str(call("POST", "/admin/products", product, ids["admin"])["product"]["id"])


def add_line(call: Call, ids: Mapping[str, str]) -> None:
    cart = call("POST", "/store/carts", {"region_id": ids["region"]})["cart"]["id"]
    for _ in range(9):
        call("POST", f"/store/carts/{cart}/line-items", {"variant_id": ids["variant"], "quantity": 1})


def checkout(call: Call, ids: Mapping[str, str]) -> str:
    """The id of its order."""
    cart = call("POST", "/store/carts", {"region_id": ids["region"]})["cart"]["id"]
    call("POST", f"/store/carts/{cart}/line-items", {"variant_id": ids["variant"], "quantity": 1})
    call("POST", f"/store/carts/{cart}", {"email": "bench@shop.test"})
    call("POST", f"/store/carts/{cart}/payment-sessions")
    done = call("POST", f"/store/carts/{cart}/complete")
    if done["type"] != "order":
        raise SystemExit(f"the checkout ended in {done['type']}")
    return str(done["data"]["id"])


def buyer(call: Call) -> str:
    """A token of the customer who placed the order of ``checkout``."""
    who = {"email": "bench@shop.test", "password": "perseus-bench-1"}
    call("POST", "/store/customers", {**who, "first_name": "Ann", "last_name": "Ash"})
    return str(call("POST", "/auth/customer/emailpass", who)["token"])


def download(call: Call, ids: Mapping[str, str]) -> None:
    call("GET", f"/store/downloads/{ids['download']}", token=ids["buyer"])


def get(path: str, *, tagged: bool = False) -> Deed:
    def ask(call: Call, ids: Mapping[str, str]) -> None:
        call("GET", path.format(**ids), **({"tag": ""} if tagged else {}))

    return ask


def anew(path: str, more: str) -> Deed:
    """As if for the first time: an URL nobody has asked for, so that no finished answer is found. more: what
    makes it one, with a place for a number of six digits, and changes nothing of the answer."""

    def ask(call: Call, ids: Mapping[str, str]) -> None:
        call("GET", path.format(**ids) + more.format(next(_numbers) % 1_000_000))

    return ask


@dataclass(frozen=True)
class Line:
    """deed: one round; weight: requests or deeds in it; budgets: ms of CPU by engine."""

    name: str
    deed: Deed
    weight: int = 1
    as_admin: bool = False
    budgets: Mapping[str, float] = field(default_factory=dict)


def _ms(sqlite: float, postgres: float) -> Mapping[str, float]:
    return {"sqlite": sqlite, "postgres": postgres}


_LIST = "/store/products?region_id={region}&limit=20"
_ONE = "/store/products/{pattern}?region_id={region}"
_SINCE = "&created_at[gt]=1970-01-01T00:00:00.{:06}Z"
_CURRENCY = "&currency_code=x{:06}"  # the region's is taken
# From a market of its own, of which not even single products are known.
_LIST_NOWHERE = "/store/products"
_ONE_NOWHERE = "/store/products/{pattern}"
LINES = [
    Line("bare route (/health/live)", get("/health/live")),
    Line(
        "store list of 20, nothing known",
        anew(_LIST_NOWHERE, "?limit=20&currency_code=x{:06}"),
        budgets=_ms(2.5, 3.5),
    ),
    Line("store list of 20, cold", anew(_LIST, _SINCE), budgets=_ms(2.5, 3.5)),
    Line("store list of 20, cached", get(_LIST), budgets=_ms(0.35, 0.35)),
    Line("store list of 20, If-None-Match", get(_LIST, tagged=True), budgets=_ms(0.25, 0.25)),
    Line("store product by id, nothing known", anew(_ONE_NOWHERE, "?currency_code=x{:06}"), budgets=_ms(1.2, 1.6)),
    Line("store product by id, cold", anew(_ONE, _CURRENCY), budgets=_ms(1.2, 1.6)),
    Line("store product by id, cached", get(_ONE), budgets=_ms(0.3, 0.3)),
    Line("store regions", get("/store/regions")),
    Line("open a cart and add a line 9 times, each", add_line, weight=10, budgets=_ms(5, 7)),
    Line("whole digital checkout", checkout, budgets=_ms(35, 45)),
    Line("admin list of 20 orders of 100,000", get("/admin/orders?limit=20"), as_admin=True, budgets=_ms(6, 6)),
    Line("the same, 50,000 orders on", get("/admin/orders?limit=20&offset=50000"), as_admin=True),
    Line("the same, searched by a part of an address", get("/admin/orders?limit=20&q=buyer77@"), as_admin=True),
    Line("admin order detail", get("/admin/orders/{order}"), as_admin=True, budgets=_ms(8, 10)),
    Line("download token to link", download, budgets=_ms(2, 2.5)),
]
