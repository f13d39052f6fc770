"""Jobs as calls: which use case a kind of job is, called in the shop's own name."""

from collections.abc import Callable, Mapping

from core.domain.actor import SYSTEM, Actor
from ports.jobs import JobHandler, JobPayload


def job_handlers(use_cases: Mapping[str, Callable[..., object]]) -> dict[str, JobHandler]:
    """Handlers by kind. A payload's entries become the use case's keyword arguments."""
    return {kind: _handler(use_case) for kind, use_case in use_cases.items()}


def _handler(use_case: Callable[..., object]) -> JobHandler:
    def handle(payload: JobPayload) -> None:
        actor: Actor = SYSTEM
        use_case(actor, **payload)

    return handle
