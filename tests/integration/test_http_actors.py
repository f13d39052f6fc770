"""Who a request comes from."""

from dataclasses import replace
from ipaddress import ip_network

import pytest
from flask import Response

from adapters.http.cookies import NAME, set_session
from core.domain.actor import ActorKind, Role
from tests.integration.http_harness import NOW, ORIGIN, SETTINGS, Harness


@pytest.fixture
def shop() -> Harness:
    return Harness()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def cookie(session_id: str, secret: str = SETTINGS.cookie_secret) -> str:
    response = Response()
    set_session(response, session_id, NOW, replace(SETTINGS, cookie_secret=secret))
    return response.headers["Set-Cookie"].split(";")[0]


def test_a_bearer_token_makes_the_actor(shop: Harness) -> None:
    answer = shop.client.get("/store/things/mine", headers={**bearer("cus_1"), "User-Agent": "curl/8"})

    assert answer.json == {"id": "cus_1", "at": "2024-05-01T12:00:00.000Z"}
    assert shop.actor is not None
    assert (shop.actor.network, shop.actor.agent, shop.actor.session_id) == ("127.0.0.1", "curl", "sess_b")
    assert shop.actor.request_id == answer.headers["X-Request-Id"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("nonsense"),
        bearer("old"),
        bearer(""),
        {"Authorization": "Bearer"},
        {"Authorization": "Basic abc"},
        {"Authorization": "Digest abc"},
        {"x-medusa-access-token": "abc"},
        {"Cookie": f"{NAME}=garbage"},
        {"Cookie": cookie("sess_over")},
        {"Cookie": cookie("sess_cus_1", secret="x" * 32)},
        bearer("usr_admin"),
    ],
)
def test_without_credentials_that_hold_it_is_a_401(shop: Harness, headers: dict[str, str]) -> None:
    assert shop.client.get("/store/things/mine", headers=headers).status_code == 401


def test_a_customer_is_nobody_to_the_admin_side(shop: Harness) -> None:
    assert shop.client.get("/admin/things/orders", headers=bearer("cus_1")).status_code == 401


@pytest.mark.parametrize("headers", [{}, bearer("nonsense"), bearer("old"), bearer("usr_admin")])
def test_where_nobody_need_sign_in_other_credentials_count_for_nothing(
    shop: Harness, headers: dict[str, str]
) -> None:
    assert shop.client.get("/store/things", headers=headers).status_code == 200
    assert shop.actor is not None
    assert shop.actor.kind is ActorKind.ANONYMOUS


def test_a_cookie_may_hold_an_admin_beside_a_customer(shop: Harness) -> None:
    headers = {"Cookie": cookie("sess_cus_1+usr_admin")}

    assert shop.client.get("/store/things/mine", headers=headers).json == {
        "id": "cus_1",
        "at": "2024-05-01T12:00:00.000Z",
    }
    assert shop.client.get("/admin/things/orders", headers=headers).json == {"id": "usr_admin"}


def test_two_customers_in_one_request_are_refused_everywhere(shop: Harness) -> None:
    headers = {"Cookie": cookie("sess_cus_2"), **bearer("cus_1")}

    assert shop.client.get("/store/things/mine", headers=headers).status_code == 401
    assert shop.client.get("/store/things", headers=headers).status_code == 401


def test_the_same_customer_twice_is_one(shop: Harness) -> None:
    headers = {"Cookie": cookie("sess_cus_1"), **bearer("cus_1")}

    assert shop.client.get("/store/things/mine", headers=headers).status_code == 200


def test_a_customer_and_an_admin_in_one_request_are_told_apart(shop: Harness) -> None:
    headers = {"Cookie": cookie("sess_cus_1"), **bearer("usr_admin")}

    assert shop.client.get("/store/things/mine", headers=headers).status_code == 200
    assert shop.client.get("/admin/things/orders", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 201),
        (ORIGIN, 201),
        (SETTINGS.public_url, 201),
        ("http://localhost", 201),
        ("https://evil.example", 403),
        ("null", 403),
    ],
)
def test_writes_with_a_cookie_need_a_known_origin(shop: Harness, origin: str | None, status: int) -> None:
    headers = {"Cookie": cookie("sess_usr_admin")} | ({"Origin": origin} if origin else {})

    assert shop.client.post("/admin/things/orders", headers=headers).status_code == status
    assert shop.client.get("/admin/things/orders", headers=headers).status_code == 200


