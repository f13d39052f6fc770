"""An account at a sign-in service outside of the shop that stands for one of its customers."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.domain.errors import NotFound, Unauthenticated
from core.domain.events import Event


class LinkedLoginNotFound(NotFound):
    pass


class LoginNotLinked(Unauthenticated):
    """A good token of somebody who cannot be told to be a customer of the shop."""

    code = "LOGIN_NOT_LINKED"


@dataclass(slots=True, kw_only=True)
class LinkedLogin:
    """Aggregate root. issuer, subject: who the service says it is, unique together; they never change
    hands, unlike e-mail addresses."""

    id: str
    issuer: str
    subject: str
    customer_id: str
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)
