"""Remove a reason for returns."""

from core.domain.actor import Actor
from core.use_cases.replay import replayed
from core.use_cases.return_reason.tree import hold
from ports.clock import Clock
from ports.unit_of_work import Begin


class DeleteReturnReason:
    """Soft-deletes it with the reasons listed under it; returns keep naming them. Raises
    ReturnReasonNotFound. Source: https://docs.medusajs.com/api/admin#return-reasons_deletereturnreason (v1)."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, reason_id: str) -> None:
        with self._begin(actor, "return_reason.delete") as work:
            hold(work)
            reason = work.return_reasons.get(reason_id)
            for gone in (reason, *work.return_reasons.under(reason_id)):
                gone.deleted_at = self._clock.now()
            work.commit()
