"""Make a customer account."""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.customer import Customer, CustomerId, EmailTaken, check_password
from core.domain.values import Metadata, merge_metadata, normalise_email
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.passwords import Passwords
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCustomer:
    email: str
    password: str
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    metadata: Metadata | None = None


class RegisterCustomer:
    """Answers the new customer's id. A guest who bought with the same address does not stand in the way,
    and keeps their orders. Raises EmailTaken, Invalid.
    """

    def __init__(self, begin: Begin, passwords: Passwords, ids: Ids) -> None:
        self._begin = begin
        self._passwords = passwords
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewCustomer) -> CustomerId:
        email = normalise_email(new.email)
        check_password(new.password)
        hashed = self._passwords.hash(new.password)
        customer = Customer.register(
            id=CustomerId(self._ids.new("cus")),
            email=email,
            password_hash=hashed,
            first_name=new.first_name,
            last_name=new.last_name,
            phone=new.phone,
        )
        customer.metadata = merge_metadata(None, new.metadata)
        with self._begin(actor, "customer.register") as work:
            if work.customers.registered(email) is not None:
                raise EmailTaken("A customer with the given email already has an account. Log in instead")
            work.customers.add(customer)
            work.commit()
        return customer.id
