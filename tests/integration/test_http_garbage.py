"""No request, however odd, makes the shop fail."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields

from adapters.http import body_fields as body
from adapters.http.resources import resources
from adapters.http.route import Route
from bootstrap.app import create_app
from core.domain.actor import SYSTEM, Role
from core.use_cases.customer.register_customer import NewCustomer
from core.use_cases.user.create_user import NewUser
from tests.integration.shops import PASSWORD, PRODUCT, REGION, VARIANT, fill, keep_at, open_shop

# Logging out would end the logins the other requests ride on.
ROUTES = [
    route for each in resources() for route in each.routes if not (route.method == "DELETE" and "auth" in route.rule)
]
WORDS = [
    "x",
    "",
    "eur",
    "de",
    "manual",
    "a@b.test",
    VARIANT,
    REGION,
    PRODUCT,
    "A" * 300,
    "\u0000",
    "💩",
    "2024-01-01",
    "%",
]
ODD: list[Any] = [None, True, -1, 0, 1.5, 2**53, 2**63, [], {}, [1], {"a": 1}, "9999-12-31T23:59:59-23:00", *WORDS]
IDS = ["nothing", "%00", "%ff", "..", "me", "'", "a" * 300, VARIANT, REGION, PRODUCT]
QUERIES = [
    "",
    "limit=0",
    "limit=5&offset=2&order=-created_at",
    "limit=99999999999999999",
    "fields=id",
    "fields=%2Bmetadata,-id,*items",
    "fields=*,*variants,*variants.prices",
    "expand=items,items.variant",
    "order=nothing",
    "order=id,-id",
    "created_at[lt]=2024-01-01",
    "created_at[$gt]=253402300800",
    "q=%25_%27",
    "q=%00",
    "id[]=x&id[]=y",
    "region_id=x&currency_code=eur",
    "status=granted",
    "sort=createdAt_DESC&type=VIRTUAL&category=%25&basePath=/x",
    "sort=-price&dateFrom=0001-01-01&dateTo=9999-12-31T23:59:59Z",
    "dateTo=0001-01-01T00:00:00%2B14:00&status=&paymentStatus=PAID&variantId=%00",
]


class Shop:
    def __init__(self, folder: Path) -> None:
        shop = open_shop(folder)
        with shop.begin()(SYSTEM, "test.fill") as work:
            fill(work)
            work.commit()
        shop.register_customer()(SYSTEM, NewCustomer(email="buyer@shop.test", password=PASSWORD))
        shop.create_user()(SYSTEM, NewUser(email="owner@shop.test", password=PASSWORD, role=Role.ADMIN))
        self.client: FlaskClient = create_app(shop).test_client(use_cookies=False)
        self.tokens = [self._token("customer", "buyer"), self._token("user", "owner"), "nonsense", None]
        cart = self.client.post("/store/carts", json={}).json
        assert cart is not None
        self.ids = [*IDS, cart["cart"]["id"]]

    def _token(self, kind: str, name: str) -> str:
        sent = {"email": f"{name}@shop.test", "password": PASSWORD}
        answer = self.client.post(f"/auth/{kind}/emailpass", json=sent).json
        assert answer is not None
        return str(answer["token"])


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    folder = Path(tmp_path_factory.mktemp("garbage"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    return Shop(folder)


def plausible(field: fields.Field[Any]) -> st.SearchStrategy[Any]:
    match field:
        case body.Part():
            return objects(field.schema())
        case body.Many():
            return st.lists(plausible(field.inner), max_size=2)
        case body.Int():
            return st.sampled_from([0, 1, 2, 100, field.min, field.max])
        case body.Bool():
            return st.booleans()
        case body.Word():
            return st.sampled_from(field.words)
        case body.Anything():
            return st.just({"a": 1})
        case body.Either():
            return plausible(field.text) | plausible(field.part)
        case _:
            return st.sampled_from(WORDS)


def objects(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    each = {
        field.data_key or name: st.integers(0, 7).flatmap(
            lambda roll, field=field: st.sampled_from(ODD) if roll == 0 else plausible(field)
        )
        for name, field in schema.fields.items()
    }
    required = {name: value for name, value in each.items() if schema.fields.get(name, fields.Field()).required}
    return st.fixed_dictionaries(required, optional={name: each[name] for name in each.keys() - required.keys()})


def ask(shop: Shop, data: st.DataObject, route: Route) -> int:
    url = re.sub(r"<[^>]+>", lambda _: data.draw(st.sampled_from(shop.ids)), route.rule)
    token = data.draw(st.sampled_from(shop.tokens))
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    if data.draw(st.integers(0, 3)) == 0:
        headers["Idempotency-Key"] = data.draw(st.sampled_from(["k1", "k2"]))
    query = data.draw(st.sampled_from(QUERIES)) if route.is_list or data.draw(st.integers(0, 4)) == 0 else ""
    sent = data.draw(objects(route.body_schema)) if route.body_schema is not None else None
    answer = shop.client.open(f"{url}?{query}", method=route.method, headers=headers, json=sent)
    return answer.status_code


@given(st.data(), st.sampled_from(ROUTES))
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_makes_the_shop_fail(shop: Shop, data: st.DataObject, route: Route) -> None:
    assert ask(shop, data, route) < 500 or 501 in route.statuses


@pytest.mark.deep
@given(st.data(), st.sampled_from(ROUTES))
@settings(max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_of_very_many_makes_the_shop_fail(shop: Shop, data: st.DataObject, route: Route) -> None:
    assert ask(shop, data, route) < 500 or 501 in route.statuses
