"""API keys over HTTP: made once, shown once, confined, ended at once."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from adapters.db.tables import api_keys, audit_log
from core.domain.actor import SYSTEM, Role
from core.use_cases.user.create_user import NewUser
from tests.integration.shops import PASSWORD
from tests.integration.staffed_shop import StaffedShop

Headers = dict[str, str]


@pytest.fixture
def shop(tmp_path: Path) -> StaffedShop:
    return StaffedShop(tmp_path)


def made(shop: StaffedShop, headers: Headers | None = None, **body: Any) -> dict[str, Any]:
    answer = shop.client.post(
        "/admin/api-keys", json={"title": "my token", "type": "secret", **body}, headers=headers or shop.staff
    )
    assert answer.status_code == 200, answer.text
    key: dict[str, Any] = answer.json["api_key"]  # type: ignore[index]
    return key


def signed_in(shop: StaffedShop, role: Role) -> Headers:
    email = f"another-{role}@shop.test"
    shop.container.create_user()(SYSTEM, NewUser(email=email, password=PASSWORD, role=role))
    answer = shop.client.post("/auth/user/emailpass", json={"email": email, "password": PASSWORD})
    return {"Authorization": f"Bearer {answer.json['token']}"}  # type: ignore[index]


def basic(token: str) -> Headers:
    return {"Authorization": f"Basic {token}"}


def status(shop: StaffedShop, headers: Headers, path: str = "/admin/products", method: str = "GET") -> int:
    body = {} if method == "POST" else None
    return shop.client.open(path, method=method, headers=headers, json=body).status_code


def test_a_secret_token_is_shown_once_and_kept_nowhere(shop: StaffedShop) -> None:
    key = made(shop)

    assert key["token"].startswith("sk_")
    assert len(key["token"]) == 67
    assert key["redacted"] == f"{key['token'][:6]}***{key['token'][-3:]}"
    listed = shop.get("/admin/api-keys")
    assert listed.json["count"] == 1  # type: ignore[index]
    assert listed.json["api_keys"][0]["token"] == ""  # type: ignore[index]
    assert key["token"] not in listed.text + shop.get(f"/admin/api-keys/{key['id']}").text
    with shop.container.read_engine().connect() as connection:
        rows = [*connection.execute(select(api_keys)), *connection.execute(select(audit_log))]
    assert key["token"] not in str(rows)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    ("header", "write"),
    [
        ("Authorization", lambda token: f"Basic {token}"),
        ("Authorization", lambda token: f"basic {encoded(token)}"),
        ("Authorization", lambda token: f"Basic {encoded(token + ':')}"),
        ("Authorization", lambda token: f"Bearer {token}"),
        ("x-medusa-access-token", lambda token: token),
    ],
)
def test_every_form_of_header_opens_the_admin_side(
    shop: StaffedShop, header: str, write: Callable[[str], str]
) -> None:
    token = made(shop)["token"]

    assert status(shop, {header: write(token)}) == 200
    assert status(shop, {header: write(token[:-1] + "g")}) == 401


@pytest.mark.parametrize(
    "shown", ["Basic", "Basic ", "Basic !!!", "Basic c2s=", "Bearer sk_", "Basic sk_1", "Digest sk", "Basic c2tf/w=="]
)
def test_what_is_no_key_opens_nothing(shop: StaffedShop, shown: str) -> None:
    made(shop)

    assert status(shop, {"Authorization": shown}) == 401


def test_a_key_ends_at_once_when_it_is_revoked(shop: StaffedShop) -> None:
    key = made(shop)
    headers = basic(key["token"])
    assert status(shop, headers) == 200

    assert shop.delete(f"/admin/api-keys/{key['id']}").status_code == 400
    revoked = shop.post(f"/admin/api-keys/{key['id']}/revoke", {}).json["api_key"]  # type: ignore[index]
    assert revoked["revoked_at"] is not None
    assert revoked["revoked_by"] == revoked["created_by"]
    assert status(shop, headers) == 401
    assert shop.post(f"/admin/api-keys/{key['id']}/revoke", {}).status_code == 400

    gone = shop.delete(f"/admin/api-keys/{key['id']}")
    assert gone.json == {"id": key["id"], "object": "api_key", "deleted": True}
    assert shop.get(f"/admin/api-keys/{key['id']}").status_code == 404
    assert status(shop, headers) == 401


def test_a_key_can_be_left_a_while_before_it_ends(shop: StaffedShop) -> None:
    key = made(shop)

    assert shop.post(f"/admin/api-keys/{key['id']}/revoke", {"revoke_in": 3600}).status_code == 200
    assert status(shop, basic(key["token"])) == 200
    assert shop.post(f"/admin/api-keys/{key['id']}/revoke").status_code == 200  # brought forward
    assert status(shop, basic(key["token"])) == 401


def test_a_key_ends_by_its_date(shop: StaffedShop) -> None:
    now = shop.container.clock().now()
    over = {"title": "old", "type": "secret", "expires_at": now.isoformat()}
    assert shop.post("/admin/api-keys", over).status_code == 400
    key = made(shop, expires_at=(now + timedelta(hours=1)).isoformat())
    assert status(shop, basic(key["token"])) == 200

    with shop.container.write_engine().begin() as connection:
        connection.execute(update(api_keys).values(expires_at=now - timedelta(seconds=1)))
    assert status(shop, basic(key["token"])) == 401


def test_a_key_reaches_as_far_as_its_scopes(shop: StaffedShop) -> None:
    headers = basic(made(shop, scopes=["products:read", "collections"])["token"])

    assert status(shop, headers) == 200
    assert status(shop, headers, "/admin/products", "POST") == 403
    assert status(shop, headers, "/admin/collections", "POST") == 400
    assert status(shop, headers, "/admin/orders") == 403
    assert status(shop, headers, "/admin/audit-log") == 403


@pytest.mark.parametrize("scopes", [[], ["nonsense"], ["products:write"], [""]])
def test_scopes_that_do_not_exist_are_refused(shop: StaffedShop, scopes: list[str]) -> None:
    answer = shop.post("/admin/api-keys", {"title": "t", "type": "secret", "scopes": scopes})

    assert answer.status_code == 400


def test_scopes_can_be_set_anew(shop: StaffedShop) -> None:
    key = made(shop)

    answer = shop.post(f"/admin/api-keys/{key['id']}", {"title": "less", "scopes": ["orders"]})
    changed = answer.json["api_key"]  # type: ignore[index]
    assert (changed["title"], changed["scopes"]) == ("less", ["orders"])
    assert status(shop, basic(key["token"])) == 403


def test_a_key_never_reaches_further_than_its_maker(shop: StaffedShop) -> None:
    developer, member = signed_in(shop, Role.DEVELOPER), signed_in(shop, Role.MEMBER)

    assert status(shop, member, "/admin/api-keys") == 403
    body = {"title": "t", "type": "secret"}
    for more in ({"role": "admin"}, {"scopes": ["users"]}, {"scopes": ["audit:read"]}):
        assert shop.client.post("/admin/api-keys", json={**body, **more}, headers=developer).status_code == 400
    key = made(shop, headers=developer)
    assert key["role"] == "developer"
    assert status(shop, basic(key["token"]), "/admin/users") == 403


def test_a_lost_role_and_a_lost_account_reach_the_keys_at_once(shop: StaffedShop) -> None:
    admin = signed_in(shop, Role.ADMIN)
    key = made(shop, headers=admin)
    headers = basic(key["token"])
    assert status(shop, headers, "/admin/users") == 200

    shop.post(f"/admin/users/{key['created_by']}", {"role": "member"})
    assert status(shop, headers, "/admin/users") == 403
    assert status(shop, headers) == 200
    shop.delete(f"/admin/users/{key['created_by']}")
    assert status(shop, headers) == 401


def test_keys_make_no_keys(shop: StaffedShop) -> None:
    headers = basic(made(shop)["token"])

    answer = shop.client.post("/admin/api-keys", json={"title": "t", "type": "secret"}, headers=headers)
    assert answer.status_code == 403
    assert status(shop, headers, "/admin/api-keys") == 200


def test_a_key_never_widens_its_own_scopes(shop: StaffedShop) -> None:
    key = made(shop, scopes=["keys", "orders:read"])
    path, headers = f"/admin/api-keys/{key['id']}", basic(key["token"])

    for scopes in (["*"], ["keys", "users"], ["keys", "orders"]):
        assert shop.client.post(path, json={"scopes": scopes}, headers=headers).status_code == 403
    assert shop.get(path).json["api_key"]["scopes"] == ["keys", "orders:read"]  # type: ignore[index]
    assert status(shop, headers, "/admin/users") == 403

    assert shop.client.post(path, json={"scopes": ["keys:read"]}, headers=headers).status_code == 200
    assert shop.post(path, {"scopes": ["*"]}).status_code == 200
    assert status(shop, headers, "/admin/users") == 200


def test_nobody_widens_the_scopes_of_a_key_that_is_stronger_than_they(shop: StaffedShop) -> None:
    key = made(shop, scopes=["orders:read", "products"])
    path, developer = f"/admin/api-keys/{key['id']}", signed_in(shop, Role.DEVELOPER)

    assert shop.client.post(path, json={"scopes": ["*"]}, headers=developer).status_code == 403
    assert status(shop, basic(key["token"]), "/admin/users") == 403
    narrower = {"title": "less", "scopes": ["products:read"]}
    assert shop.client.post(path, json=narrower, headers=developer).status_code == 200

    own = made(shop, headers=developer, scopes=["orders:read"])
    assert (
        shop.client.post(f"/admin/api-keys/{own['id']}", json={"scopes": ["*"]}, headers=developer).status_code == 200
    )


def test_last_use_is_noted_once_a_minute(shop: StaffedShop) -> None:
    key = made(shop)
    assert key["last_used_at"] is None

    def noted() -> str:
        return str(shop.get(f"/admin/api-keys/{key['id']}").json["api_key"]["last_used_at"])  # type: ignore[index]

    status(shop, basic(key["token"]))
    first = noted()
    status(shop, basic(key["token"]))
    assert noted() == first != "None"
    with shop.container.write_engine().begin() as connection:
        earlier = shop.container.clock().now() - timedelta(seconds=61)
        connection.execute(update(api_keys).values(last_used_at=earlier))
    status(shop, basic(key["token"]))
    assert noted() >= first


def test_what_a_key_does_is_in_the_audit_log(shop: StaffedShop) -> None:
    key = made(shop)
    created = shop.client.post("/admin/products", json={"title": "Keyed"}, headers=basic(key["token"]))
    product_id = created.json["product"]["id"]  # type: ignore[index]

    entries: Any = shop.get(f"/admin/audit-log?target={product_id}").json
    assert entries["count"] == 1
    entry = entries["audit_log"][0]
    assert (entry["actor_kind"], entry["actor_id"]) == ("api_key", key["id"])
    assert entry["action"] == "product.create"
    assert entry["request_id"] == created.headers["X-Request-Id"]


def test_two_identities_in_one_request_are_refused(shop: StaffedShop) -> None:
    own, other = made(shop)["token"], made(shop)["token"]
    stranger = signed_in(shop, Role.DEVELOPER)

    assert status(shop, {**shop.staff, "x-medusa-access-token": own}) == 200
    assert status(shop, {**stranger, "x-medusa-access-token": own}) == 401
    assert status(shop, {**basic(own), "x-medusa-access-token": other}) == 401
    assert status(shop, {**basic(own), "x-medusa-access-token": own}) == 200


def test_a_key_is_nobody_at_the_store(shop: StaffedShop) -> None:
    headers = basic(made(shop)["token"])

    assert status(shop, headers, "/store/customers/me") == 401
    assert status(shop, headers, "/store/products") == 200


def test_a_key_tells_whose_it_is(shop: StaffedShop) -> None:
    key = made(shop)

    answer = shop.client.get("/admin/auth", headers=basic(key["token"]))
    assert answer.json["user"]["id"] == key["created_by"]  # type: ignore[index]


def test_storefronts_keys_are_in_the_same_list(shop: StaffedShop) -> None:
    secret = made(shop, title="of a program")
    public = made(shop, title="of a storefront", type="publishable")

    assert public["token"] == public["id"]
    assert public["id"].startswith("pk_")
    assert public["type"] == "publishable"
    listed: Any = shop.get("/admin/api-keys").json
    assert [key["id"] for key in listed["api_keys"]] == [public["id"], secret["id"]]
    one: Any = shop.get("/admin/api-keys?type=publishable&q=STORE").json
    assert [key["id"] for key in one["api_keys"]] == [public["id"]]

    assert shop.post(f"/admin/api-keys/{public['id']}", {"scopes": ["orders"]}).status_code == 400
    assert shop.delete(f"/admin/api-keys/{public['id']}").status_code == 400
    assert shop.post(f"/admin/api-keys/{public['id']}/revoke", {}).status_code == 200
    assert shop.delete(f"/admin/api-keys/{public['id']}").status_code == 200
    assert shop.get("/admin/api-keys").json["count"] == 1  # type: ignore[index]


def test_a_storefronts_key_names_sales_channels(shop: StaffedShop) -> None:
    public = made(shop, type="publishable")
    with shop.container.look()(SYSTEM, "test") as work:
        channel_id = work.shop.store().default_sales_channel_id
    path = f"/admin/api-keys/{public['id']}/sales-channels"
    older = f"/admin/publishable-api-keys/{public['id']}/sales-channels"
    body = {"sales_channel_ids": [{"id": channel_id}]}

    def linked() -> list[str]:
        return [each["id"] for each in shop.get(older).json["sales_channels"]]  # type: ignore[index]

    answer = shop.post(path, {"add": [channel_id]}).json["api_key"]  # type: ignore[index]
    assert [each["id"] for each in answer["sales_channels"]] == linked() == [channel_id]
    assert shop.get(f"{older}?q=nothing").json == {"sales_channels": []}
    assert shop.delete(f"{older}/batch", json=body).status_code == 200
    assert linked() == []
    assert shop.post(f"{older}/batch", body).status_code == 200
    assert linked() == [channel_id]
    assert shop.post(path, {"add": ["sc_unknown"]}).status_code == 400
    secret = made(shop)
    assert shop.post(f"/admin/api-keys/{secret['id']}/sales-channels", {"add": []}).status_code == 400


def test_storefronts_keys_have_medusa_v1s_routes(shop: StaffedShop) -> None:
    path = "/admin/publishable-api-keys"
    key = shop.post(path, {"title": "Web"}).json["publishable_api_key"]  # type: ignore[index]

    assert set(key) >= {"id", "title", "created_by", "revoked_by", "revoked_at", "created_at", "updated_at"}
    renamed: Any = shop.post(f"{path}/{key['id']}", {"title": "App"}).json
    assert renamed["publishable_api_key"]["title"] == "App"
    revoked: Any = shop.post(f"{path}/{key['id']}/revoke").json
    assert revoked["publishable_api_key"]["revoked_at"] is not None
    again: Any = shop.post(f"{path}/{key['id']}/revoke")
    assert (again.status_code, again.json["type"]) == (400, "not_allowed")
    gone = shop.delete(f"{path}/{key['id']}")
    assert gone.json == {"id": key["id"], "object": "publishable_api_key", "deleted": True}
    assert shop.get(f"{path}/{key['id']}").status_code == 404
