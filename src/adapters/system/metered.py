"""Ports that count what passes through them, around whichever adapter does the work."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from core.domain.errors import DomainError, Unavailable
from ports.jobs import HANDED_BACK, DueJob, Job, Jobs
from ports.metrics import Metrics
from ports.payments import PaymentProvider, PaymentProviders

T = TypeVar("T")


class MeteredJobs:
    """A queue whose outcomes are counted. Handing a job back unbegun is no failure."""

    def __init__(self, jobs: Jobs, metrics: Metrics) -> None:
        self._jobs = jobs
        self._metrics = metrics

    def claim(self, worker: str, count: int, lease: timedelta) -> list[Job]:
        return self._jobs.claim(worker, count, lease)

    def due(self, count: int) -> list[DueJob]:
        return self._jobs.due(count)

    def take(self, id: str, worker: str, lease: timedelta) -> Job | None:
        return self._jobs.take(id, worker, lease)

    def finish(self, job: Job, worker: str) -> bool:
        return self._counted(job, "done", known=self._jobs.finish(job, worker))

    def retry(self, job: Job, worker: str, at: datetime, error: str) -> bool:
        known = self._jobs.retry(job, worker, at, error)
        return known if error == HANDED_BACK else self._counted(job, "failed", known=known)

    def bury(self, job: Job, worker: str, error: str) -> bool:
        return self._counted(job, "dead", known=self._jobs.bury(job, worker, error))

    def next_due(self) -> datetime | None:
        return self._jobs.next_due()

    def _counted(self, job: Job, outcome: str, *, known: bool) -> bool:
        if known:
            self._metrics.job(job.kind, outcome)
        return known


class MeteredPaymentProviders:
    """The installed providers, their calls counted."""

    def __init__(self, providers: PaymentProviders, metrics: Metrics) -> None:
        self._providers = providers
        self._metrics = metrics

    def get(self, id: str) -> PaymentProvider:
        return metered(self._providers.get(id), id, self._metrics)

    def ids(self) -> list[str]:
        return self._providers.ids()


def metered(port: T, provider: str, metrics: Metrics) -> T:
    """The same port; each call of one of its methods is counted under the provider's name."""
    return cast("T", _Metered(port, provider, metrics))


class _Metered:
    def __init__(self, port: object, provider: str, metrics: Metrics) -> None:
        self._port = port
        self._provider = provider
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._port, name)
        return self._counted(name, found) if callable(found) else found

    def _counted(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*given: Any, **named: Any) -> Any:
            outcome = "error"
            try:
                answer = method(*given, **named)
                outcome = "ok"
            except Unavailable:
                outcome = "unavailable"
                raise
            except DomainError:
                outcome = "refused"
                raise
            finally:
                self._metrics.provider_call(self._provider, name, outcome)
            return answer

        return call
