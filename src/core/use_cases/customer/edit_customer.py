"""Let staff change what the shop knows of a customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.customer import Customer, EmailTaken, check_password
from core.domain.errors import FieldProblem, Invalid
from core.domain.events import PasswordChanged
from core.domain.values import Metadata, merge_metadata, normalise_email
from core.use_cases.customer.update_customer import PLAIN_FIELDS
from core.use_cases.price_list.prices import known_groups
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.passwords import Passwords
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerEdits:
    """plain: new values for some of first_name, last_name and phone. group_ids: replace all there are. None
    leaves a thing as it is."""

    plain: Mapping[str, str | None] = field(default_factory=dict)
    email: str | None = None
    password: str | None = None
    group_ids: Sequence[str] | None = None
    metadata: Metadata | None = None


class EditCustomer:
    """A new password ends all logins of the customer and is told by mail. A guest's address may be changed, an
    account's may not: it proves who owns it. Raises CustomerNotFound, CustomerGroupNotFound, EmailTaken, Invalid.
    Source: https://docs.medusajs.com/v1/api/admin#customers_postcustomerscustomer."""

    def __init__(self, begin: Begin, passwords: Passwords, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._passwords = passwords
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, id: str, edits: CustomerEdits) -> None:
        hashed = None
        if edits.password is not None:
            check_password(edits.password)
            hashed = self._passwords.hash(edits.password)
        with self._begin(actor, "customer.update") as work:
            customer = work.customers.get(id)
            for name in PLAIN_FIELDS:
                if name in edits.plain:
                    setattr(customer, name, edits.plain[name])
            if edits.email is not None:
                _move(work, customer, normalise_email(edits.email))
            if edits.group_ids is not None:
                customer.group_ids = known_groups(work, list(edits.group_ids))
            customer.metadata = merge_metadata(customer.metadata, edits.metadata)
            if hashed is not None:
                self._lock_out(work, customer, hashed)
            work.commit()

    def _lock_out(self, work: UnitOfWork, customer: Customer, hashed: str) -> None:
        if not customer.has_account:
            problem = "is for registered customers alone"
            raise Invalid(f"password {problem}", fields=[FieldProblem("password", problem)])
        customer.password_hash = hashed
        customer.events.append(PasswordChanged(customer_id=customer.id, change=self._ids.new("chg")))
        now = self._clock.now()
        work.sessions.end_others(customer.id, None, now)
        work.proofs.void(customer.id, now)


def _move(work: UnitOfWork, customer: Customer, email: str) -> None:
    if email == customer.email:
        return
    if customer.has_account:
        raise Invalid("Email cannot be changed when the user has registered their account")
    if work.customers.guest(email) is not None:
        raise EmailTaken("Another guest bought with this address")
    customer.email = email
