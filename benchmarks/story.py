"""The requests that are measured: what a storefront and an admin ask most."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http.client import HTTPConnection
from typing import Any

Request = tuple[str, str, object]
ADMIN = {"email": "admin@shop.test", "password": "perseus-demo"}


class Caller:
    """One keep-alive connection."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=30)
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body)
        self._connection.request(method, path, data, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path} answered {answer.status}: {content[:300]!r}")
        return json.loads(content) if content[:1] in (b"{", b"[") else content


def prepare(port: int) -> Mapping[str, str]:
    """Ids the requests need, from the sample shop."""
    call = Caller(port)
    regions = call("GET", "/store/regions")["regions"]
    region = next(region["id"] for region in regions if region["currency_code"] == "eur")
    products = call("GET", f"/store/products?region_id={region}")["products"]
    digital = next(product for product in products if "Poster" not in product["title"])
    return {
        "region": region,
        "product": digital["id"],
        "variant": digital["variants"][0]["id"],
        "admin": call("POST", "/auth/user/emailpass", ADMIN)["token"],
    }


def add_line(call: Caller, ids: Mapping[str, str]) -> None:
    cart = call("POST", "/store/carts", {"region_id": ids["region"]})["cart"]["id"]
    for _ in range(9):
        call("POST", f"/store/carts/{cart}/line-items", {"variant_id": ids["variant"], "quantity": 1})


def checkout(call: Caller, ids: Mapping[str, str]) -> None:
    cart = call("POST", "/store/carts", {"region_id": ids["region"]})["cart"]["id"]
    call("POST", f"/store/carts/{cart}/line-items", {"variant_id": ids["variant"], "quantity": 1})
    call("POST", f"/store/carts/{cart}", {"email": "bench@shop.test"})
    call("POST", f"/store/carts/{cart}/payment-sessions")
    done = call("POST", f"/store/carts/{cart}/complete")
    if done["type"] != "order":
        raise SystemExit(f"the checkout ended in {done['type']}")


def get(path: str) -> Callable[[Caller, Mapping[str, str]], None]:
    def ask(call: Caller, ids: Mapping[str, str]) -> None:
        call("GET", path.format(**ids))

    return ask


# name, what one round does, requests or deeds in it, as an admin?
LINES: list[tuple[str, Callable[[Caller, Mapping[str, str]], None], int, bool]] = [
    ("bare route (/health/live)", get("/health/live"), 1, False),
    ("store regions", get("/store/regions"), 1, False),
    ("store product list, priced", get("/store/products?region_id={region}&limit=20"), 1, False),
    ("store product by id, priced", get("/store/products/{product}?region_id={region}"), 1, False),
    ("open a cart and add a line 9 times, each", add_line, 10, False),
    ("whole digital checkout", checkout, 1, False),
    ("admin list of 20 orders", get("/admin/orders?limit=20"), 1, True),
]
