"""People of the staff over HTTP: made, changed, removed, invited, and their forgotten passwords."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.integration.shops import PASSWORD
from tests.integration.staffed_shop import EMAIL, StaffedShop

NEW = {"email": "Grace@Shop.test", "password": PASSWORD, "first_name": "Grace", "role": "developer"}
JOINING = {"first_name": "Joan", "last_name": "Clarke", "password": PASSWORD}


@pytest.fixture
def shop(tmp_path: Path) -> StaffedShop:
    return StaffedShop(tmp_path)


def user(shop: StaffedShop, **body: Any) -> dict[str, Any]:
    answer: Any = shop.post("/admin/users", {**NEW, **body})
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json["user"]
    return made


def log_in(shop: StaffedShop, email: str, password: str = PASSWORD) -> Any:
    return shop.client.post("/admin/auth/token", json={"email": email, "password": password})


def drain(shop: StaffedShop) -> None:
    while shop.container.run_reactions().run_once("test"):
        pass


def letters(shop: StaffedShop) -> list[str]:
    folder = shop.container.settings().mail_dir
    return [path.read_text() for path in sorted(folder.rglob("*.eml"))] if folder.exists() else []


def test_a_user_is_made_shown_changed_and_removed(shop: StaffedShop) -> None:
    made = user(shop)

    assert made["email"] == "grace@shop.test"
    assert (made["role"], made["first_name"], made["api_token"]) == ("developer", "Grace", None)
    assert "password_hash" not in made
    assert log_in(shop, "grace@shop.test").status_code == 200
    path = f"/admin/users/{made['id']}"
    assert shop.get(path).json == {"user": made}
    changed: Any = shop.post(path, {"last_name": "Hopper", "metadata": {"desk": 4}}).json
    assert (changed["user"]["last_name"], changed["user"]["metadata"]) == ("Hopper", {"desk": 4})
    assert changed["user"]["first_name"] == "Grace"

    for _ in range(2):
        assert shop.delete(path).json == {"id": made["id"], "object": "user", "deleted": True}
    assert shop.get(path).status_code == 404
    assert log_in(shop, "grace@shop.test").status_code == 401
    assert user(shop)["id"] != made["id"]


@pytest.mark.parametrize("nothing", [None, ""])
def test_names_are_taken_away_again(shop: StaffedShop, nothing: str | None) -> None:
    made = user(shop, last_name=nothing)
    assert made["last_name"] is None

    changed: Any = shop.post(f"/admin/users/{made['id']}", {"first_name": nothing, "role": None}).json
    assert (changed["user"]["first_name"], changed["user"]["role"]) == (None, "developer")


def test_users_are_listed_and_found(shop: StaffedShop) -> None:
    made = user(shop)

    listed: Any = shop.get("/admin/users").json
    assert {key: listed[key] for key in ("count", "offset", "limit")} == {"count": 2, "offset": 0, "limit": 20}
    for search in ("q=GRAC", "email=grace@shop.test", "role=developer", "first_name=Grace", f"id[]={made['id']}"):
        found: Any = shop.get(f"/admin/users?{search}").json
        assert [each["id"] for each in found["users"]] == [made["id"]]


def test_an_address_belongs_to_one_user(shop: StaffedShop) -> None:
    user(shop)

    again: Any = shop.post("/admin/users", NEW)
    assert (again.status_code, again.json["type"]) == (422, "duplicate_error")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"email": "no address", "password": PASSWORD},
        {"email": "a@shop.test"},
        {"email": "a@shop.test", "password": "short"},
        {"email": "a@shop.test", "password": PASSWORD, "role": "owner"},
        {"email": "a@shop.test", "password": PASSWORD, "id": "usr_1"},
    ],
)
def test_what_makes_no_user_is_refused(shop: StaffedShop, body: dict[str, Any]) -> None:
    assert shop.post("/admin/users", body).status_code == 400


@pytest.mark.parametrize("body", [{"api_token": "mine"}, {"email": "x@shop.test"}, {"password": PASSWORD}])
def test_what_is_not_changed_here_is_refused(shop: StaffedShop, body: dict[str, Any]) -> None:
    assert shop.post(f"/admin/users/{user(shop)['id']}", body).status_code == 400


def test_the_last_admin_stays(shop: StaffedShop) -> None:
    own: Any = shop.get("/admin/auth").json
    path = f"/admin/users/{own['user']['id']}"

    for answer in (shop.delete(path), shop.post(path, {"role": "member"})):
        assert (answer.status_code, answer.json["type"]) == (400, "not_allowed")  # type: ignore[index]
    second = user(shop, role="admin")
    assert shop.post(path, {"role": "member"}).status_code == 200
    assert shop.get("/admin/users").status_code == 403
    assert shop.post(f"/admin/users/{second['id']}", {"role": "member"}).status_code == 403


def test_a_removed_users_logins_end(shop: StaffedShop) -> None:
    made = user(shop)
    token = log_in(shop, "grace@shop.test").json["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert shop.client.get("/admin/products", headers=headers).status_code == 200

    shop.delete(f"/admin/users/{made['id']}")
    assert shop.client.get("/admin/products", headers=headers).status_code == 401


def test_all_of_the_staff_see_who_signed_a_note_and_name_themselves(shop: StaffedShop) -> None:
    grace = user(shop)  # a developer
    token = log_in(shop, "grace@shop.test").json["access_token"]
    own, headers = f"/admin/users/{grace['id']}", {"Authorization": f"Bearer {token}"}

    (colleague,) = [each for each in shop.get("/admin/users").json["users"] if each["email"] == EMAIL]
    assert shop.client.get("/admin/users", headers=headers).status_code == 403
    assert shop.client.get(f"/admin/users/{colleague['id']}", headers=headers).json["user"]["email"] == EMAIL

    changed = shop.client.post(own, json={"first_name": "Amazing"}, headers=headers)
    assert changed.json["user"]["first_name"] == "Amazing"
    for path, body in (
        (own, {"role": "admin"}),
        (own, {"first_name": "G.", "role": "admin"}),
        (own, {"metadata": {"a": 1}}),
        (f"/admin/users/{colleague['id']}", {"first_name": "Nobody"}),
    ):
        assert shop.client.post(path, json=body, headers=headers).status_code == 403
    assert shop.client.delete(own, headers=headers).status_code == 403
    assert (shop.get(own).json["user"]["role"], shop.get(own).json["user"]["first_name"]) == ("developer", "Amazing")

    made = shop.client.post("/admin/api-keys", json={"title": "hers", "type": "secret"}, headers=headers)
    key = {"Authorization": f"Basic {made.json['api_key']['token']}"}
    assert shop.client.get("/admin/orders", headers=key).status_code == 200
    assert shop.client.get("/admin/users", headers=key).status_code == 403
    assert shop.client.get(own, headers=key).status_code == 403
    assert shop.client.post(own, json={"first_name": "Key"}, headers=key).status_code == 403


# Forgotten passwords


def asked(shop: StaffedShop, email: str = EMAIL) -> str:
    """The token of the newest letter."""
    assert shop.client.post("/admin/users/password-token", json={"email": email}).status_code == 204
    drain(shop)
    plain = letters(shop)[-1].replace("=\n", "").replace("=3D", "=")
    found = re.search(r"reset-password\?token=([\w.-]+)", plain)
    assert found is not None
    return found[1]


def reset(shop: StaffedShop, token: str, **more: str) -> Any:
    body = {"token": token, "password": "another long one", **more}
    return shop.client.post("/admin/users/reset-password", json=body)


def test_a_forgotten_password_is_replaced_by_a_mailed_link(shop: StaffedShop) -> None:
    token = asked(shop)
    _, told, _ = token.split(".")  # which is how the dashboard knows whose password it is
    assert json.loads(base64.urlsafe_b64decode(told + "=" * (-len(told) % 4)))["email"] == EMAIL

    answer = reset(shop, token, email=EMAIL)
    assert answer.json["user"]["email"] == EMAIL
    assert log_in(shop, EMAIL).status_code == 401
    assert log_in(shop, EMAIL, "another long one").status_code == 200
    assert shop.get("/admin/products").status_code == 401  # the login from before
    assert reset(shop, token).status_code == 401
    drain(shop)
    assert "was changed" in letters(shop)[-1]


def test_only_the_newest_link_works_and_only_for_its_owner(shop: StaffedShop) -> None:
    user(shop)
    older, newer = asked(shop), asked(shop)

    for answer in (reset(shop, older), reset(shop, newer, email="grace@shop.test"), reset(shop, "nonsense")):
        assert (answer.status_code, answer.text) == (401, "Unauthorized")
    assert reset(shop, newer.rpartition(".")[2]).status_code == 200  # the secret alone is as good


def test_asking_for_a_link_tells_nothing_of_who_is_there(shop: StaffedShop) -> None:
    answer = shop.client.post("/admin/users/password-token", json={"email": "nobody@shop.test"})
    drain(shop)

    assert (answer.status_code, answer.data) == (204, b"")
    assert letters(shop) == []


# Invitations


def invited(shop: StaffedShop, email: str = "joan@shop.test", role: str = "member") -> dict[str, Any]:
    answer = shop.post("/admin/invites", {"user": email, "role": role})
    assert (answer.status_code, answer.text, answer.mimetype) == (200, "OK", "text/plain")
    rows: Any = shop.get("/admin/invites").json
    (row,) = (row for row in rows["invites"] if row["user_email"] == email)
    found: dict[str, Any] = row
    return found


def accept(shop: StaffedShop, token: str, **user: Any) -> Any:
    return shop.client.post("/admin/invites/accept", json={"token": token, "user": {**JOINING, **user}})


def test_somebody_invited_joins_the_staff(shop: StaffedShop) -> None:
    row = invited(shop, role="developer")

    assert (row["kind"], row["role"], row["accepted"]) == ("user", "developer", False)
    answer = accept(shop, row["token"])
    assert (answer.status_code, answer.text) == (200, "OK")
    assert log_in(shop, "joan@shop.test").status_code == 200
    joined: Any = shop.get("/admin/users?q=joan").json
    assert (joined["users"][0]["role"], joined["users"][0]["last_name"]) == ("developer", "Clarke")
    assert shop.get("/admin/invites").json["invites"] == []  # type: ignore[index]
    again = accept(shop, row["token"])
    assert (again.status_code, again.json["message"]) == (400, "Invalid invite")


def test_a_token_tells_medusas_dashboard_who_is_invited(shop: StaffedShop) -> None:
    row = invited(shop, "j\u00f3n@shop.test", role="admin")

    middle = row["token"].split(".")[1]
    told = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    assert told == {"invite_id": row["id"], "role": "admin", "user_email": row["user_email"]}
    assert accept(shop, row["token"].rpartition(".")[2]).status_code == 200


def test_somebody_joins_without_saying_their_name(shop: StaffedShop) -> None:
    row = invited(shop)

    assert accept(shop, row["token"], first_name="", last_name="").status_code == 200
    assert log_in(shop, "joan@shop.test").status_code == 200


def test_what_a_token_tells_decides_nothing(shop: StaffedShop) -> None:
    mine, other = invited(shop, role="member"), invited(shop, "eve@shop.test", role="admin")

    head, told, _ = other["token"].split(".")
    secret = mine["token"].rpartition(".")[2]
    assert accept(shop, f"{head}.{told}.{secret}x").status_code == 400
    assert accept(shop, f"{head}.{told}.{secret}").status_code == 200
    users: Any = shop.get("/admin/users").json
    assert {user["email"]: user["role"] for user in users["users"]}["joan@shop.test"] == "member"


def test_inviting_again_changes_role_and_token(shop: StaffedShop) -> None:
    first = invited(shop)
    second = invited(shop, role="admin")

    assert second["id"] == first["id"]
    assert (second["role"], second["token"] != first["token"]) == ("admin", True)
    assert accept(shop, first["token"]).status_code == 400
    assert accept(shop, second["token"]).status_code == 200


def test_an_invitation_is_issued_again(shop: StaffedShop) -> None:
    row = invited(shop)

    answer = shop.post(f"/admin/invites/{row['id']}/resend")
    assert (answer.status_code, answer.text) == (200, "OK")
    assert accept(shop, row["token"]).status_code == 400
    (again,) = shop.get("/admin/invites").json["invites"]  # type: ignore[index]
    assert accept(shop, again["token"]).status_code == 200


def test_a_withdrawn_invitation_is_over(shop: StaffedShop) -> None:
    row = invited(shop)

    for _ in range(2):
        gone = shop.delete(f"/admin/invites/{row['id']}")
        assert gone.json == {"id": row["id"], "object": "invite", "deleted": True}
    assert accept(shop, row["token"]).status_code == 400
    assert shop.post(f"/admin/invites/{row['id']}/resend").status_code == 400
    assert shop.get("/admin/invites").json["count"] == 0  # type: ignore[index]


def test_who_is_a_user_is_not_invited(shop: StaffedShop) -> None:
    answer: Any = shop.post("/admin/invites", {"user": EMAIL, "role": "member"})
    assert answer.status_code == 400
    assert answer.json["message"] == "Can't invite a user with an existing account"
    assert answer.json["type"] == "invalid_data"
    row = invited(shop)
    user(shop, email="joan@shop.test")
    taken = accept(shop, row["token"])
    assert (taken.status_code, taken.json["message"]) == (400, "User already joined")


@pytest.mark.parametrize(
    "body", [{"user": "joan@shop.test"}, {"role": "member"}, {"user": "joan@shop.test", "role": "owner"}]
)
def test_half_an_invitation_is_refused(shop: StaffedShop, body: dict[str, Any]) -> None:
    answer: Any = shop.post("/admin/invites", body)

    assert (answer.status_code, answer.json["type"]) == (400, "invalid_data")


def test_both_kinds_of_invitation_are_in_one_list(shop: StaffedShop) -> None:
    invited(shop)
    assert shop.post("/admin/invites", {"email": "ada@example.com"}).status_code == 201

    rows: Any = shop.get("/admin/invites").json
    assert [(row["kind"], "token" in row) for row in rows["invites"]] == [("customer", False), ("user", True)]
    assert [row["delivery_status"] for row in rows["invites"]] == ["queued", None]
    only: Any = shop.get("/admin/invites?kind=user").json
    assert only["count"] == 1


def test_tokens_are_shown_to_admins_themselves_not_to_their_keys(shop: StaffedShop) -> None:
    row = invited(shop)
    key: Any = shop.post("/admin/api-keys", {"title": "t", "type": "secret"}).json
    headers = {"Authorization": f"Basic {key['api_key']['token']}"}

    listed: Any = shop.client.get("/admin/invites", headers=headers).json
    assert listed["invites"][0]["token"] is None
    assert "_revision" not in listed["invites"][0]
    picked: Any = shop.get("/admin/invites?fields=token").json
    assert picked["invites"] == [{"id": row["id"], "token": row["token"]}]
    assert "token" not in shop.get("/admin/invites?fields=-token").json["invites"][0]  # type: ignore[index]


def test_an_invitation_makes_one_user_however_often_it_is_accepted_at_once(shop: StaffedShop) -> None:
    token = invited(shop)["token"]
    statuses: list[int] = []

    def join() -> None:
        client = shop.app.test_client(use_cookies=False)
        answer = client.post("/admin/invites/accept", json={"token": token, "user": JOINING})
        statuses.append(answer.status_code)

    threads = [Thread(target=join) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 400, 400, 400]
    assert shop.get("/admin/users?q=joan").json["count"] == 1  # type: ignore[index]
