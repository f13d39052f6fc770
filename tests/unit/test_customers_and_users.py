"""Accounts: making them and changing them."""

from dataclasses import replace

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM, Role
from core.domain.customer import EmailTaken
from core.domain.errors import Invalid, Unauthenticated
from core.domain.session import Carrier
from core.domain.user import UserExists
from core.use_cases.auth.authenticate import Authenticate
from core.use_cases.customer.register_customer import NewCustomer, RegisterCustomer
from core.use_cases.customer.update_customer import CustomerChanges, UpdateCustomer
from core.use_cases.user.create_user import CreateUser, NewUser
from tests.people import ADMIN, PASSWORD, Shop, customer_actor


def registration(shop: Shop) -> RegisterCustomer:
    return RegisterCustomer(shop.begin, shop.passwords, shop.ids)


def update_of(shop: Shop) -> UpdateCustomer:
    return UpdateCustomer(shop.begin, shop.passwords, shop.clock, shop.ids)


def test_an_account_is_kept_under_the_normalised_address() -> None:
    shop = Shop()

    id = registration(shop)(ANONYMOUS, NewCustomer(email=" Ada@Example.COM", password=PASSWORD, first_name="Ada"))

    customer = shop.memory.customers[id]
    assert (customer.email, customer.has_account, customer.first_name) == ("ada@example.com", True, "Ada")
    assert customer.password_hash != PASSWORD


@pytest.mark.parametrize("unseen", ["\u0080", "\u200b", "\u202e", "\u2066", "\ufeff"])
def test_an_address_has_no_characters_that_nobody_sees(unseen: str) -> None:
    shop = Shop()

    with pytest.raises(Invalid, match="must be an email"):
        registration(shop)(ANONYMOUS, NewCustomer(email=f"ad{unseen}a@example.com", password=PASSWORD))


def test_an_address_has_one_account() -> None:
    shop = Shop()
    shop.register()

    with pytest.raises(EmailTaken):
        registration(shop)(ANONYMOUS, NewCustomer(email="ADA@example.com", password=PASSWORD))


def test_a_guest_with_the_address_does_not_stand_in_the_way() -> None:
    shop = Shop()
    guest_id = shop.add_guest()

    assert shop.register().id != guest_id


@pytest.mark.parametrize("password", ["short", "x" * 101])
def test_a_password_has_8_to_100_characters(password: str) -> None:
    with pytest.raises(Invalid):
        registration(Shop())(ANONYMOUS, NewCustomer(email="ada@example.com", password=password))


@pytest.mark.parametrize("email", ["ada@shop.test", "ada@shop.local", "ada@localhost"])
def test_special_use_domains_are_addresses_too(email: str) -> None:
    shop = Shop()

    assert shop.memory.customers[shop.register(email).id or ""].email == email


def test_customers_change_only_what_they_name() -> None:
    shop = Shop()
    ada = shop.register()
    update_of(shop)(ada, CustomerChanges(plain={"first_name": "Ada", "phone": "1"}, metadata={"a": 1, "b": 2}))

    update_of(shop)(ada, CustomerChanges(plain={"phone": None}, metadata={"b": "", "c": 3}))

    customer = shop.memory.customers[ada.id or ""]
    assert (customer.first_name, customer.phone) == ("Ada", None)
    assert customer.metadata == {"a": 1, "c": 3}


def test_a_new_address_must_be_free() -> None:
    shop = Shop()
    ada = shop.register()
    shop.register("bea@example.com")

    with pytest.raises(EmailTaken):
        update_of(shop)(ada, CustomerChanges(email="Bea@example.com"))


def test_a_new_password_ends_all_other_logins() -> None:
    shop = Shop()
    shop.register()
    authenticate = Authenticate(shop.begin, shop.passwords, shop.tokens, shop.clock, shop.ids)
    kind = shop.register("bea@example.com").kind
    here = authenticate(ANONYMOUS, kind, "ada@example.com", PASSWORD)
    elsewhere = authenticate(ANONYMOUS, kind, "ada@example.com", PASSWORD, Carrier.COOKIE)
    someone_else = authenticate(ANONYMOUS, kind, "bea@example.com", PASSWORD)
    ada = replace(customer_actor(here.actor_id), session_id=here.session_id)

    update_of(shop)(ada, CustomerChanges(password="a better one"))

    assert shop.memory.sessions[here.session_id].revoked_at is None
    assert shop.memory.sessions[elsewhere.session_id].revoked_at is not None
    assert shop.memory.sessions[someone_else.session_id].revoked_at is None
    assert authenticate(ANONYMOUS, kind, "ada@example.com", "a better one").token


def test_only_customers_change_themselves() -> None:
    with pytest.raises(Unauthenticated):
        update_of(Shop())(ADMIN, CustomerChanges(plain={"first_name": "Eve"}))


def test_a_user_is_made_with_a_role() -> None:
    shop = Shop()
    create = CreateUser(shop.begin, shop.passwords, shop.ids)

    id = create(SYSTEM, NewUser(email="Root@example.com", password=PASSWORD, role=Role.ADMIN))

    assert (shop.memory.users[id].email, shop.memory.users[id].role) == ("root@example.com", Role.ADMIN)
    with pytest.raises(UserExists):
        create(SYSTEM, NewUser(email="root@example.com", password=PASSWORD))
