"""Which order a return belongs to."""

from core.domain.actor import Actor
from core.use_cases.returning.send_return import order_of
from ports.unit_of_work import Begin


class ViewReturn:
    """The order's id, through the swap if it is a swap's. Raises ReturnNotFound."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    def __call__(self, actor: Actor, return_id: str) -> str:
        with self._begin(actor, "return.view") as work:
            return order_of(work, return_id)
