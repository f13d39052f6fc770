"""Add a reason for returns."""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.return_reason import ReturnReason
from core.domain.values import Metadata
from core.use_cases.replay import replayed
from core.use_cases.return_reason.tree import hold
from ports.clock import Ids
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReturnReason:
    value: str
    label: str
    description: str | None = None
    parent_return_reason_id: str | None = None
    metadata: Metadata | None = None


class CreateReturnReason:
    """Answers its id. Raises Invalid, ReturnReasonTaken, ReturnReasonNotFound for its category.
    Source: https://docs.medusajs.com/api/admin#return-reasons_postreturnreasons (v1)."""

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, wanted: NewReturnReason) -> str:
        with self._begin(actor, "return_reason.create") as work:
            if wanted.parent_return_reason_id is not None:
                hold(work)
            reason = ReturnReason(
                id=self._ids.new("rr"),
                value=wanted.value,
                label=wanted.label,
                description=wanted.description,
                metadata=wanted.metadata,
            )
            if wanted.parent_return_reason_id is not None:
                reason.under(work.return_reasons.get(wanted.parent_return_reason_id))
            work.return_reasons.add(reason)
            work.commit()
        return reason.id
