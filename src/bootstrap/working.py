"""The worker that does what follows from commits, wired."""

from adapters.jobs.embedded_worker import EmbeddedWorker
from adapters.jobs.periodic import PeriodicJobs
from bootstrap.container import Container
from core.use_cases.reactions import PERIODIC


def job_worker(container: Container) -> EmbeddedWorker:
    """Not started yet. Any number of them may work on one database."""
    periodic = PeriodicJobs(container.begin(), container.clock(), PERIODIC)
    return EmbeddedWorker(container.run_reactions(), container.jobs(), container.clock(), periodic)
