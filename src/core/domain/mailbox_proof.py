"""Proof that somebody reads a mailbox: a token is mailed there, and whoever shows it again has read the mail.

A proof is good for one purpose, one customer and one address, once, and only while it is the newest.
The token itself is nowhere: it is derived from the proof's id and a key of the shop's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from core.domain.errors import NotAllowed, NotFound
from core.domain.events import Event

ProofId = NewType("ProofId", str)


class ProofNotFound(NotFound):
    pass


class ProofRefused(NotAllowed):
    """Unknown, used, overtaken, run out, or somebody else's: they look the same."""

    code = "INVALID_TOKEN"


class Purpose(StrEnum):
    PASSWORD_RESET = "password_reset"  # noqa: S105  # no password
    ORDER_CLAIM = "order_claim"


LIVES: Mapping[Purpose, timedelta] = {
    Purpose.PASSWORD_RESET: timedelta(hours=1),
    Purpose.ORDER_CLAIM: timedelta(hours=24),
}


@dataclass(slots=True, kw_only=True)
class MailboxProof:
    """customer_id: on whose behalf it was asked for. email: where the token was mailed.

    order_ids: which orders it hands over, for a claim. used_at and voided_at are set by conditional
    writes of the collection.
    """

    id: ProofId
    purpose: Purpose
    customer_id: str
    email: str
    expires_at: datetime
    order_ids: tuple[str, ...] = ()
    used_at: datetime | None = None
    voided_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    def usable(self, now: datetime) -> bool:
        return self.used_at is None and self.voided_at is None and now < self.expires_at
