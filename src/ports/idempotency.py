"""Remembering that a request was made, so that repeating it is harmless."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from core.domain.errors import Conflict


class IdempotencyKeyReused(Conflict):
    code = "IDEMPOTENCY_KEY_REUSED"


class IdempotencyInProgress(Conflict):
    code = "IDEMPOTENCY_IN_PROGRESS"
    retry_after = 2


class ClaimState(StrEnum):
    RUN = "run"  # do the work
    EXECUTED = "executed"  # the work was committed, its answer was not stored: read it back
    REPLAY = "replay"  # answer with the stored body


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """id: pass it on in ``Actor.claiming``. result_id: the aggregate the executed work made or
    changed first. status, body: the stored answer to replay."""

    id: str
    state: ClaimState
    result_id: str | None = None
    status: int | None = None
    body: bytes | None = None


class IdempotencyKeys(Protocol):
    """Each call is a transaction of its own. Keys are kept for at least 24 hours.

    ``claim`` takes the key for ``lease``; the first caller runs, later ones replay. Raises
    IdempotencyKeyReused when the request differs, IdempotencyInProgress while the lease of a run
    holds. ``store`` keeps the answer; ``release`` gives the key back after a refusal that must not
    be remembered (validation, 429, 5xx, a conflict that passes); it changes nothing once the work is
    marked executed, so that a failure after the commit does not have it done again.
    Source: draft-ietf-httpapi-idempotency-key-header.
    """

    def claim(self, key: str, scope: str, request_hash: str, lease: timedelta) -> Claim: ...

    def store(self, claim_id: str, status: int, body: bytes | None) -> None: ...

    def release(self, claim_id: str) -> None: ...

    def forget(self, before: datetime) -> int:
        """Drop keys claimed before then; how many."""
        ...
