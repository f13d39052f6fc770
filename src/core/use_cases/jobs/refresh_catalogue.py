"""Let readers of the catalogue see what is left on the shelves."""

from core.domain.actor import Actor
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class RefreshCatalogue:
    """Moves the edition of the catalogue on, so that answers kept from before are not given any more.

    A reaction to moved stock, at most once a second (docs/catalogue.md). Repeatable.
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor) -> None:
        with self._begin(actor, "catalogue.refresh") as work:
            work.versions.bump("catalogue")
            work.commit()
