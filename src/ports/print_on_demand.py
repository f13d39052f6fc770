"""Having goods printed and sent by somebody else."""

from collections.abc import Mapping
from typing import Protocol

from core.domain.print_on_demand import PrintOrder, PrintStatus


class PrintService(Protocol):
    """One printer, e.g. ``gelato``; its id is also that of its fulfillment provider.

    Units    one call is one request, up to 20 s. Never call it inside a unit of work.
    Replays  ``submit`` makes a new order each time. Whoever does not know how an earlier call ended asks
             ``find`` by the reference first.
    Errors   PrintRefused for a definite no; PrintUnavailable when the outcome is unknown or it may work
             later. No exception of an HTTP library crosses this line.
    Source   https://dashboard.gelato.com/docs/orders/v4/create/.
    """

    @property
    def id(self) -> str: ...

    def submit(self, order: PrintOrder) -> str:
        """Have it made and sent; the printer's id of the order."""
        ...

    def find(self, reference: str) -> str | None:
        """The printer's id of the newest order with this reference of ours that was not canceled."""
        ...

    def status(self, order_id: str) -> PrintStatus:
        """What has become of it. Changes nothing. PrintRefused when the printer has no such order."""
        ...

    def cancel(self, order_id: str) -> None:
        """Stop it, which works until production begins; PrintRefused after that. Repeatable."""
        ...


PrintServices = Mapping[str, PrintService]
"""The printers there are, by id; none where none is set up."""
