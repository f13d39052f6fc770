"""Let customers change what the shop knows of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.customer import Customer, EmailTaken, check_password
from core.domain.errors import Unauthenticated
from core.domain.values import Metadata, merge_metadata, normalise_email
from core.use_cases.replay import replayed
from ports.clock import Clock
from ports.passwords import Passwords
from ports.unit_of_work import Begin, UnitOfWork

PLAIN_FIELDS = ("first_name", "last_name", "phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanges:
    """plain: new values for some of first_name, last_name and phone. None leaves the others as they are;
    metadata is merged as Medusa does."""

    plain: Mapping[str, str | None] = field(default_factory=dict)
    email: str | None = None
    password: str | None = None
    metadata: Metadata | None = None


class UpdateCustomer:
    """Changes the calling customer. A new password or address ends all their other logins.

    Raises Unauthenticated, EmailTaken, Invalid.
    """

    def __init__(self, begin: Begin, passwords: Passwords, clock: Clock) -> None:
        self._begin = begin
        self._passwords = passwords
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, changes: CustomerChanges) -> None:
        if actor.customer_id is None:
            raise Unauthenticated("log in as a customer first")
        email = normalise_email(changes.email) if changes.email is not None else None
        hashed = None
        if changes.password is not None:
            check_password(changes.password)
            hashed = self._passwords.hash(changes.password)

        with self._begin(actor, "customer.update") as work:
            customer = work.customers.get(actor.customer_id)
            for name in PLAIN_FIELDS:
                if name in changes.plain:
                    setattr(customer, name, changes.plain[name])
            customer.metadata = merge_metadata(customer.metadata, changes.metadata)
            moved = email is not None and self._move(work, customer, email)
            customer.password_hash = hashed or customer.password_hash
            if moved or hashed is not None:
                work.sessions.end_others(customer.id, actor.session_id, self._clock.now())
            work.commit()

    def _move(self, work: UnitOfWork, customer: Customer, email: str) -> bool:
        if email == customer.email:
            return False
        if work.customers.registered(email) is not None:
            raise EmailTaken("A customer with the given email already has an account")
        customer.email = email
        return True