def test_a_bearer_token_needs_no_origin(shop: Harness) -> None:
    headers = {"Origin": "https://evil.example", "Cookie": cookie("sess_usr_admin"), **bearer("usr_admin")}

    assert shop.client.post("/admin/things/orders", headers=headers).status_code == 201


@pytest.mark.parametrize(("role", "status"), [(Role.ADMIN, 200), (Role.MEMBER, 403), (Role.DEVELOPER, 403)])
def test_only_admins_touch_users(shop: Harness, role: Role, status: int) -> None:
    assert shop.client.get("/admin/things/users", headers=bearer(f"usr_{role}")).status_code == status
    assert shop.client.get("/admin/things/orders", headers=bearer(f"usr_{role}")).status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "network"),
    [
        (0, "9.9.9.9", "127.0.0.1"),
        (1, "9.9.9.9", "9.9.9.9"),
        (1, "1.1.1.1, 9.9.9.9", "9.9.9.9"),
        (2, "1.1.1.1, 9.9.9.9, 10.0.0.1", "9.9.9.9"),
        (2, "9.9.9.9", "9.9.9.9"),
        (1, "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        (1, "::ffff:9.9.9.9", "9.9.9.9"),
        (1, "garbage", None),
        (1, "", "127.0.0.1"),
    ],
)
def test_the_client_is_counted_from_the_right(proxies: int, forwarded: str, network: str | None) -> None:
    shop = Harness(replace(SETTINGS, trusted_proxies=proxies))

    shop.client.get("/store/things", headers={"X-Forwarded-For": forwarded})

    assert shop.actor is not None
    assert shop.actor.network == network


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "network"),
    [
        (0, "10.0.0.7", "9.9.9.9", "9.9.9.9"),
        (0, "10.0.0.7", "1.1.1.1, 9.9.9.9", "9.9.9.9"),
        (0, "10.0.0.7", "", "10.0.0.7"),
        (0, "10.0.0.8", "9.9.9.9", "10.0.0.8"),
        (0, "::ffff:10.0.0.7", "9.9.9.9", "9.9.9.9"),
        (0, "2001:db8::7", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        (1, "127.0.0.1", "9.9.9.9, 10.0.0.7", "9.9.9.9"),
        (1, "127.0.0.1", "9.9.9.9, 10.0.0.8", "10.0.0.8"),
        (1, "127.0.0.1", "10.0.0.7", "10.0.0.7"),
        (0, "10.0.0.7", "10.0.0.7, 10.0.0.7", "10.0.0.7"),
        (0, "10.0.0.7", "garbage", None),
    ],
)
def test_a_storefront_that_is_known_names_the_buyer(
    proxies: int, peer: str, forwarded: str, network: str | None
) -> None:
    known = (ip_network("10.0.0.7/32"), ip_network("2001:db8::/112"))
    shop = Harness(replace(SETTINGS, trusted_proxies=proxies, trusted_storefronts=known))

    shop.client.get("/store/things", headers={"X-Forwarded-For": forwarded}, environ_overrides={"REMOTE_ADDR": peer})

    assert shop.actor is not None
    assert shop.actor.network == network


def test_a_session_cookie_is_kept_from_scripts() -> None:
    response = Response()
    set_session(response, "sess_1", NOW, replace(SETTINGS, secure_cookies=True))

    header = response.headers["Set-Cookie"]
    assert header.startswith(f"{NAME}=s%3Asess_1.")
    assert all(flag in header for flag in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"))


def test_a_rotated_cookie_secret_still_verifies() -> None:
    old = cookie("sess_cus_1")
    shop = Harness(replace(SETTINGS, cookie_secret="n" * 32, old_cookie_secrets=(SETTINGS.cookie_secret,)))

    assert shop.client.get("/store/things/mine", headers={"Cookie": old}).status_code == 200
