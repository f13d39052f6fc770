"""Let customers change what the shop knows of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.customer import AddressNotFound, AddressUnknown, Customer, EmailTaken, check_password
from core.domain.errors import Unauthenticated
from core.domain.events import EmailChanged, PasswordChanged
from core.domain.values import Address, Metadata, merge_metadata, normalise_email
from core.use_cases.cart.addresses import AddressInput, check_there_is, revised
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.passwords import Passwords
from ports.unit_of_work import Begin, UnitOfWork

PLAIN_FIELDS = ("first_name", "last_name", "phone")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanges:
    """plain: new values for some of first_name, last_name and phone. None leaves the others as they are;
    metadata is merged as Medusa does.

    billing_address changes the one there is or makes one; billing_address_id takes one from the
    address book.
    """

    plain: Mapping[str, str | None] = field(default_factory=dict)
    email: str | None = None
    password: str | None = None
    billing_address: AddressInput | None = None
    billing_address_id: str | None = None
    metadata: Metadata | None = None


class UpdateCustomer:
    """Changes the calling customer. A new password or e-mail address ends all their other logins, voids
    the tokens mailed to them, and is told by mail, a new address to the old one.

    Raises Unauthenticated, EmailTaken, AddressNotFound, CountryNotKnown, Invalid.
    Source: https://docs.medusajs.com/api/store#customers_postcustomerscustomer (v1).
    """

    def __init__(self, begin: Begin, passwords: Passwords, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._passwords = passwords
        self._clock = clock
        self._ids = ids

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
            self._bill(work, customer, changes)
            moved = email is not None and self._move(work, customer, email)
            if hashed is not None:
                customer.password_hash = hashed
                customer.events.append(PasswordChanged(customer_id=customer.id, change=self._ids.new("chg")))
            if moved or hashed is not None:
                now = self._clock.now()
                work.sessions.end_others(customer.id, actor.session_id, now)
                work.proofs.void(customer.id, now)
            work.commit()

    def _bill(self, work: UnitOfWork, customer: Customer, changes: CustomerChanges) -> None:
        if changes.billing_address_id is not None:
            customer.billing_address = _saved(customer, changes.billing_address_id)
        if changes.billing_address is not None:
            check_there_is(work, changes.billing_address)
            before = customer.billing_address
            address = revised(before, changes.billing_address, self._ids, customer_id=customer.id)
            if any(saved.id == address.id for saved in customer.addresses):
                customer.change_address(address)
            customer.billing_address = address

    def _move(self, work: UnitOfWork, customer: Customer, email: str) -> bool:
        if email == customer.email:
            return False
        if work.customers.registered(email) is not None:
            raise EmailTaken("A customer with the given email already has an account")
        change = EmailChanged(customer_id=customer.id, change=self._ids.new("chg"), old_email=customer.email)
        customer.events.append(change)
        customer.email = email
        return True


def _saved(customer: Customer, address_id: str) -> Address:
    try:
        return customer.address(address_id)
    except AddressUnknown as error:
        raise AddressNotFound(error.message) from error
