"""The people who buy. One registered and one guest customer may share an e-mail address."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from core.domain.errors import Duplicate, FieldProblem, Invalid, NotFound, Unauthenticated
from core.domain.events import CustomerCreated, Event
from core.domain.values import Address, Metadata

CustomerId = NewType("CustomerId", str)
PASSWORD_MIN, PASSWORD_MAX = 8, 100
NAME_MAX = 50


class CustomerNotFound(NotFound):
    pass


class EmailTaken(Duplicate):
    code = "EMAIL_TAKEN"


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

    password_hash: None for guests. group_ids: customer groups, for prices.
    """

    id: CustomerId
    email: str
    has_account: bool = False
    password_hash: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    billing_address_id: str | None = None
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
        password_hash: str,
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
