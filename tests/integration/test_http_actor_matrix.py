"""Every route against every kind of caller, on the production wiring."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from adapters.http.dialect import Dialect
from adapters.http.resources import resources
from adapters.http.route import Route
from bootstrap.app import create_app
from core.domain.actor import SYSTEM, ActorKind, Role
from core.use_cases.customer.register_customer import NewCustomer
from core.use_cases.user.create_user import NewUser
from tests.integration.shops import PASSWORD, open_shop

ROUTES = [route for resource in resources() for route in resource.routes]
# Logging out comes last: it ends the logins that the others are tried with.
GUARDED = sorted(
    (route for route in ROUTES if route.allow.required),
    key=lambda route: (route.method, route.rule) == ("DELETE", "/admin/auth"),
)
Tokens = dict[str, str]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    shop = open_shop(Path(tmp_path_factory.mktemp("matrix")))
    shop.register_customer()(SYSTEM, NewCustomer(email="buyer@shop.test", password=PASSWORD))
    for role in Role:
        shop.create_user()(SYSTEM, NewUser(email=f"{role}@shop.test", password=PASSWORD, role=role))
    return create_app(shop).test_client(use_cookies=False)


@pytest.fixture(scope="module")
def tokens(client: FlaskClient) -> Tokens:
    found = {}
    for kind, email in [("customer", "buyer"), *(("user", role.value) for role in Role)]:
        answer = client.post(f"/auth/{kind}/emailpass", json={"email": f"{email}@shop.test", "password": PASSWORD})
        assert answer.json is not None
        found[email] = answer.json["token"]
    return found


def call(client: FlaskClient, route: Route, token: str | None) -> int:
    url = re.sub(r"<[^>]+>", "nothing", route.rule)
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return client.open(url, method=route.method, headers=headers, json={} if route.body_schema else None).status_code


def named(route: Route) -> str:
    return f"{route.method} {route.rule}"


@pytest.mark.parametrize("route", GUARDED, ids=named)
def test_nobody_gets_past_a_guarded_route(client: FlaskClient, route: Route) -> None:
    url = re.sub(r"<[^>]+>", "nothing", route.rule)

    for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic bm9ib2R5"}):
        answer = client.open(url, method=route.method, headers=headers)
        assert answer.status_code == 401
        assert (answer.mimetype == "text/plain") == (route.dialect is Dialect.NATIVE)


@pytest.mark.parametrize("route", GUARDED, ids=named)
def test_only_the_declared_kinds_and_roles_get_past(client: FlaskClient, tokens: Tokens, route: Route) -> None:
    allow = route.allow
    reached = {name: call(client, route, token) for name, token in tokens.items()}

    assert (reached["buyer"] != 401) == (ActorKind.CUSTOMER in allow.kinds)
    for role in Role:
        assert (reached[role] != 401) == (ActorKind.USER in allow.kinds)
        if allow.permission is not None:
            assert (reached[role] == 403) == (role.value not in allow.roles())


@pytest.mark.parametrize("route", [route for route in ROUTES if not route.allow.required], ids=named)
def test_an_open_route_asks_nobody_to_sign_in_first(client: FlaskClient, route: Route) -> None:
    # Wrong credentials in the body, or a cookie that is not there, are the route's own 401.
    own = route.secret or 401 in route.statuses
    assert own or call(client, route, None) != 401


@pytest.mark.parametrize("word", ["users", "invites", "keys", "store", "audit"])
def test_members_are_kept_from_what_only_some_roles_may_touch(word: str) -> None:
    from adapters.http.access import admin

    assert "member" not in admin(word).roles()
    assert "admin" in admin(word).roles()
    assert ("developer" in admin(word).roles()) == (word == "keys")
