"""What every writer of the category tree does first."""

from collections.abc import Iterator

from core.domain.category import ProductCategory
from ports.unit_of_work import UnitOfWork


def hold(work: UnitOfWork) -> None:
    """Keep other writers of the tree out until the end of this transaction.

    Ranks and the absence of circles are rules over several categories, so that versions of single ones
    would not guard them: two moves that are right by themselves could make a circle together.
    """
    work.versions.bump("categories")


def above(work: UnitOfWork, parent_id: str | None) -> Iterator[ProductCategory]:
    """This category and everything above it. Raises CategoryNotFound."""
    while parent_id is not None:
        parent = work.categories.get(parent_id)
        yield parent
        parent_id = parent.parent_category_id
