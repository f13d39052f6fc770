"""The people who buy. One registered and one guest customer may share an e-mail address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from core.domain.errors import Duplicate, FieldProblem, Invalid, NotAllowed, NotFound, Unauthenticated
from core.domain.events import CustomerCreated, Event
from core.domain.values import Address, Metadata

CustomerId = NewType("CustomerId", str)
PASSWORD_MIN, PASSWORD_MAX = 8, 100
NAME_MAX = 50
ADDRESSES_MAX = 100
_PLACE = (
    "first_name",
    "last_name",
    "address_1",
    "address_2",
    "city",
    "country_code",
    "province",
    "postal_code",
    "phone",
)


class CustomerNotFound(NotFound):
    pass


class EmailTaken(Duplicate):
    code = "EMAIL_TAKEN"


class AddressNotFound(NotFound):
    """An address was named that the customer's book does not have."""


class AddressUnknown(Invalid):
    """Not in this customer's address book, or in nobody's."""


class AddressBookFull(NotAllowed):
    code = "TOO_MANY_ADDRESSES"


class BadCredentials(Unauthenticated):
    """Unknown address and wrong password look the same."""


def check_password(password: str) -> None:
    """Raises Invalid unless it has 8 to 100 characters."""
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        problem = f"must have {PASSWORD_MIN} to {PASSWORD_MAX} characters"
        raise Invalid(f"password {problem}", fields=[FieldProblem("password", problem)])


def check_name(field: str, name: str | None) -> None:
    """Raises Invalid for a name that is given but empty or longer than 50 characters."""
    if name is not None and not 1 <= len(name.strip()) <= NAME_MAX:
        problem = f"must have 1 to {NAME_MAX} characters"
        raise Invalid(f"{field} {problem}", fields=[FieldProblem(field, problem)])


@dataclass(slots=True, kw_only=True)
class Customer:
    """email: normalised. has_account: registered, as opposed to a guest known by e-mail only.

    password_hash: None for guests, and for who signs in elsewhere. group_ids: customer groups, for prices.
    addresses: the address book. billing_address: one of these, or one of its own that the book does not show.
    default_shipping_address_id: of one in the book, where goods go unless the buyer says otherwise.
    """

    id: CustomerId
    email: str
    has_account: bool = False
    password_hash: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    billing_address: Address | None = None
    default_shipping_address_id: str | None = None
    addresses: tuple[Address, ...] = ()
    group_ids: tuple[str, ...] = ()
    metadata: Metadata | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    @classmethod
    def register(
        cls,
        *,
        id: CustomerId,
        email: str,
        password_hash: str | None,
        first_name: str | None = None,
        last_name: str | None = None,
        phone: str | None = None,
        group_ids: tuple[str, ...] = (),
    ) -> Customer:
        customer = cls(
            id=id,
            email=email,
            has_account=True,
            password_hash=password_hash,
            first_name=first_name,
            last_name=last_name,
            phone=phone,
            group_ids=group_ids,
        )
        customer.events.append(CustomerCreated(customer_id=id))
        return customer

    def address(self, id: str) -> Address:
        """From the address book. Raises AddressUnknown."""
        for address in self.addresses:
            if address.id == id:
                return address
        raise AddressUnknown("Could not find address for customer")

    def save_address(self, address: Address) -> Address:
        """Put it into the book, unless the same place of the same person is there; the one that is there
        then. Raises AddressBookFull."""
        for known in self.addresses:
            if _place(known) == _place(address):
                return known
        return self.add_address(address)

    def add_address(self, address: Address) -> Address:
        """Put it into the book, whatever is there. Raises AddressBookFull."""
        if len(self.addresses) >= ADDRESSES_MAX:
            raise AddressBookFull(f"an address book holds at most {ADDRESSES_MAX} addresses")
        self.addresses = (*self.addresses, address)
        return address

    def use_by_default(self, id: str) -> None:
        """For the goods and for the bill, instead of any other. Raises AddressUnknown."""
        self.billing_address = self.address(id)
        self.default_shipping_address_id = id

    def change_address(self, address: Address) -> None:
        """Replace the one with the same id, also where it is the billing address. Raises AddressUnknown."""
        self.address(address.id)
        self.addresses = tuple(address if known.id == address.id else known for known in self.addresses)
        if self.billing_address is not None and self.billing_address.id == address.id:
            self.billing_address = address

    def remove_address(self, id: str) -> None:
        """Repeatable; an unknown one is gone already."""
        if not any(known.id == id for known in self.addresses):
            return
        self.addresses = tuple(known for known in self.addresses if known.id != id)
        if self.billing_address is not None and self.billing_address.id == id:
            self.billing_address = None
        if self.default_shipping_address_id == id:
            self.default_shipping_address_id = None


def _place(address: Address) -> tuple[str | None, ...]:
    """What two entries agree in if they are the same; nothing and an empty text are the same."""
    return tuple(getattr(address, name) or None for name in _PLACE)
