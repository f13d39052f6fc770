"""Customers, users and invitations as they are read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from adapters.db import tables as t
from core.domain.customer import CustomerNotFound
from core.domain.invite import status_of
from ports.reads import Condition, Operator, Paging, ReadContext
from tests.integration.catalogue_rows import ALL, NOW, Shop, admin, only, open_shop, store, tree, where

ANN = {"email": "ann@example.test", "first_name": "Ann", "last_name": "Ash", "password_hash": "secret"}


@pytest.fixture
def shop(rows_database: str | None) -> Iterator[Shop]:
    with open_shop(rows_database) as shop:
        yield shop


def ids(shop: Shop, shape: str, conditions: list[Condition], context: ReadContext | None = None) -> list[object]:
    page = shop.reads.page(shape, conditions, only("id"), context or admin(), Paging(order=[("id", False)]))
    assert page.count == len(page.rows)
    return [row["id"] for row in page.rows]


def test_a_customer_sees_addresses_and_orders_but_no_password(shop: Shop) -> None:
    shop.put(t.customers, "cus_1", **ANN, has_account=True, billing_address_id="addr_1")
    for number, values in enumerate(({}, {"deleted_at": NOW}, {"is_saved": False}, {"customer_id": None})):
        row: dict[str, Any] = {"customer_id": "cus_1", "is_saved": True, **values}
        shop.put(t.addresses, f"addr_{number + 1}", **row)
    asked = tree(shipping_addresses=only("id"), billing_address=only("id"), orders=tree())

    found = shop.reads.one("customer", where(id="cus_1"), asked, store(customer_id="cus_1"))

    assert found["shipping_addresses"] == [{"id": "addr_1"}]
    assert found["billing_address"] == {"id": "addr_1"}
    assert found["orders"] == []
    assert (found["email"], found["has_account"], found["metadata"]) == ("ann@example.test", True, None)
    assert "secret" not in found.values()


def test_admins_see_customers_groups(shop: Shop) -> None:
    shop.put(t.customers, "cus_1", **ANN)
    for name in ("vip", "old"):
        shop.put(t.customer_groups, f"cgrp_{name}", name=name, deleted_at=NOW if name == "old" else None)
        shop.put(t.customer_group_members, customer_id="cus_1", customer_group_id=f"cgrp_{name}")

    found = shop.reads.one("customer", where(id="cus_1"), only(groups=only("name")), admin())

    assert found == {"groups": [{"name": "vip"}]}


def test_deleted_customers_are_not_found(shop: Shop) -> None:
    shop.put(t.customers, "cus_1", **ANN, deleted_at=NOW)

    with pytest.raises(CustomerNotFound):
        shop.reads.one("customer", where(id="cus_1"), ALL, admin())


def test_customer_filters(shop: Shop) -> None:
    shop.put(t.customers, "cus_1", **ANN, has_account=True)
    shop.put(t.customers, "cus_2", email="bob@example.test", first_name="Bob")
    shop.put(t.customer_groups, "cgrp_1", name="vip")
    shop.put(t.customer_group_members, customer_id="cus_2", customer_group_id="cgrp_1")

    for conditions, wanted in (
        (where(has_account=True), ["cus_1"]),
        (where(email="bob@example.test"), ["cus_2"]),
        ([Condition("q", Operator.SEARCH, "ASH")], ["cus_1"]),
        ([Condition("q", Operator.SEARCH, "example")], ["cus_1", "cus_2"]),
        ([Condition("q", Operator.SEARCH, "secret")], []),
        ([Condition("groups", Operator.IN, ["cgrp_1"])], ["cus_2"]),
    ):
        assert ids(shop, "customer", conditions) == wanted


def test_a_search_follows_what_is_renamed_moved_and_removed(shop: Shop) -> None:
    def found(shape: str, text: str) -> list[object]:
        return ids(shop, shape, [Condition("q", Operator.SEARCH, text)])

    shop.put(t.customers, "cus_1", **ANN)
    shop.put(
        t.orders,
        "order_1",
        display_id=4711,
        customer_id="cus_1",
        email="ann@example.test",
        shipping_address_id="addr_1",
    )
    shop.put(t.orders, "order_2", display_id=4712, customer_id="cus_2", email="zoë@example.test")
    shop.put(t.addresses, "addr_1", first_name="Uncle", last_name='O"Neil', phone="+49 30 1234")
    assert found("order", 'o"neil') == found("order", "30 12") == ["order_1"]
    assert (found("order", "471"), found("order", "4712"), found("order", "71")) == (
        ["order_1", "order_2"],
        ["order_2"],
        ["order_1", "order_2"],
    )
    assert found("order", "zoë@") == ["order_2"]
    assert found("order", "Ash") == ["order_1"]

    shop.change(t.customers.update().values(last_name="Oak", phone="0815-1"))
    shop.change(t.addresses.update().values(first_name="Aunt"))
    shop.change(t.orders.update().where(t.orders.c.id == "order_2").values(email="new@example.test"))

    assert (found("order", "Ash"), found("customer", "Ash"), found("order", "uncle")) == ([], [], [])
    assert found("order", "oak") == found("order", "aunt") == found("order", "0815") == ["order_1"]
    assert (found("customer", "OAK"), found("customer", "0815")) == (["cus_1"], [])
    assert (found("order", "zoë@"), found("order", "new@")) == ([], ["order_2"])
    assert found("order", "test\n471") == [], "it stands in two places"

    shop.change(t.orders.delete().where(t.orders.c.id == "order_1"))

    assert found("order", "aunt") == found("order", "4711") == []


def test_a_user_shows_no_password(shop: Shop) -> None:
    shop.put(t.users, "usr_1", email="eve@example.test", role="admin", password_hash="secret")

    found = shop.reads.one("user", where(id="usr_1"), ALL, admin())

    assert found.keys() == {
        "id",
        "email",
        "role",
        "first_name",
        "last_name",
        "created_at",
        "updated_at",
        "deleted_at",
        "metadata",
        "api_token",
    }
    assert found["api_token"] is None


INVITE_KEYS = {
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
    # Medusa's names for those of users
    "user_email",
    "accepted",
    "token",
    "deleted_at",
}


def invited(shop: Shop) -> list[dict[str, Any]]:
    made = []
    for number, (state, hours) in enumerate(
        (state, hours) for state in ("pending", "accepted", "revoked", "expired") for hours in (-1, 0, 1)
    ):
        row: dict[str, Any] = {
            "kind": ("customer", "user")[number % 2],
            "email": f"p{number}@example.test",
            "first_name": "Ann" if number == 5 else None,
            "state": state,
            "expires_at": NOW + timedelta(hours=hours),
            "customer_group_ids": [],
        }
        shop.put(t.invites, f"invite_{number:02}", **row)
        made.append({"id": f"invite_{number:02}", **row})
    return made


def test_an_invitation_shows_exactly_its_documented_keys(shop: Shop) -> None:
    invited(shop)

    found = shop.reads.one("invite", where(id="invite_02"), ALL, admin())

    assert found.keys() == INVITE_KEYS
    assert found["token"] is None
    assert (found["status"], found["delivery_status"]) == ("pending", "queued")


def test_a_pending_invitation_reads_as_expired_from_the_moment_it_expires(shop: Shop) -> None:
    made = invited(shop)

    page = shop.reads.page("invite", [], only("id", "status"), admin(), Paging(order=[("id", False)]))

    wanted = [status_of(row["state"], row["expires_at"], NOW) for row in made]
    assert [row["status"] for row in page.rows] == wanted
    assert wanted[:3] == ["expired", "expired", "pending"]


@pytest.mark.parametrize("status", ["pending", "accepted", "revoked", "expired", "nonsense"])
def test_filtering_invitations_by_status_agrees_with_the_status_shown(shop: Shop, status: str) -> None:
    made = invited(shop)
    holding = [row["id"] for row in made if status_of(row["state"], row["expires_at"], NOW) == status]
    others = [row["id"] for row in made if row["id"] not in holding]

    assert ids(shop, "invite", where(status=status)) == holding
    assert ids(shop, "invite", [Condition("status", Operator.IN, [status])]) == holding
    assert ids(shop, "invite", [Condition("status", Operator.NE, status)]) == others
    assert ids(shop, "invite", [Condition("status", Operator.NIN, [status])]) == others


def test_invitation_filters(shop: Shop) -> None:
    made = invited(shop)
    gone = [row["id"] for row in made if row["kind"] == "user" and row["state"] in ("accepted", "revoked")]

    assert ids(shop, "invite", where(kind="user")) == [row["id"] for row in made if row["kind"] == "user"]
    assert ids(shop, "invite", where(email="p3@example.test")) == ["invite_03"]
    assert ids(shop, "invite", [Condition("q", Operator.SEARCH, "ann")]) == ["invite_05"]
    assert ids(shop, "invite", where(listed=True)) == [row["id"] for row in made if row["id"] not in gone]


def test_the_newest_mail_tells_whether_an_invitation_arrived(shop: Shop) -> None:
    invited(shop)
    for number, status in enumerate(("sent", "bounced")):
        queued = NOW + timedelta(minutes=number)
        mail = {"kind": "invite", "subject_id": "invite_00", "revision": str(number), "queued_at": queued}
        shop.put(t.mails, f"mail_{9 - number}", **mail, to="p@example.test", status=status)
    shop.put(t.mails, "mail_x", kind="order", subject_id="invite_00", revision="9", to="p", status="delivered")

    found = shop.reads.one("invite", where(id="invite_00"), only("delivery_status"), admin())

    assert found == {"delivery_status": "bounced"}


def test_deleted_invitations_are_gone(shop: Shop) -> None:
    invite = {"kind": "user", "email": "p@example.test", "state": "pending", "customer_group_ids": []}
    shop.put(t.invites, "invite_1", **invite, deleted_at=NOW)

    assert ids(shop, "invite", []) == []
