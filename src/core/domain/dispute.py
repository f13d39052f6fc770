"""A buyer asks their bank for the money back, over the shop's head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.webhook_event import ProviderFact


class DisputeState(StrEnum):
    INQUIRY = "inquiry"  # the bank asks; no money has moved
    OPEN = "open"
    WON = "won"  # also an inquiry that came to nothing
    LOST = "lost"


_RANK = {DisputeState.INQUIRY: 0, DisputeState.OPEN: 1, DisputeState.WON: 2, DisputeState.LOST: 2}


@dataclass(slots=True, kw_only=True)
class Dispute:
    """amount: minor units the bank holds or may take. reason: the provider's word.

    as_of: when the provider said what ``state`` says.
    """

    id: str
    payment_id: str
    provider_dispute_id: str
    amount: int
    currency_code: str
    reason: str | None = None
    state: DisputeState
    as_of: datetime
    opened_at: datetime
    closed_at: datetime | None = None

    def follow(self, state: DisputeState, as_of: datetime) -> bool:
        """Move on, never back; whether it moved.

        However the reports arrive, the end is the same: a verdict stands above what came before it,
        the later of two verdicts counts, and of two at one moment the one against the shop.
        """
        if self._standing(state, as_of) <= self._standing(self.state, self.as_of):
            return False
        moved = state is not self.state
        self.state, self.as_of = state, as_of
        if moved:
            self.closed_at = as_of if _RANK[state] == 2 else None
        return moved

    @staticmethod
    def _standing(state: DisputeState, as_of: datetime) -> tuple[int, datetime, bool]:
        return _RANK[state], as_of, state is DisputeState.LOST


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeReport(ProviderFact):
    """A dispute as a provider tells it. amount: minor units, currency lower-case. at: when it said so."""

    provider_id: str
    provider_payment_id: str
    provider_dispute_id: str
    amount: int
    currency_code: str
    state: DisputeState
    reason: str | None
    at: datetime
