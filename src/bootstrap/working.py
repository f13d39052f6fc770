"""What a process of the shop does besides answering, wired."""

from typing import Protocol

from adapters.db.installed import note_installed
from adapters.jobs.embedded_worker import EmbeddedWorker
from adapters.jobs.periodic import PeriodicJobs
from bootstrap.container import Container
from core.use_cases.reactions import PERIODIC


def note_providers(container: Container) -> None:
    """Let the database show which providers these settings install."""
    note_installed(
        container.write_engine(),
        payment=container.payment_providers().ids(),
        fulfillment=container.fulfillment_providers().ids(),
        tax=container.tax_providers().ids(),
    )


class Working(Protocol):
    """Threads that see to the queue."""

    def start(self) -> None: ...

    def stop(self, seconds: float = ...) -> bool:
        """Finish what has begun; whether that was done in time."""
        ...


def job_worker(container: Container) -> Working:
    """Runs jobs. Not started yet; any number of them may work on one database."""
    if container.settings().jobs_engine == "embedded":
        return EmbeddedWorker(container.run_reactions(), container.jobs(), container.clock(), _periodic(container))
    # An extra: shops with embedded jobs do not have it installed.
    from adapters.jobs.dramatiq_worker import DramatiqCourier, DramatiqWorker, open_broker

    broker = open_broker(container.settings().redis_url or "")
    courier = DramatiqCourier(broker, container.jobs(), _periodic(container))
    return DramatiqWorker(broker, container.run_reactions(), courier)


def beside_server(container: Container) -> Working:
    """What a server process does about jobs: it runs them itself, or sends them to the workers."""
    if container.settings().jobs_engine == "embedded":
        return job_worker(container)
    from adapters.jobs.dramatiq_worker import DramatiqCourier, open_broker

    return DramatiqCourier(open_broker(container.settings().redis_url or ""), container.jobs(), _periodic(container))


def _periodic(container: Container) -> PeriodicJobs:
    return PeriodicJobs(container.begin(), container.clock(), PERIODIC)
