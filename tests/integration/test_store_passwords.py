"""Forgotten passwords over HTTP: who gets a token, and what it does."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from core.domain.actor import SYSTEM
from core.domain.mail import Mail, MailKind
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PASSWORD, run_jobs

ADA, NEW = "ada@example.com", "another long enough one"


@pytest.fixture
def shop(tmp_path: Path) -> PeopledShop:
    return PeopledShop(tmp_path)


def mails(shop: PeopledShop, kind: MailKind) -> list[Mail]:
    """Sent ones, oldest first."""
    run_jobs(shop.container)
    with shop.container.read_engine().connect() as connection:
        ids = connection.exec_driver_sql(
            "SELECT id FROM mails WHERE kind = ? AND status = 'sent' ORDER BY id", (kind.value,)
        ).scalars()
        with shop.container.begin()(SYSTEM, "test.look") as work:
            return [work.mails.get(id) for id in ids]


def token(shop: PeopledShop) -> str:
    """Of the newest mail."""
    newest = mails(shop, MailKind.PASSWORD_RESET)[-1]
    return str(shop.container.derived_tokens().derive("password_reset", newest.subject_id, 1))


def ask_for_token(shop: PeopledShop, email: str = ADA) -> str:
    answer = shop.ask("POST", "/store/customers/password-token", None, {"email": email})
    assert (answer.status_code, answer.data) == (204, b"")
    return token(shop)


def reset(shop: PeopledShop, token: str, email: str = ADA, path: str = "password-reset") -> TestResponse:
    body = {"email": email, "token": token, "password": NEW}
    return shop.ask("POST", f"/store/customers/{path}", None, body)


def log_in(shop: PeopledShop, password: str) -> int:
    return shop.ask("POST", "/store/auth/token", None, {"email": ADA, "password": password}).status_code


def refused(answer: TestResponse) -> bool:
    body = answer.json or {}
    shown = (answer.status_code, body.get("type"), body.get("code"), body.get("message"))
    return shown == (401, "unauthorized", "INVALID_TOKEN", "Invalid or expired password reset token")


@pytest.mark.parametrize("path", ["password-reset", "reset-password"])
def test_a_mailed_token_sets_a_new_password(shop: PeopledShop, path: str) -> None:
    answer = reset(shop, ask_for_token(shop), path=path)

    assert answer.status_code == 200, answer.text
    assert answer.json["customer"]["id"] == shop.my_id  # type: ignore[index]
    assert "password_hash" not in answer.text
    assert (log_in(shop, NEW), log_in(shop, PASSWORD)) == (200, 401)


def test_a_reset_ends_every_login_and_is_told(shop: PeopledShop) -> None:
    reset(shop, ask_for_token(shop))

    assert shop.ask("GET", "/store/customers/me", shop.me).status_code == 401
    assert [mail.to for mail in mails(shop, MailKind.PASSWORD_CHANGED)] == [ADA]


def test_a_token_works_once(shop: PeopledShop) -> None:
    mailed = ask_for_token(shop)
    reset(shop, mailed)

    assert refused(reset(shop, mailed))


def test_only_the_newest_token_works(shop: PeopledShop) -> None:
    older, newer = ask_for_token(shop), ask_for_token(shop)

    assert refused(reset(shop, older))
    assert reset(shop, newer).status_code == 200


def test_a_changed_password_voids_what_was_mailed(shop: PeopledShop) -> None:
    mailed = ask_for_token(shop)
    shop.ask("POST", "/store/customers/me", shop.me, {"password": "something else again"})

    assert refused(reset(shop, mailed))


def test_a_changed_address_voids_what_was_mailed_and_is_told_to_the_old_one(shop: PeopledShop) -> None:
    mailed = ask_for_token(shop)
    shop.ask("POST", "/store/customers/me", shop.me, {"email": "ada@new.test"})

    assert refused(reset(shop, mailed))
    assert refused(reset(shop, mailed, email="ada@new.test"))
    assert [mail.to for mail in mails(shop, MailKind.EMAIL_CHANGED)] == [ADA]


def test_a_token_is_bound_to_its_address_and_purpose(shop: PeopledShop) -> None:
    shop.customer("bob@example.com")
    mailed = ask_for_token(shop)
    proof_id = mails(shop, MailKind.PASSWORD_RESET)[-1].subject_id
    foreign = shop.container.derived_tokens().derive("order_claim", proof_id, 1)

    assert refused(reset(shop, mailed, email="bob@example.com"))
    assert refused(reset(shop, str(foreign)))
    assert refused(reset(shop, "nonsense"))
    assert log_in(shop, PASSWORD) == 200


@pytest.mark.parametrize("email", ["nobody@example.com", "guest@example.com"])
def test_who_has_no_account_gets_the_same_answer_and_no_mail(shop: PeopledShop, email: str) -> None:
    shop.sell(guest="guest@example.com")
    answer = shop.ask("POST", "/store/customers/password-token", None, {"email": email})

    assert (answer.status_code, answer.data) == (204, b"")
    assert mails(shop, MailKind.PASSWORD_RESET) == []


def test_asking_too_often_is_refused(tmp_path: Path) -> None:
    shop = PeopledShop(tmp_path, RATE_LIMITS="on")
    statuses = [
        shop.ask("POST", "/store/customers/password-token", None, {"email": email}).status_code
        for email in (ADA, ADA, ADA, ADA)
    ]

    assert statuses == [204, 204, 204, 429]


def test_guessing_tokens_is_slowed_down(tmp_path: Path) -> None:
    shop = PeopledShop(tmp_path, RATE_LIMITS="on")

    assert [reset(shop, f"guess {n}").status_code for n in range(11)] == [401] * 10 + [429]


def test_the_link_carries_token_and_address(shop: PeopledShop) -> None:
    mailed = ask_for_token(shop)
    (letter,) = Path(shop.container.settings().mail_dir).glob("*.eml")

    text = letter.read_text().replace("=\n", "").replace("=3D", "=")
    assert f"/password-reset?token={mailed}" in text
    assert "email=ada%40example.com" in text
