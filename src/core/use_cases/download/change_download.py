"""Let an admin decide about one download."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.actor import Actor
from core.domain.download import DownloadState, LineRefunded
from core.domain.order import Order
from core.use_cases.replay import replayed
from core.use_cases.swap.lookup import purchase_of
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadChanges:
    """state: None leaves it. limit and expires_at count when their ``_given`` is set; None is no bound."""

    state: DownloadState | None = None
    limit: int | None = None
    limit_given: bool = False
    expires_at: datetime | None = None
    expires_given: bool = False
    reason: str | None = None


class ChangeDownload:
    """Raises DownloadNotFound, LineRefunded when access to refunded goods would be granted, Invalid."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, download_id: str, changes: DownloadChanges) -> None:
        with self._begin(actor, "download.change") as work:
            order = _order(work, download_id) if changes.state is DownloadState.GRANTED else None
            entitlement = work.downloads.get(download_id)
            if order is not None:
                _check_paid(work, order, entitlement.line_item_id)
            entitlement.change(
                state=changes.state,
                limit=changes.limit,
                limit_given=changes.limit_given,
                expires_at=changes.expires_at,
                expires_given=changes.expires_given,
                reason=changes.reason,
            )
            work.commit()


def _order(work: UnitOfWork, download_id: str) -> Order | None:
    """Locked before its download; None where there is no such download."""
    order_id = work.downloads.order_of(download_id)
    return work.orders.get(order_id) if order_id is not None else None


def _check_paid(work: UnitOfWork, order: Order, line_id: str) -> None:
    # The order knows for certain: the download's own reason may have been written over meanwhile.
    bought = purchase_of(work, order)
    line = bought.find_line(line_id)
    if line is None:
        raise LineRefunded("the line was taken off the order; its download cannot be granted again")
    if not bought.stands or not bought.left(line):
        raise LineRefunded(f"{line.title} was refunded or exchanged; its download cannot be granted again")
