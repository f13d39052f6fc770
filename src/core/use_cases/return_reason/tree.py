"""What those do first who list a reason under another, or delete one with all that is under it."""

from ports.unit_of_work import UnitOfWork


def hold(work: UnitOfWork) -> None:
    """Keep each other out until the end of this transaction: no reason is to stay under one that is gone. Returns,
    which only look at reasons, are not kept waiting."""
    work.versions.bump("return_reasons")
