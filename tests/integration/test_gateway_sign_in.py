"""Customers of sign-in services at the gateway: who they are there, and that nobody else takes their tokens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from tests.integration.gateway_shop import ADDRESS, GatewayShop
from tests.integration.goods_shop import SHIRT
from tests.integration.shops import keep_at
from tests.integration.sign_in_service import AUDIENCE, ISSUER, SignInService

PARTNER, SECRET = "https://partner.example.test", "k8Jq2mNwQe5Rt7Yu9Io1Pa3Sd6Fg4Hj0"
ADDRESSES = "/customers/addresses"
Headers = dict[str, str]


class Signed(GatewayShop):
    """With a service it trusts, whose keys are fetched, and a partner who shares a secret."""

    def __init__(self, folder: Path, service: SignInService) -> None:
        services = [
            {"issuer": ISSUER, "audience": AUDIENCE, "jwks_url": service.url, "trusted": True},
            {"issuer": PARTNER, "audience": AUDIENCE, "secret": SECRET},
        ]
        self.more = {"SSO_ISSUERS": json.dumps(services)}
        self.service = service
        super().__init__(folder, **self.more)

    def claims(self, email: str, **changes: object) -> dict[str, object]:
        now = int(self.container.clock().now().timestamp())
        usual = {"iss": ISSUER, "aud": AUDIENCE, "sub": email, "iat": now, "exp": now + 300}
        return {**usual, "email": email, "email_verified": True, **changes}

    def bearer(self, email: str, **changes: object) -> Headers:
        return {"Authorization": f"Bearer {self.service.sign(self.claims(email, **changes), 'one')}"}

    def partner(self, email: str, **changes: object) -> Headers:
        token = jwt.encode(self.claims(email, **{"iss": PARTNER, **changes}), SECRET, algorithm="HS256")
        return {"Authorization": f"Bearer {token}"}

    def customer_of(self, headers: Headers) -> str:
        """Told by an address of theirs."""
        return str(self.send("POST", ADDRESSES, {"address": ADDRESS}, headers)["customerId"])


@pytest.fixture(scope="module")
def service() -> Iterator[SignInService]:
    running = SignInService()
    running.publish(running.make_key("one"))
    yield running
    running.stop()


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.deep)])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, service: SignInService) -> Signed:
    folder = Path(tmp_path_factory.mktemp("gateway_sign_in"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    return Signed(folder, service)


def test_a_new_customer_is_made_at_first_sight_and_stays_the_same(shop: Signed) -> None:
    grace = shop.bearer("grace@id.test", given_name="Grace")
    id = shop.customer_of(grace)

    later = shop.service.sign({**shop.claims("grace@id.test"), "email": "changed@id.test"}, "one")
    assert shop.customer_of({"Authorization": f"Bearer {later}"}) == id
    made: Any = shop.get(f"/admin/customers/{id}").json
    assert (made["customer"]["email"], made["customer"]["first_name"]) == ("grace@id.test", "Grace")
    assert made["customer"]["has_account"]


def test_a_trusted_service_opens_the_account_that_is_there(shop: Signed) -> None:
    assert shop.customer_of(shop.bearer("Ada@example.com")) == shop.my_id
    by_claim = shop.bearer("nobody@id.test", customer={"id": shop.my_id}, email_verified=False)
    assert shop.customer_of(by_claim) == shop.my_id


def test_a_partner_opens_no_account_that_is_there(shop: Signed) -> None:
    said = shop.refused("GET", "/orders", headers=shop.partner("ada@example.com"), status=401)
    assert (said["code"], said["reason"]) == ("LOGIN_NOT_LINKED", "account_exists")

    fresh = shop.customer_of(shop.partner("eve@id.test", customer={"id": shop.my_id}))
    assert fresh != shop.my_id


def test_an_address_that_is_not_verified_makes_nobody(shop: Signed) -> None:
    said = shop.refused("GET", ADDRESSES, headers=shop.bearer("mallory@id.test", email_verified=False), status=401)

    assert said == {
        "statusCode": 401,
        "message": "Invalid authentication",
        "error": "Unauthorized",
        "code": "LOGIN_NOT_LINKED",
        "reason": "email_not_verified",
    }


@pytest.mark.parametrize("path", ["/products", "/carts/cart_9", "/orders", ADDRESSES])
def test_a_token_of_a_service_that_does_not_hold_is_refused_on_every_route(shop: Signed, path: str) -> None:
    now = int(shop.container.clock().now().timestamp())
    over = shop.refused("GET", path, headers=shop.bearer("grace@id.test", exp=now - 60), status=401)
    assert over["code"] == "TOKEN_EXPIRED"
    for wrong in ({"aud": "other"}, {"nbf": now + 3_600}, {"exp": None}):
        said = shop.refused("GET", path, headers=shop.bearer("grace@id.test", **wrong), status=401)
        assert said["code"] == "UNAUTHORIZED"
    forged = {"Authorization": f"Bearer {jwt.encode(shop.claims('grace@id.test'), SECRET, algorithm='HS256')}"}
    assert shop.refused("GET", path, headers=forged, status=401)["code"] == "UNAUTHORIZED"


def test_tokens_of_nobody_known_count_for_nothing(shop: Signed) -> None:
    strange = {"Authorization": f"Bearer {jwt.encode({'iss': 'https://elsewhere.test'}, SECRET, algorithm='HS256')}"}

    assert shop.send("GET", "/products", headers=strange)["data"] is not None
    shop.refused("GET", "/orders", headers=strange, status=401, message="Unauthorized")


def test_the_shops_own_tokens_work_beside_them(shop: Signed) -> None:
    assert shop.send("GET", "/orders", headers=shop.me)["data"] is not None


@pytest.mark.parametrize(
    "path", ["/store/customers/me", "/store/customers/me/orders", "/admin/products", "/store/auth"]
)
def test_only_the_gateway_takes_them(shop: Signed, path: str) -> None:
    assert shop.ask("GET", path, shop.bearer("ada@example.com")).status_code == 401


def test_two_customers_in_one_request_are_refused(shop: Signed) -> None:
    cookie = shop.ask("POST", "/auth/session", shop.me).headers["Set-Cookie"].partition(";")[0]
    both = {**shop.bearer("grace@id.test"), "Cookie": cookie}

    shop.refused("GET", "/orders", headers=both, status=401)


def test_a_cart_is_its_customers(shop: Signed) -> None:
    grace, eve = shop.bearer("grace@id.test"), shop.bearer("eve2@id.test")
    cart = shop.cart((SHIRT, 1), headers=grace)

    assert shop.send("GET", f"/carts/{cart}", headers=grace)["id"] == cart
    message = "Unauthorized to access this resource"
    shop.refused("GET", f"/carts/{cart}", headers=eve, status=401, message=message)


def test_keys_that_cannot_be_had_close_this_door_and_no_other(
    tmp_path: Path, service: SignInService, shop: Signed
) -> None:
    services = [{"issuer": ISSUER, "audience": AUDIENCE, "jwks_file": str(tmp_path / "none.json")}]
    closed = GatewayShop(tmp_path, SSO_ISSUERS=json.dumps(services))

    said = closed.refused("GET", "/orders", headers=shop.bearer("grace@id.test"), status=503)
    assert said["code"] == "UPSTREAM_UNAVAILABLE"
    assert closed.send("GET", "/orders", headers=closed.me) == {"data": [], "total": 0}
