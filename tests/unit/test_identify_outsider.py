"""Whom a login elsewhere stands for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.identities import InMemoryIdentities
from adapters.memory.outside_logins import InMemoryOutsideTokens
from adapters.memory.unit_of_work import InMemoryBegin, Memory
from core.domain.actor import SYSTEM, ActorKind
from core.domain.customer import Customer, CustomerId
from core.domain.linked_login import LoginNotLinked
from core.use_cases.auth.identify_outsider import IdentifyOutsider
from ports.outside_logins import OutsideLogin

ADA = OutsideLogin(
    issuer="https://id.test",
    subject="1",
    email="Ada@Example.test",
    email_verified=True,
    first_name="Ada",
    last_name="L" * 60,
)
TRUSTED = replace(ADA, trusted=True)


class Shop:
    def __init__(self) -> None:
        self.memory = Memory()
        ids = CountingIds()
        self.begin = InMemoryBegin(self.memory, FrozenClock(), ids)
        self.tokens = InMemoryOutsideTokens()
        self.identify = IdentifyOutsider(self.begin, self.tokens, InMemoryIdentities(self.memory), ids)

    def sees(self, login: OutsideLogin) -> str:
        self.tokens.logins["token"] = login
        actor = self.identify("token")
        assert actor is not None
        assert actor.kind is ActorKind.CUSTOMER
        return str(actor.id)

    def refuses(self, login: OutsideLogin) -> object:
        with pytest.raises(LoginNotLinked) as refusal:
            self.sees(login)
        return refusal.value.extra["reason"]

    def has(self, id: str, email: str, *, account: bool = True) -> None:
        with self.begin(SYSTEM, "test.fill") as work:
            work.customers.add(Customer(id=CustomerId(id), email=email, has_account=account))
            work.commit()


def test_a_token_of_nobody_known_is_left_to_others() -> None:
    assert Shop().identify("something else") is None


def test_first_sight_of_a_verified_address_makes_a_customer_who_has_no_password() -> None:
    shop = Shop()
    id = shop.sees(ADA)

    customer = shop.memory.customers[id]
    assert (customer.email, customer.has_account, customer.password_hash) == ("ada@example.test", True, None)
    assert (customer.first_name, customer.last_name) == ("Ada", None)
    assert [event.NAME for event in shop.memory.events] == ["customer.created"]


def test_who_was_seen_before_stays_the_same_customer_whatever_the_token_says_now() -> None:
    shop = Shop()
    id = shop.sees(ADA)
    shop.has("cus_bob", "bob@example.test")

    assert shop.sees(replace(ADA, email=None, email_verified=False)) == id
    assert shop.sees(replace(TRUSTED, email="bob@example.test", customer_id="cus_bob")) == id
    assert len(shop.memory.linked_logins) == 1


def test_the_same_subject_of_another_issuer_is_somebody_else() -> None:
    shop = Shop()

    assert shop.sees(ADA) != shop.sees(replace(ADA, issuer="https://other.test", email="eve@example.test"))


@pytest.mark.parametrize(
    ("login", "reason"),
    [
        (replace(TRUSTED, email_verified=False), "email_not_verified"),
        (replace(TRUSTED, email=None), "email_missing"),
        (replace(TRUSTED, email="no address"), "email_missing"),
        (replace(TRUSTED, email=None, customer_id="cus_nobody"), "email_missing"),
    ],
)
def test_without_a_verified_address_nobody_is_made(login: OutsideLogin, reason: str) -> None:
    shop = Shop()

    assert shop.refuses(login) == reason
    assert not shop.memory.customers
    assert not shop.memory.linked_logins


def test_an_account_with_the_address_is_opened_only_to_a_trusted_service() -> None:
    shop = Shop()
    shop.has("cus_ada", "ada@example.test")

    assert shop.refuses(ADA) == "account_exists"
    assert shop.refuses(replace(TRUSTED, email_verified=False)) == "email_not_verified"
    assert shop.sees(TRUSTED) == "cus_ada"


def test_an_account_is_named_only_by_a_trusted_service() -> None:
    shop = Shop()
    shop.has("cus_bob", "bob@example.test")

    assert shop.sees(replace(ADA, customer_id="cus_bob")) != "cus_bob"
    assert shop.sees(replace(TRUSTED, subject="2", email=None, customer_id="cus_bob")) == "cus_bob"


def test_a_guest_with_the_address_stays_a_guest() -> None:
    shop = Shop()
    shop.has("cus_guest", "ada@example.test", account=False)

    assert shop.sees(TRUSTED) != "cus_guest"
    assert not shop.memory.customers["cus_guest"].has_account


def test_a_guest_is_not_named_either() -> None:
    shop = Shop()
    shop.has("cus_guest", "guest@example.test", account=False)

    assert shop.sees(replace(TRUSTED, customer_id="cus_guest")) != "cus_guest"


def test_a_deleted_account_is_not_made_again_by_its_login() -> None:
    shop = Shop()
    id = shop.sees(ADA)
    with shop.begin(SYSTEM, "test.delete") as work:
        work.customers.get(id).deleted_at = FrozenClock().now()
        work.commit()

    assert shop.refuses(ADA) == "account_gone"
