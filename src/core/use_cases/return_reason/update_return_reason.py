"""Change a reason for returns."""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.errors import Invalid
from core.domain.values import Metadata, merge_metadata
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReasonChanges:
    """None leaves a thing as it is, but ``clears_description`` takes the description away; metadata is merged."""

    value: str | None = None
    label: str | None = None
    description: str | None = None
    metadata: Metadata | None = None
    clears_description: bool = False


class UpdateReturnReason:
    """Raises ReturnReasonNotFound, ReturnReasonTaken, Invalid.
    Source: https://docs.medusajs.com/api/admin#return-reasons_postreturnreasonsreason (v1)."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, reason_id: str, changes: ReturnReasonChanges) -> None:
        with self._begin(actor, "return_reason.update") as work:
            reason = work.return_reasons.get(reason_id)
            for name in ("value", "label", "description"):
                wanted = getattr(changes, name)
                if wanted is not None:
                    setattr(reason, name, wanted)
            if changes.clears_description:
                reason.description = None
            reason.metadata = merge_metadata(reason.metadata, changes.metadata)
            if not reason.value.strip() or not reason.label.strip():
                raise Invalid("a return reason needs a value and a label")
            work.commit()
