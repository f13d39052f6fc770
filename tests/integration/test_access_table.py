"""Every route against every kind of caller, as ``access_table.txt`` says. A route without a row fails."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jwt
import pytest
from sqlalchemy import update

from adapters.db.tables import api_keys
from adapters.http.gateway.surface import GATEWAY
from adapters.http.resources import resources
from adapters.http.route import Route
from core.domain.actor import SYSTEM, Role
from core.use_cases.customer.register_customer import NewCustomer
from core.use_cases.user.create_user import NewUser
from tests.integration.shops import PASSWORD, REGION, VARIANT, stock_shop
from tests.integration.staffed_shop import StaffedShop

TABLE = Path(__file__).with_name("access_table.txt")
Headers = dict[str, str]


class Row(NamedTuple):
    path: str
    method: str
    who: frozenset[str]
    scope: str


def rows() -> dict[str, Row]:
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    read = [Row(path, method, frozenset(who.split("+")), scope) for path, method, who, scope in lines]
    return {f"{row.method} {row.path}": row for row in read}


ROWS = rows()
ROUTES = {f"{route.method} {route.rule}": route for resource in resources() for route in resource.routes}
SERVICE, SECRET = "https://id.example.test", "k8Jq2mNwQe5Rt7Yu9Io1Pa3Sd6Fg4Hj0"
OUTSIDER = "signed in elsewhere"
LOG_OUTS = ("DELETE /admin/auth", "DELETE /auth/session", "DELETE /store/auth")


class Door:
    """A shop, and headers of everybody who might knock."""

    def __init__(self, folder: Path) -> None:
        service = {"issuer": SERVICE, "audience": "shop", "secret": SECRET}
        self.shop = StaffedShop(folder, SSO_ISSUERS=json.dumps([service]))
        for name in ("customer", "another"):
            self.shop.container.register_customer()(SYSTEM, NewCustomer(email=f"{name}@buy.test", password=PASSWORD))
        for role in Role:
            new = NewUser(email=f"{role}@staff.test", password=PASSWORD, role=role)
            self.shop.container.create_user()(SYSTEM, new)
        self.callers = {
            **self.signed_in(),
            **self._keys(),
            "ended login": self._ended(),
            OUTSIDER: self.outsider("elsewhere@buy.test"),
        }

    def signed_in(self) -> dict[str, Headers]:
        buyers = {name: self._log_in("customer", f"{name}@buy.test") for name in ("customer", "another")}
        staff = {role.value: self._log_in("user", f"{role}@staff.test") for role in Role}
        return {"anonymous": {}, **buyers, **staff}

    @cache  # noqa: B019  # one shop per run
    def key(self, scope: str) -> Headers:
        return self._key(scopes=[scope])

    def knock(self, route: Route, headers: Headers) -> int:
        url = re.sub(r"<[^>]+>", "nothing", route.rule)
        body = {} if route.body_schema else None
        return self.shop.client.open(url, method=route.method, headers=headers, json=body).status_code

    def outsider(self, email: str) -> Headers:
        """A customer of the sign-in service, which only the gateway listens to."""
        now = int(self.shop.container.clock().now().timestamp())
        claims = {"iss": SERVICE, "aud": "shop", "sub": email, "iat": now, "exp": now + 3_600}
        token = jwt.encode({**claims, "email": email, "email_verified": True}, SECRET, algorithm="HS256")
        return {"Authorization": f"Bearer {token}"}

    def _keys(self) -> dict[str, Headers]:
        found = {"key": self._key(), "expired key": self._key(), "revoked key": self._key()}
        listed = self.shop.get("/admin/api-keys").json["api_keys"]  # type: ignore[index]
        revoked, expired = listed[0]["id"], listed[1]["id"]
        assert self.shop.post(f"/admin/api-keys/{revoked}/revoke", {}).status_code == 200
        over = self.shop.container.clock().now() - timedelta(seconds=1)
        with self.shop.container.write_engine().begin() as connection:
            connection.execute(update(api_keys).where(api_keys.c.id == expired).values(expires_at=over))
        return found

    def _key(self, **body: object) -> Headers:
        made = self.shop.post("/admin/api-keys", {"title": "t", "type": "secret", **body})
        return {"Authorization": f"Basic {made.json['api_key']['token']}"}  # type: ignore[index]

    def _ended(self) -> Headers:
        headers = self._log_in("user", "admin@staff.test")
        assert self.shop.client.delete("/admin/auth", headers=headers).status_code == 200
        return headers

    def _log_in(self, kind: str, email: str) -> Headers:
        answer = self.shop.client.post(f"/auth/{kind}/emailpass", json={"email": email, "password": PASSWORD})
        return {"Authorization": f"Bearer {answer.json['token']}"}  # type: ignore[index]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Door:
    return Door(Path(tmp_path_factory.mktemp("door")))


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert ROWS.keys() == ROUTES.keys()


def answer_due(row: Row, caller: str, *, gateway: bool) -> int | None:
    """401, 403, or None for whatever the view says."""
    if "anybody" in row.who or "anonymous" in row.who:
        return None
    buyers = ("customer", "another", OUTSIDER) if gateway else ("customer", "another")
    buyer, staff = caller in buyers, caller in (*Role, "key", "narrow key")
    if buyer:
        return None if "customer" in row.who else 401
    if not staff:
        return 401
    if row.scope == "-":
        return None if "staff" in row.who and "key" not in caller else 401
    role = "admin" if "key" in caller else caller
    return 403 if role not in row.who or caller == "narrow key" else None


@pytest.mark.parametrize("name", sorted(ROUTES, key=LOG_OUTS.__contains__))
def test_each_caller_gets_as_far_as_the_table_says(door: Door, name: str) -> None:
    route, row = ROUTES[name], ROWS[name]
    callers = door.callers if name not in LOG_OUTS else {**door.callers, **door.signed_in()}
    narrow = door.key("gift_cards" if row.scope != "gift_cards" else "orders")
    # Bodies with wrong credentials, a cookie that is not there and signatures are the route's own business.
    own = route.secret or 401 in route.statuses or row.who == {"anybody"}

    for caller, headers in {**callers, "narrow key": narrow}.items():
        status, due = door.knock(route, headers), answer_due(row, caller, gateway=route.surface is GATEWAY)
        if due is not None:
            assert status == due, caller
        elif not own:
            # "nothing" is somebody else's id, where the path names the customer.
            others = status == 403 and "<customer_id>" in row.path
            assert others or status not in (401, 403), caller


def test_what_belongs_to_one_customer_is_not_there_for_another(door: Door) -> None:
    client, own, another = door.shop.client, door.callers["customer"], door.callers["another"]
    address = {"first_name": "A", "last_name": "B", "address_1": "1", "city": "C", "postal_code": "1"}
    body = {"address": {**address, "country_code": "gb"}}
    kept = client.post("/store/customers/me/addresses", json=body, headers=own)
    address_id = kept.json["customer"]["shipping_addresses"][0]["id"]  # type: ignore[index]

    changed = client.post(f"/store/customers/me/addresses/{address_id}", json=body["address"], headers=another)
    assert changed.status_code == 400
    assert changed.json["message"] == "Could not find address for customer"  # type: ignore[index]
    client.delete(f"/store/customers/me/addresses/{address_id}", headers=another)
    mine = client.get("/store/customers/me", headers=own).json
    assert mine["customer"]["shipping_addresses"][0]["city"] == "C"  # type: ignore[index]


# With the id of another customer's cart, order, line or address; bodies are ones that would do.
HOME = {"country": "GB", "streetName": "St James's Square", "city": "London", "postalCode": "SW1Y"}
BODIES = {
    "POST /carts/items": {"cartId": "{cart}", "variantId": VARIANT, "quantity": 1},
    "POST /payments/sessions": {"cartId": "{cart}", "providerId": "manual", "returnUrl": "https://example.com/"},
    "PATCH /carts/<cart_id>": {"notes": "x"},
    "PATCH /carts/<cart_id>/items/<line_id>": {"quantity": 0},
    "POST /carts/<cart_id>/promotions": {"code": "X"},
    "POST /checkout/<cart_id>/addresses": {"shippingAddress": HOME, "email": "thief@buy.test"},
    "POST /checkout/<cart_id>/shipping-method": {"shippingOptionId": "so_1"},
    "POST /checkout/<cart_id>/payment": {"providerId": "manual", "returnUrl": "https://example.com/"},
    "POST /checkout/<cart_id>/complete": {"paymentProviderId": "manual", "returnUrl": "https://example.com/"},
}
OWNED = sorted(
    name
    for name, route in ROUTES.items()
    if route.surface is GATEWAY
    and route.statuses != (501,)
    and (name in BODIES or re.search("<(cart|order|address)_id>", route.rule))
)


@pytest.fixture(scope="module")
def owned(door: Door) -> dict[str, str]:
    """What one customer has: a cart with a line, an order, an address."""
    stock_shop(door.shop.container)
    client, own = door.shop.client, door.callers["customer"]

    def made(path: str, body: object) -> Any:
        answer = client.post(path, json=body, headers=own)
        assert answer.status_code == 201, answer.text
        return answer.json

    item = {"variantId": VARIANT, "quantity": 1, "currency": "EUR", "regionId": REGION}
    cart, bought = made("/carts/items", item), made("/carts/items", item)
    paid = {"paymentProviderId": "manual", "returnUrl": "https://example.com/"}
    return {
        "cart": cart["id"],
        "line": cart["items"]["data"][0]["id"],
        "order": made(f"/checkout/{bought['id']}/complete", paid)["order"]["id"],
        "address": made("/customers/addresses", {"address": HOME})["id"],
        "code": "X",
    }


def test_there_are_as_many_endpoints_of_somebodys_own_as_the_gateway_has() -> None:
    assert len(OWNED) == 20


@pytest.mark.parametrize("name", OWNED)
def test_what_is_one_customers_is_refused_to_everybody_else_by_the_gateway(
    door: Door, owned: dict[str, str], name: str
) -> None:
    method, rule = name.split(" ")
    path = re.sub(r"<(\w+?)(_id)?>", lambda found: owned[found[1]], rule)
    body = json.loads(json.dumps(BODIES.get(name, {})).replace("{cart}", owned["cart"]))

    def seen() -> list[Any]:
        paths = (f"/carts/{owned['cart']}", f"/orders/{owned['order']}", "/customers/addresses")
        return [door.shop.client.get(each, headers=door.callers["customer"]).json for each in paths]

    before = seen()
    # Somebody else's address does not exist; whoever has no account is asked for one first.
    for caller in ("anonymous", "another", OUTSIDER, "member", "admin", "key", "ended login"):
        answer = door.shop.client.open(path, method=method, json=body, headers=door.callers[caller])
        due = 404 if "<address_id>" in rule and caller in ("another", OUTSIDER) else 401
        assert answer.status_code == due, f"{caller}: {answer.text}"
        assert seen() == before


def test_parts_of_another_product_are_not_there(door: Door) -> None:
    shop = door.shop
    one = shop.product(title="One", options=[{"title": "Size"}])
    other = shop.product(title="Other", options=[{"title": "Size"}])
    option_id = other["options"][0]["id"]

    for method, path, body in (
        ("POST", f"/admin/products/{one['id']}/options/{option_id}", {"title": "Mine"}),
        ("GET", f"/admin/products/{one['id']}/files/nothing", None),
    ):
        answer = shop.client.open(path, method=method, json=body, headers=shop.staff)
        assert answer.status_code in (404, 405), path
    shop.delete(f"/admin/products/{one['id']}/options/{option_id}")
    kept = shop.get(f"/admin/products/{other['id']}").json
    assert kept["product"]["options"][0]["id"] == option_id  # type: ignore[index]
