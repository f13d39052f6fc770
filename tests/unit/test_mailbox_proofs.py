"""Forgotten passwords and claimed orders: a token proves who reads a mailbox, once."""

from datetime import timedelta

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM, Actor
from core.domain.customer import ADDRESSES_MAX, AddressBookFull, Customer, CustomerId
from core.domain.errors import Unauthenticated
from core.domain.mail import MailKind
from core.domain.mailbox_proof import ProofRefused
from core.domain.values import Address
from core.use_cases.customer.confirm_order_claim import ConfirmOrderClaim
from core.use_cases.customer.issue_password_token import IssuePasswordToken
from core.use_cases.customer.request_order_claim import RequestOrderClaim
from core.use_cases.customer.request_password_reset import RequestPasswordReset
from core.use_cases.customer.reset_password import ResetPassword
from tests.people import PASSWORD, Shop

ADA, NEW = "ada@example.com", "another long one"


class Counter:
    """The use cases of a shop, and its mails as tokens."""

    def __init__(self) -> None:
        self.shop = shop = Shop()
        self.request = RequestPasswordReset(shop.begin, shop.ids)
        self.issue = IssuePasswordToken(shop.begin, shop.clock, shop.ids)
        self.reset = ResetPassword(shop.begin, shop.derived, shop.passwords, shop.clock, shop.ids)
        self.claim = RequestOrderClaim(shop.begin, shop.clock, shop.ids)
        self.confirm = ConfirmOrderClaim(shop.begin, shop.derived, shop.clock)

    def token(self, proof_id: str, purpose: str = "password_reset") -> str:
        return self.shop.derived.derive(purpose, proof_id, 1)


@pytest.fixture
def counter() -> Counter:
    return Counter()


def test_every_request_queues_one_job_whoever_asks(counter: Counter) -> None:
    counter.shop.register(ADA)
    before = len(counter.shop.memory.jobs)
    counter.request(ANONYMOUS, ADA)
    counter.request(ANONYMOUS, "nobody@example.com")

    jobs = list(counter.shop.memory.jobs.values())[before:]
    assert [job.kind for job in jobs] == ["issue_password_token"] * 2
    assert counter.shop.memory.mails == {}


def test_a_job_that_runs_twice_mails_once(counter: Counter) -> None:
    counter.shop.register(ADA)
    for _ in range(2):
        counter.issue(SYSTEM, "proof_1", ADA)

    assert [mail.kind for mail in counter.shop.memory.mails.values()] == [MailKind.PASSWORD_RESET]


def test_a_token_is_good_for_an_hour(counter: Counter) -> None:
    counter.shop.register(ADA)
    counter.issue(SYSTEM, "proof_1", ADA)
    counter.issue(SYSTEM, "proof_2", ADA)
    counter.shop.clock.advance(timedelta(minutes=59))
    counter.reset(ANONYMOUS, ADA, counter.token("proof_2"), NEW)

    counter.issue(SYSTEM, "proof_3", ADA)
    counter.shop.clock.advance(timedelta(hours=1))
    with pytest.raises(ProofRefused):
        counter.reset(ANONYMOUS, ADA, counter.token("proof_3"), PASSWORD)


@pytest.mark.parametrize("proof_id", ["proof_1", "proof_unknown"])
def test_only_the_newest_token_is_good(counter: Counter, proof_id: str) -> None:
    counter.shop.register(ADA)
    counter.issue(SYSTEM, "proof_1", ADA)
    counter.issue(SYSTEM, "proof_2", ADA)

    with pytest.raises(ProofRefused):
        counter.reset(ANONYMOUS, ADA, counter.token(proof_id), NEW)


def test_a_password_stays_when_the_token_is_no_good(counter: Counter) -> None:
    ada = counter.shop.register(ADA)
    before = counter.shop.memory.customers[str(ada.id)].password_hash
    with pytest.raises(ProofRefused):
        counter.reset(ANONYMOUS, ADA, "nonsense", NEW)

    assert counter.shop.memory.customers[str(ada.id)].password_hash == before


def test_a_claim_token_resets_no_password(counter: Counter) -> None:
    counter.shop.register(ADA)
    counter.issue(SYSTEM, "proof_1", ADA)

    with pytest.raises(ProofRefused):
        counter.reset(ANONYMOUS, ADA, counter.token("proof_1", "order_claim"), NEW)
    with pytest.raises(ProofRefused):
        counter.confirm(ANONYMOUS, counter.token("proof_1"))


def test_nobody_in_particular_claims_nothing(counter: Counter) -> None:
    counter.claim(counter.shop.register(ADA), ["order_unknown"])

    assert counter.shop.memory.proofs == {}


def test_an_address_book_has_an_end() -> None:
    customer = Customer(id=CustomerId("cus_1"), email=ADA)
    for number in range(ADDRESSES_MAX):
        customer.save_address(Address(id=f"addr_{number}", city=f"City {number}"))
    customer.save_address(Address(id="addr_again", city="City 1"))

    assert len(customer.addresses) == ADDRESSES_MAX
    with pytest.raises(AddressBookFull):
        customer.save_address(Address(id="addr_last", city="Elsewhere"))


def test_an_actor_without_a_customer_claims_nothing(counter: Counter) -> None:
    with pytest.raises(Unauthenticated):
        counter.claim(Actor(kind=ANONYMOUS.kind), ["order_1"])
