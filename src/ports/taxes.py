"""Working out tax."""

from typing import Protocol

from core.domain.tax import TaxAnswer, TaxCalculation


class TaxProvider(Protocol):
    """Answers the rates that apply to each item and shipping method it is asked about.

    May be a remote service: never call it inside a unit of work unless ``is_local``.
    Raises Unavailable when it cannot be reached.
    """

    @property
    def id(self) -> str: ...

    @property
    def is_local(self) -> bool: ...

    def rates(self, calculation: TaxCalculation) -> TaxAnswer: ...


class TaxProviders(Protocol):
    """The installed ones; ``get(None)`` is ``system``, which is always there. Raises NotFound."""

    def get(self, id: str | None) -> TaxProvider: ...

    def ids(self) -> list[str]: ...
