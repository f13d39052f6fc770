"""What a process of the shop does besides answering, wired."""

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


def job_worker(container: Container) -> EmbeddedWorker:
    """Not started yet. Any number of them may work on one database."""
    periodic = PeriodicJobs(container.begin(), container.clock(), PERIODIC)
    return EmbeddedWorker(container.run_reactions(), container.jobs(), container.clock(), periodic)
