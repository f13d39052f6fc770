"""What the page about the gateway prints is true: its requests work in their order, its settings can be read,
and its tables name every endpoint with all that it takes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from bootstrap.app import create_app
from bootstrap.seed import seed_shop
from bootstrap.settings import Settings
from tests.integration.shops import open_shop, variables
from tests.integration.test_gateway_walk import ENDPOINTS

PAGE = (Path(__file__).parents[2] / "docs/gateway.md").read_text(encoding="utf-8")
REQUEST = re.compile(r"^(GET|POST) (\S+)(.*)", re.DOTALL)


def printed(kind: str) -> str:
    (found,) = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    shop = open_shop(Path(tmp_path_factory.mktemp("page")))
    assert seed_shop(shop, say=lambda _: None)
    return create_app(shop).test_client(use_cookies=False)


def test_sale_on_the_page_ends_in_an_order(client: FlaskClient) -> None:
    regions: Any = client.get("/store/regions").json
    known = {"region": next(each["id"] for each in regions["regions"] if each["currency_code"] == "eur")}
    said: Any = None
    for request in printed("http").split("\n\n"):
        text = re.sub(r"\{(\w+)\}", lambda name: known[name[1]], request)
        method, path, body = REQUEST.fullmatch(text.strip()).groups()  # type: ignore[union-attr]
        answer = client.open(path, method=method, json=json.loads(body) if body.strip() else None)
        said = answer.json
        assert answer.status_code == (201 if method == "POST" else 200), f"{path}: {answer.text}"
        if path == "/carts/items":
            known["cart"] = said["id"]
        elif path.endswith("/shipping-options"):
            known["option"] = said["data"][0]["id"]
        elif path.endswith("/place-order"):
            known["order"] = said["order"]["id"]

    assert (said["status"], said["customerComment"]) == ("PENDING", "Ring twice")
    assert said["shippingAddress"] == said["billingAddress"]


def test_sign_in_services_on_the_page_can_be_set_up(tmp_path: Path) -> None:
    settings = Settings.load({**variables(tmp_path), "SSO_ISSUERS": printed("json")})

    (issuer,) = settings.sso_issuers
    assert issuer.trusted
    assert issuer.algorithms == ("RS256",)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_page_names_every_endpoint_with_all_that_it_takes(endpoint: str) -> None:
    rows = [row for row in PAGE.splitlines() if f"| `{endpoint}`" in row]
    if "/customers/" in endpoint or "/orders" in endpoint:  # told in sentences
        section = PAGE.split("## The address book" if "/customers/" in endpoint else "## Orders")[1].split("\n## ")[0]
        rows = [section]

    assert len(rows) == 1
    taken = ENDPOINTS[endpoint]
    if "/complete" not in endpoint:  # "all of the above"
        assert [name for name in taken if f"`{name}" not in rows[0]] == []
