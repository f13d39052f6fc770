"""What every store of idempotency keys promises."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.actor import SYSTEM
from core.domain.errors import ConcurrentUpdate
from ports.idempotency import Claim, ClaimState, IdempotencyInProgress, IdempotencyKeyReused, IdempotencyKeys
from tests.contracts import full_records as full
from tests.contracts.shop import Shop, at_once

LEASE = timedelta(minutes=1)
DAY = timedelta(days=1)


class IdempotencyKeysContract:
    @pytest.fixture
    def shop(self) -> Shop:
        """A shop as it is right after it was set up."""
        raise NotImplementedError

    @pytest.fixture
    def keys(self, shop: Shop) -> IdempotencyKeys:
        """The keys of that shop."""
        raise NotImplementedError

    @staticmethod
    def claim(keys: IdempotencyKeys, key: str = "k", scope: str = "POST /carts", hash: str = "h") -> Claim:
        return keys.claim(key, scope, hash, LEASE)

    @staticmethod
    def work_under(shop: Shop, claim: Claim) -> None:
        with shop.open(SYSTEM.claiming(claim.id)) as work:
            work.regions.add(full.a_region())
            work.commit()

    def test_first_caller_runs(self, keys: IdempotencyKeys) -> None:
        assert self.claim(keys).state is ClaimState.RUN

    def test_second_caller_waits_while_the_first_runs(self, keys: IdempotencyKeys) -> None:
        self.claim(keys)

        with pytest.raises(IdempotencyInProgress):
            self.claim(keys)

    def test_other_scope_is_another_key(self, keys: IdempotencyKeys) -> None:
        self.claim(keys)

        assert self.claim(keys, scope="POST /orders").state is ClaimState.RUN

    def test_stored_answer_is_replayed(self, keys: IdempotencyKeys) -> None:
        first = self.claim(keys)
        keys.store(first.id, 201, b'{"id":1}')

        again = self.claim(keys)
        assert (again.state, again.status, again.body) == (ClaimState.REPLAY, 201, b'{"id":1}')

    def test_answer_without_a_body_is_replayed(self, keys: IdempotencyKeys) -> None:
        keys.store(self.claim(keys).id, 200, None)

        again = self.claim(keys)
        assert (again.state, again.status, again.body) == (ClaimState.REPLAY, 200, None)

    def test_different_request_is_refused(self, keys: IdempotencyKeys) -> None:
        keys.store(self.claim(keys).id, 200, b"{}")

        with pytest.raises(IdempotencyKeyReused):
            self.claim(keys, hash="other")

    def test_released_key_is_free(self, keys: IdempotencyKeys) -> None:
        keys.release(self.claim(keys).id)

        assert self.claim(keys, hash="other").state is ClaimState.RUN

    def test_stored_answer_outlives_a_late_release(self, keys: IdempotencyKeys) -> None:
        first = self.claim(keys)
        keys.store(first.id, 200, b"{}")
        keys.release(first.id)

        assert self.claim(keys).state is ClaimState.REPLAY

    def test_work_marks_its_claim_executed(self, shop: Shop, keys: IdempotencyKeys) -> None:
        claim = self.claim(keys)
        self.work_under(shop, claim)

        again = self.claim(keys)
        assert (again.state, again.result_id) == (ClaimState.EXECUTED, "reg_1")

    def test_undone_work_does_not_mark_its_claim(self, shop: Shop, keys: IdempotencyKeys) -> None:
        claim = self.claim(keys)
        with shop.open(SYSTEM.claiming(claim.id)) as work:
            work.regions.add(full.a_region())

        with pytest.raises(IdempotencyInProgress):
            self.claim(keys)

    def test_run_that_died_is_taken_over(self, shop: Shop, keys: IdempotencyKeys) -> None:
        dead = self.claim(keys)
        shop.clock.advance(LEASE)

        taken = self.claim(keys)
        assert taken.state is ClaimState.RUN
        assert taken.id != dead.id

    def test_run_that_was_taken_over_cannot_commit(self, shop: Shop, keys: IdempotencyKeys) -> None:
        late = self.claim(keys)
        shop.clock.advance(LEASE)
        self.claim(keys)

        with pytest.raises(ConcurrentUpdate):
            self.work_under(shop, late)
        assert shop.read(lambda work: work.regions.first()) is None

    def test_old_keys_are_forgotten(self, shop: Shop, keys: IdempotencyKeys) -> None:
        keys.store(self.claim(keys, "old").id, 200, b"{}")
        shop.clock.advance(DAY)
        keys.store(self.claim(keys, "new").id, 200, b"{}")

        assert keys.forget(shop.clock.now()) == 1
        assert self.claim(keys, "old").state is ClaimState.RUN
        assert self.claim(keys, "new").state is ClaimState.REPLAY

    def test_running_key_is_not_forgotten(self, shop: Shop, keys: IdempotencyKeys) -> None:
        self.claim(keys)

        assert keys.forget(shop.clock.now() + DAY) == 0

    def test_of_parallel_callers_one_runs(self, keys: IdempotencyKeys) -> None:
        def call(_: int) -> str:
            try:
                return self.claim(keys).state.value
            except IdempotencyInProgress:
                return "in progress"

        assert sorted(at_once(6, call)) == ["in progress"] * 5 + ["run"]
