"""Have an order's download links mailed again."""

from core.domain.actor import Actor
from core.domain.download import DownloadState
from core.domain.errors import FieldProblem, Invalid
from core.domain.events import DownloadsResent
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin

EXTENSION_MAX = 10_000


class ResendDownloads:
    """An admin's help for a buyer, with more downloads or more time if need be.

    What was revoked stays revoked; where nothing else is left, nothing is mailed.
    Raises OrderNotFound, Invalid.
    """

    def __init__(self, begin: Begin, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._clock = clock
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_id: str, extend_limit_by: int = 0, extend_days: int = 0) -> None:
        _check("extend_limit_by", extend_limit_by)
        _check("extend_days", extend_days)
        with self._begin(actor, "order.resend_downloads") as work:
            order = work.orders.get(order_id)
            now = self._clock.now()
            held = [d for d in work.downloads.of_order(order.id) if d.state is not DownloadState.REVOKED]
            for entitlement in held:
                entitlement.extend(limit_by=extend_limit_by, days=extend_days, now=now)
            if held:
                order.events.append(DownloadsResent(order_id=order.id, batch=self._ids.new("dlb")))
            work.commit()


def _check(field: str, value: int) -> None:
    if type(value) is not int or not 0 <= value <= EXTENSION_MAX:
        problem = f"must be a whole number from 0 to {EXTENSION_MAX}"
        raise Invalid(f"{field} {problem}", fields=[FieldProblem(field, problem)])
