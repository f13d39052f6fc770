"""Idempotency keys over a Memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from adapters.memory.store import KeptKey, Memory
from ports.clock import Clock, Ids
from ports.idempotency import Claim, ClaimState, IdempotencyInProgress, IdempotencyKeyReused


class InMemoryIdempotencyKeys:
    """As the database keeps them: a run that is taken over gets a new claim id."""

    def __init__(self, memory: Memory, clock: Clock, ids: Ids) -> None:
        self._memory = memory
        self._clock = clock
        self._ids = ids

    def claim(self, key: str, scope: str, request_hash: str, lease: timedelta) -> Claim:
        now = self._clock.now()
        with self._memory.lock:
            kept = self._of(key, scope)
            if kept is None:
                return self._run(
                    KeptKey(
                        id="",
                        key=key,
                        scope=scope,
                        request_hash=request_hash,
                        claimed_at=now,
                        lease_until=now + lease,
                    )
                )
            if kept.request_hash != request_hash:
                raise IdempotencyKeyReused("this Idempotency-Key was used for a different request")
            if kept.state is not ClaimState.RUN:
                return Claim(
                    id=kept.id, state=kept.state, result_id=kept.result_id, status=kept.status, body=kept.body
                )
            if now < kept.lease_until:
                raise IdempotencyInProgress("a request with this Idempotency-Key is still running")
            del self._memory.idempotency_keys[kept.id]
            return self._run(replace(kept, lease_until=now + lease))

    def store(self, claim_id: str, status: int, body: bytes | None) -> None:
        with self._memory.lock:
            kept = self._memory.idempotency_keys.get(claim_id)
            if kept is not None:
                kept.state, kept.status, kept.body = ClaimState.REPLAY, status, body

    def release(self, claim_id: str) -> None:
        with self._memory.lock:
            kept = self._memory.idempotency_keys.get(claim_id)
            if kept is not None and kept.state is not ClaimState.REPLAY:
                del self._memory.idempotency_keys[claim_id]

    def forget(self, before: datetime) -> int:
        with self._memory.lock:
            old = [kept.id for kept in self._memory.idempotency_keys.values() if self._forgettable(kept, before)]
            for claim_id in old:
                del self._memory.idempotency_keys[claim_id]
            return len(old)

    def _forgettable(self, kept: KeptKey, before: datetime) -> bool:
        running = kept.state is ClaimState.RUN and kept.lease_until > self._clock.now()
        return kept.claimed_at < before and not running

    def _of(self, key: str, scope: str) -> KeptKey | None:
        for kept in self._memory.idempotency_keys.values():
            if (kept.key, kept.scope) == (key, scope):
                return kept
        return None

    def _run(self, kept: KeptKey) -> Claim:
        kept.id = self._ids.new("ikey")
        self._memory.idempotency_keys[kept.id] = kept
        return Claim(id=kept.id, state=ClaimState.RUN)
