"""Idempotency keys as rows: claimed before the work, marked by the work's own commit."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Engine, and_, bindparam, delete, or_, select, update

from adapters.db.tables import idempotency_keys
from adapters.db.transaction import Transaction, transaction
from adapters.db.upserts import upsert
from ports.clock import Clock, Ids
from ports.idempotency import Claim, ClaimState, IdempotencyInProgress, IdempotencyKeyReused

_KEY = idempotency_keys.c
_SAME = select(idempotency_keys).where(_KEY.key == bindparam("name"), _KEY.scope == bindparam("of")).with_for_update()
_TAKE_OVER = (
    update(idempotency_keys)
    .where(_KEY.id == bindparam("old"))
    .values(id=bindparam("new"), lease_until=bindparam("until"))
)
_STORE = (
    update(idempotency_keys)
    .where(_KEY.id == bindparam("claim"))
    .values(state=ClaimState.REPLAY.value, status=bindparam("code"), body=bindparam("answer"))
)
_RELEASE = delete(idempotency_keys).where(_KEY.id == bindparam("claim"), _KEY.state == ClaimState.RUN.value)
_FORGET = delete(idempotency_keys).where(
    _KEY.claimed_at < bindparam("before"),
    or_(
        _KEY.state != ClaimState.RUN.value,
        and_(_KEY.state == ClaimState.RUN.value, _KEY.lease_until <= bindparam("now")),
    ),
)


@cache
def _new_claim(dialect: str) -> Any:
    fresh = upsert(dialect, idempotency_keys).on_conflict_do_nothing(index_elements=["key", "scope"])
    return fresh.execution_options(preserve_rowcount=True)


class SqlIdempotencyKeys:
    """A run that is taken over gets a new claim id, so the commit of the one that was given up for
    lost finds its claim gone and is undone."""

    def __init__(self, engine: Engine, clock: Clock, ids: Ids) -> None:
        self._engine = engine
        self._clock = clock
        self._ids = ids

    def claim(self, key: str, scope: str, request_hash: str, lease: timedelta) -> Claim:
        now = self._clock.now()
        with transaction(self._engine) as work:
            fresh = self._insert(work, key, scope, request_hash, now, lease)
            if fresh is not None:
                return fresh
            known = work.rows(_SAME, {"name": key, "of": scope})
            if not known:  # given back between the two statements
                raise IdempotencyInProgress("a request with this Idempotency-Key has just ended; try again")
            row = known[0]
            if row["request_hash"] != request_hash:
                raise IdempotencyKeyReused("this Idempotency-Key was used for a different request")
            state = ClaimState(row["state"])
            if state is not ClaimState.RUN:
                return _known(row, state)
            if now < row["lease_until"]:
                raise IdempotencyInProgress("a request with this Idempotency-Key is still running")
            taken = self._ids.new("ikey")
            work.run(_TAKE_OVER, {"old": row["id"], "new": taken, "until": now + lease})
            return Claim(id=taken, state=ClaimState.RUN)

    def store(self, claim_id: str, status: int, body: bytes | None) -> None:
        with transaction(self._engine) as work:
            work.run(_STORE, {"claim": claim_id, "code": status, "answer": body})

    def release(self, claim_id: str) -> None:
        with transaction(self._engine) as work:
            work.run(_RELEASE, {"claim": claim_id})

    def forget(self, before: datetime) -> int:
        with transaction(self._engine) as work:
            return work.run(_FORGET, {"before": before, "now": self._clock.now()}).rowcount

    def _insert(
        self, work: Transaction, key: str, scope: str, request_hash: str, now: datetime, lease: timedelta
    ) -> Claim | None:
        claim = Claim(id=self._ids.new("ikey"), state=ClaimState.RUN)
        added = work.run(
            _new_claim(work.dialect),
            {
                "id": claim.id,
                "key": key,
                "scope": scope,
                "request_hash": request_hash,
                "state": claim.state.value,
                "claimed_at": now,
                "lease_until": now + lease,
            },
        )
        return claim if added.rowcount == 1 else None


def _known(row: dict[str, Any], state: ClaimState) -> Claim:
    return Claim(id=row["id"], state=state, result_id=row["result_id"], status=row["status"], body=row["body"])
