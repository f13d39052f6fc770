"""Signing in, on the production wiring."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from bootstrap.app import create_app
from core.domain.actor import SYSTEM, Role
from core.use_cases.customer.register_customer import NewCustomer
from core.use_cases.user.create_user import NewUser
from tests.integration.shops import PASSWORD, open_shop

BUYER = {"email": "buyer@shop.test", "password": PASSWORD}
OWNER = {"email": "owner@shop.test", "password": PASSWORD}
WRONG = {"email": "buyer@shop.test", "password": "not the one"}


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    shop = open_shop(tmp_path)
    shop.register_customer()(SYSTEM, NewCustomer(**BUYER))
    shop.create_user()(SYSTEM, NewUser(**OWNER, role=Role.ADMIN))
    return create_app(shop).test_client()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    ("path", "key", "who", "me"),
    [
        ("/auth/customer/emailpass", "token", BUYER, "/store/auth"),
        ("/store/auth/token", "access_token", BUYER, "/store/auth"),
        ("/auth/user/emailpass", "token", OWNER, "/admin/auth"),
        ("/admin/auth/token", "access_token", OWNER, "/admin/auth"),
    ],
)
def test_a_password_gives_a_bearer_token(
    client: FlaskClient, path: str, key: str, who: dict[str, str], me: str
) -> None:
    answer = client.post(path, json={**who, "email": who["email"].upper()})

    assert answer.status_code == 200
    assert answer.json is not None
    shown = client.get(me, headers=bearer(answer.json[key])).json
    assert shown is not None
    (person,) = shown.values()
    assert person["email"] == who["email"]
    assert not any("password" in name for name in person)


@pytest.mark.parametrize("path", ["/store/auth", "/store/auth/token", "/admin/auth", "/admin/auth/token"])
def test_a_wrong_password_is_a_plain_401_on_medusas_older_routes(client: FlaskClient, path: str) -> None:
    answer = client.post(path, json=WRONG)

    assert (answer.status_code, answer.mimetype, answer.text) == (401, "text/plain", "Unauthorized")
    assert "Set-Cookie" not in answer.headers


def test_a_wrong_password_and_an_unknown_account_look_the_same(client: FlaskClient) -> None:
    wrong = client.post("/auth/customer/emailpass", json=WRONG)
    unknown = client.post("/auth/customer/emailpass", json={**WRONG, "email": "nobody@shop.test"})

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json == unknown.json
    assert wrong.json is not None
    assert wrong.json["type"] == "unauthorized"


def test_the_accounts_of_customers_and_admins_are_apart(client: FlaskClient) -> None:
    assert client.post("/auth/user/emailpass", json=BUYER).status_code == 401
    assert client.post("/auth/customer/emailpass", json=OWNER).status_code == 401


def test_a_customer_logs_in_and_out_with_a_cookie(client: FlaskClient) -> None:
    logged_in = client.post("/store/auth", json=BUYER)
    cookie = logged_in.headers["Set-Cookie"]

    assert logged_in.json is not None
    assert logged_in.json["customer"]["email"] == BUYER["email"]
    assert logged_in.json["customer"]["orders"] == []
    assert cookie.startswith("connect.sid=s%3A")
    assert "HttpOnly" in cookie
    assert client.get("/store/auth").status_code == 200
    assert (client.delete("/store/auth").text, client.get("/store/auth").status_code) == ("OK", 401)
    client.set_cookie("connect.sid", cookie.split("=", 1)[1].split(";")[0])
    assert client.get("/store/auth").status_code == 401


def test_an_admin_and_a_customer_share_a_cookie_and_leave_one_by_one(client: FlaskClient) -> None:
    client.post("/store/auth", json=BUYER)
    client.post("/admin/auth", json=OWNER)
    assert client.get("/store/auth").status_code == client.get("/admin/auth").status_code == 200

    client.delete("/admin/auth")

    assert client.get("/admin/auth").status_code == 401
    assert client.get("/store/auth").status_code == 200


def test_a_bearer_token_becomes_a_cookie_session(client: FlaskClient) -> None:
    token = client.post("/auth/customer/emailpass", json=BUYER).json["token"]  # type: ignore[index]

    started = client.post("/auth/session", headers=bearer(token))

    assert started.json is not None
    assert started.json["user"]["actor_type"] == "customer"
    assert started.json["user"]["actor_id"].startswith("cus_")
    assert client.get("/store/auth").status_code == 200
    ended = client.delete("/auth/session")
    assert ended.json == {"success": True}
    assert client.get("/store/auth").status_code == 401


def test_a_session_that_is_not_there_cannot_be_ended(client: FlaskClient) -> None:
    answer = client.delete("/auth/session")

    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["type"] == "unauthorized"


def test_a_token_is_refreshed(client: FlaskClient) -> None:
    token = client.post("/auth/user/emailpass", json=OWNER).json["token"]  # type: ignore[index]

    fresh = client.post("/auth/token/refresh", headers=bearer(token))

    assert fresh.status_code == 200
    assert fresh.json is not None
    assert client.get("/admin/auth", headers=bearer(fresh.json["token"])).status_code == 200
    assert client.post("/auth/token/refresh").status_code == 401


def test_logging_out_ends_a_bearer_token(client: FlaskClient) -> None:
    token = client.post("/store/auth/token", json=BUYER).json["access_token"]  # type: ignore[index]

    client.delete("/store/auth", headers=bearer(token))

    assert client.get("/store/auth", headers=bearer(token)).status_code == 401


def test_whether_an_account_exists_can_be_asked(client: FlaskClient) -> None:
    assert client.get("/store/auth/Buyer@shop.test").json == {"exists": True}
    assert client.get("/store/auth/nobody@shop.test").json == {"exists": False}
    assert client.get("/store/auth/owner@shop.test").json == {"exists": False}


def test_the_body_is_checked_before_the_password(client: FlaskClient) -> None:
    assert client.post("/auth/user/emailpass", json={"email": "a@b.c"}).status_code == 400
    assert client.post("/auth/user/emailpass", json={**OWNER, "x": 1}).status_code == 400
    assert client.post("/auth/user/emailpass", json={**OWNER, "password": 5}).status_code == 400


def test_health_tells_live_from_ready(client: FlaskClient) -> None:
    assert client.get("/health/live").json == {"status": "ok"}
    ready = client.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json is not None
    assert ready.json["status"] == "ok"


def test_regions_are_listed(client: FlaskClient) -> None:
    answer = client.get("/store/regions")

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["limit"] == 100
