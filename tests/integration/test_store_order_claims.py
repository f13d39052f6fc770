"""Guests' orders that come to belong to an account, by proof of the mailbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from core.domain.mail import MailKind
from tests.integration.peopled_shop import PeopledShop
from tests.integration.test_store_passwords import mails

GUEST = "guest@example.com"


@pytest.fixture
def shop(tmp_path: Path) -> PeopledShop:
    return PeopledShop(tmp_path)


def request(shop: PeopledShop, *order_ids: str) -> TestResponse:
    return shop.ask("POST", "/store/orders/batch/customer/token", shop.me, {"order_ids": list(order_ids)})


def tokens(shop: PeopledShop) -> list[str]:
    """As they were mailed, oldest first."""
    derived = shop.container.derived_tokens()
    return [str(derived.derive("order_claim", mail.subject_id, 1)) for mail in mails(shop, MailKind.ORDER_CLAIM)]


def confirm(shop: PeopledShop, token: str) -> TestResponse:
    return shop.ask("POST", "/store/orders/customer/confirm", None, {"token": token})


def my_orders(shop: PeopledShop) -> list[str]:
    answer = shop.ask("GET", "/store/customers/me/orders", shop.me)
    return [order["id"] for order in answer.json["orders"]]  # type: ignore[index]


def test_orders_are_handed_over_to_who_reads_their_mailbox(shop: PeopledShop) -> None:
    first, second = shop.sell(guest=GUEST), shop.sell(guest=GUEST)
    asked = request(shop, first, second)
    assert (asked.status_code, asked.text) == (200, "OK")
    assert my_orders(shop) == []

    (token,) = tokens(shop)
    confirmed = confirm(shop, token)
    assert (confirmed.status_code, confirmed.text) == (200, "OK")
    assert my_orders(shop) == [second, first]
    assert shop.order(first).email == "ada@example.com"
    assert shop.ask("GET", f"/store/orders/{first}").status_code == 404
    assert shop.ask("GET", f"/store/downloads/{shop.token(first)}", shop.me).status_code == 200


@pytest.mark.parametrize("way", ["claimed", "transferred", "downloaded"])
def test_the_cart_of_an_order_that_was_handed_over_tells_nobody_else(shop: PeopledShop, way: str) -> None:
    order = shop.sell(guest="ada@example.com" if way == "downloaded" else GUEST)
    cart = f"/store/carts/{shop.order(order).cart_id}"
    asked = [("GET", cart), ("POST", f"{cart}/complete"), ("POST", f"{cart}/taxes")]
    asked.append(("GET", cart.replace("carts", "shipping-options")))
    assert [shop.ask(*ask).status_code for ask in asked] == [200] * 4

    if way == "claimed":
        request(shop, order)
        assert confirm(shop, tokens(shop)[0]).status_code == 200
    elif way == "transferred":
        given = shop.ask("POST", f"/admin/orders/{order}", shop.staff, {"customer_id": shop.my_id})
        assert given.status_code == 200, given.text
    else:
        assert shop.ask("GET", f"/store/downloads/{shop.token(order)}", shop.me).status_code == 200

    assert my_orders(shop) == [order]
    for stranger in (None, shop.customer("eve@example.com")):
        refused = [shop.ask(*ask, stranger) for ask in asked]
        assert [answer.status_code for answer in refused] == [404] * 4
        assert not any("ada@example.com" in answer.text for answer in refused)
    mine = [shop.ask(*ask, shop.me) for ask in asked]
    assert [answer.status_code for answer in mine] == [200] * 4
    assert mine[1].json["data"]["id"] == order  # type: ignore[index]


def test_one_mail_goes_to_each_mailbox(shop: PeopledShop) -> None:
    orders = [shop.sell(guest=GUEST), shop.sell(guest="else@example.com"), shop.sell(guest=GUEST)]
    request(shop, *orders)

    mailed = mails(shop, MailKind.ORDER_CLAIM)
    assert sorted(mail.to for mail in mailed) == ["else@example.com", GUEST]


def test_a_claim_works_once_and_only_the_newest(shop: PeopledShop) -> None:
    order = shop.sell(guest=GUEST)
    request(shop, order)
    (older,) = tokens(shop)
    request(shop, order)
    _, newer = tokens(shop)

    assert confirm(shop, older).status_code == 401
    assert confirm(shop, newer).status_code == 200
    again = confirm(shop, newer)
    assert (again.status_code, again.json["code"]) == (401, "INVALID_TOKEN")  # type: ignore[index]


def test_orders_of_accounts_and_of_nobody_are_left_out(shop: PeopledShop) -> None:
    mine = shop.sell()
    answer = request(shop, mine, "order_unknown")

    assert (answer.status_code, answer.text) == (200, "OK")
    assert tokens(shop) == []


def test_a_claim_needs_an_account(shop: PeopledShop) -> None:
    answer = shop.ask("POST", "/store/orders/batch/customer/token", None, {"order_ids": ["order_1"]})

    assert (answer.status_code, answer.text) == (401, "Unauthorized")


def test_a_claimed_order_does_not_move_again(shop: PeopledShop) -> None:
    order = shop.sell(guest=GUEST)
    request(shop, order)
    other = shop.customer("bob@example.com")
    shop.ask("POST", "/store/orders/batch/customer/token", other, {"order_ids": [order]})
    first, second = tokens(shop)

    assert confirm(shop, first).status_code == 200
    assert confirm(shop, second).status_code == 200
    assert my_orders(shop) == [order]
