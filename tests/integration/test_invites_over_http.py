"""Every row of the invitations table, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.actor import SYSTEM, Role
from core.use_cases.user.create_user import NewUser
from tests.integration.peopled_shop import PeopledShop, refused
from tests.integration.shops import PASSWORD, run_jobs

INVITE = {
    "id",
    "kind",
    "email",
    "role",
    "status",
    "expires_at",
    "invited_by",
    "accepted_at",
    "revoked_at",
    "customer_id",
    "delivery_status",
    "metadata",
    "created_at",
    "updated_at",
}
ACCEPTANCE = {"password": PASSWORD, "first_name": "Nell"}


@pytest.fixture
def shop(folder: Path) -> PeopledShop:
    return PeopledShop(folder)


def accept(shop: PeopledShop, token: str, **more: object):
    return shop.ask("POST", f"/store/invites/{token}/accept", json=ACCEPTANCE | more)


def run_out(shop: PeopledShop, invite_id: str) -> None:
    with shop.container.begin()(SYSTEM, "test.run_out") as work:
        work.invites.get(invite_id).expires_at = shop.container.clock().now() - timedelta(seconds=1)
        work.commit()


def test_an_invitation_is_made_and_mailed(shop: PeopledShop, tmp_path: Path) -> None:
    answer = shop.post(
        "/admin/invites", {"email": " New@Example.com", "first_name": "Nell", "metadata": {"from": "fair"}}
    )

    assert answer.status_code == 201, answer.text
    invite = answer.json["invite"]
    assert invite.keys() == INVITE
    assert (invite["email"], invite["kind"], invite["status"]) == ("new@example.com", "customer", "pending")
    assert invite["delivery_status"] == "queued"
    assert invite["metadata"] == {"from": "fair"}
    assert answer.headers["Cache-Control"] == "no-store"
    run_jobs(shop.container)
    (listed,) = shop.get("/admin/invites").json["invites"]
    assert listed["delivery_status"] == "sent"
    token = shop.invite_token(invite["id"])
    assert token not in shop.get("/admin/invites").text
    mail = next(path.read_text() for path in tmp_path.rglob("*.eml"))
    assert f"/invites/{token}" in mail.replace("=\n", "")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "VALIDATION_ERROR"),
        ({"email": "nonsense"}, "VALIDATION_ERROR"),
        ({"email": "new@example.com", "expires_in_days": 31}, "VALIDATION_ERROR"),
        ({"email": "new@example.com", "expires_in_days": True}, "VALIDATION_ERROR"),
        ({"email": "new@example.com", "first_name": "x" * 51}, "VALIDATION_ERROR"),
        ({"email": "new@example.com", "customer_group_ids": ["cgrp_unknown"]}, "VALIDATION_ERROR"),
        ({"email": "new@example.com", "token": "mine"}, "UNKNOWN_FIELD"),
        ({"email": "new@example.com", "user": "new@example.com", "role": "admin"}, "VALIDATION_ERROR"),
    ],
)
def test_what_cannot_be_is_a_400(shop: PeopledShop, body: dict[str, object], code: str) -> None:
    refused(shop.post("/admin/invites", body), 400, code)


@pytest.mark.parametrize(
    "body",
    [
        {"user": "new@example.com"},
        {"user": 5, "role": "admin"},
        {"role": "admin", "expires_in_days": "x"},
        {"user": "new@example.com", "role": "admin", "token": "mine"},
    ],
)
def test_what_cannot_be_for_a_user_is_refused_in_medusas_words(shop: PeopledShop, body: dict[str, object]) -> None:
    answer = shop.post("/admin/invites", body)

    assert answer.status_code == 400
    assert answer.json["type"] == "invalid_data"  # type: ignore[index]
    assert set(answer.json) == {"code", "type", "message"}  # type: ignore[arg-type]


def test_an_address_with_an_account_or_an_invitation_is_a_409(shop: PeopledShop) -> None:
    shop.invite()

    refused(shop.post("/admin/invites", {"email": "ada@example.com"}), 409, "EMAIL_TAKEN")
    refused(shop.post("/admin/invites", {"email": "NEW@example.com"}), 409, "INVITE_PENDING")


def test_one_key_makes_one_invitation(shop: PeopledShop) -> None:
    headers = {"Idempotency-Key": "invite-1"}

    answers = [shop.post("/admin/invites", {"email": "new@example.com"}, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json


def test_invitations_are_listed_with_their_status(shop: PeopledShop) -> None:
    pending = shop.invite("p@example.com")["id"]
    revoked = shop.invite("r@example.com")["id"]
    shop.delete(f"/admin/invites/{revoked}")
    accepted = shop.invite("a@example.com")["id"]
    accept(shop, shop.invite_token(accepted))
    expired = shop.invite("e@example.com")["id"]
    run_out(shop, expired)

    def ids(query: str) -> list[str]:
        return [row["id"] for row in shop.get(f"/admin/invites?{query}").json["invites"]]

    assert ids("") == [expired, accepted, revoked, pending]
    for status, id in (("pending", pending), ("revoked", revoked), ("accepted", accepted), ("expired", expired)):
        assert ids(f"status={status}") == [id]
    assert ids("email=p@example.com") == [pending]
    assert ids("q=a@exa") == [accepted]
    assert ids("kind=user") == []
    assert ids("order=created_at&limit=2") == [pending, revoked]
    refused(shop.get("/admin/invites?status=odd"), 400, "VALIDATION_ERROR")


def test_who_opens_the_link_sees_whom_it_is_for(shop: PeopledShop) -> None:
    invite = shop.invite(first_name="Nell")

    answer = shop.ask("GET", f"/store/invites/{shop.invite_token(invite['id'])}")

    assert answer.status_code == 200
    assert answer.json == {
        "email": "new@example.com",
        "expires_at": invite["expires_at"],
        "first_name": "Nell",
        "last_name": None,
    }
    assert answer.headers["Cache-Control"] == "no-store"


def test_accepting_makes_an_account_that_is_logged_in(shop: PeopledShop) -> None:
    answer = accept(shop, shop.invite_token(shop.invite()["id"]), last_name="N", phone="1")

    assert answer.status_code == 201, answer.text
    assert answer.json.keys() == {"customer", "access_token", "token"}
    assert answer.json["token"] == answer.json["access_token"]
    assert answer.json["customer"]["email"] == "new@example.com"
    assert "password_hash" not in answer.json["customer"]
    me = shop.ask("GET", "/store/customers/me", {"Authorization": f"Bearer {answer.json['token']}"})
    assert me.json["customer"]["id"] == answer.json["customer"]["id"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "VALIDATION_ERROR"),
        ({"password": "short"}, "VALIDATION_ERROR"),
        ({"password": "x" * 101}, "VALIDATION_ERROR"),
        ({"password": PASSWORD, "first_name": ""}, "VALIDATION_ERROR"),
        ({"password": PASSWORD, "email": "other@example.com"}, "UNKNOWN_FIELD"),
    ],
)
def test_accepting_takes_a_password_and_names_only(shop: PeopledShop, body: dict[str, object], code: str) -> None:
    token = shop.invite_token(shop.invite()["id"])

    refused(shop.ask("POST", f"/store/invites/{token}/accept", json=body), 400, code)


def test_what_is_no_token_is_a_404(shop: PeopledShop) -> None:
    for token in ("nonsense", "x" * 2_000, "%2e%2e"):
        refused(shop.ask("GET", f"/store/invites/{token}"), 404, "NOT_FOUND")
    refused(accept(shop, "nonsense"), 404, "NOT_FOUND")


def test_a_used_invitation_is_a_409(shop: PeopledShop) -> None:
    id = shop.invite()["id"]
    token = shop.invite_token(id)
    accept(shop, token)

    refused(accept(shop, token), 409, "INVITE_ALREADY_ACCEPTED")
    refused(shop.ask("GET", f"/store/invites/{token}"), 409, "INVITE_ALREADY_ACCEPTED")
    refused(shop.delete(f"/admin/invites/{id}"), 409, "INVITE_ALREADY_ACCEPTED")
    refused(shop.post(f"/admin/invites/{id}/resend"), 409, "INVITE_ALREADY_ACCEPTED")


def test_a_withdrawn_invitation_is_a_410(shop: PeopledShop) -> None:
    id = shop.invite()["id"]
    token = shop.invite_token(id)
    answers = [shop.delete(f"/admin/invites/{id}") for _ in range(2)]

    assert [(answer.status_code, answer.json) for answer in answers] == [
        (200, {"id": id, "object": "invite", "deleted": True})
    ] * 2
    refused(accept(shop, token), 410, "INVITE_REVOKED")
    refused(shop.ask("GET", f"/store/invites/{token}"), 410, "INVITE_REVOKED")
    refused(shop.post(f"/admin/invites/{id}/resend"), 409, "INVITE_REVOKED")


def test_an_invitation_that_ran_out_is_a_410_and_gives_way(shop: PeopledShop) -> None:
    id = shop.invite()["id"]
    token = shop.invite_token(id)
    run_out(shop, id)

    refused(accept(shop, token), 410, "INVITE_EXPIRED")
    refused(shop.ask("GET", f"/store/invites/{token}"), 410, "INVITE_EXPIRED")
    assert shop.invite()["id"] != id
    refused(shop.post(f"/admin/invites/{id}/resend"), 409, "INVITE_PENDING")


def test_an_account_made_meanwhile_is_a_409(shop: PeopledShop) -> None:
    token = shop.invite_token(shop.invite()["id"])
    shop.customer("new@example.com")

    refused(accept(shop, token), 409, "EMAIL_TAKEN")


def test_sending_again_replaces_the_link(shop: PeopledShop) -> None:
    invite = shop.invite()
    old = shop.invite_token(invite["id"])
    run_out(shop, invite["id"])

    answer = shop.post(f"/admin/invites/{invite['id']}/resend")

    assert answer.status_code == 200
    assert answer.json["invite"].keys() == INVITE
    assert answer.json["invite"]["status"] == "pending"
    refused(accept(shop, old), 404, "NOT_FOUND")
    assert accept(shop, shop.invite_token(invite["id"])).status_code == 201


def test_an_unknown_invitation_is_a_404(shop: PeopledShop) -> None:
    refused(shop.delete("/admin/invites/invite_unknown"), 404, "NOT_FOUND")
    refused(shop.post("/admin/invites/invite_unknown/resend"), 404, "NOT_FOUND")


def test_invitations_are_for_the_role_admin(shop: PeopledShop) -> None:
    shop.container.create_user()(SYSTEM, NewUser(email="m@shop.test", password=PASSWORD, role=Role.MEMBER))
    token = shop.ask("POST", "/auth/user/emailpass", json={"email": "m@shop.test", "password": PASSWORD}).json[
        "token"
    ]
    member = {"Authorization": f"Bearer {token}"}

    for method, path in (("GET", ""), ("POST", ""), ("DELETE", "/invite_1"), ("POST", "/invite_1/resend")):
        body = {"email": "new@example.com"} if (method, path) == ("POST", "") else None
        refused(shop.ask(method, f"/admin/invites{path}", member, body), 403, "FORBIDDEN")
        refused(shop.ask(method, f"/admin/invites{path}", shop.me, body), 401, "UNAUTHORIZED")
        refused(shop.ask(method, f"/admin/invites{path}", None, body), 401, "UNAUTHORIZED")
