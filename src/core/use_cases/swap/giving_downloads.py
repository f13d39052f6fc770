"""Downloads that are given in exchange.

Access to them ends when the buyer completes the swap, so that nobody goes on downloading what was given
away. What is had for them is granted like what is ordered (``core.use_cases.download.granting``).
"""

from collections.abc import Sequence
from datetime import datetime

from core.domain.order import Order, OrderLine
from core.domain.purchase import Purchase
from core.domain.returns import Return, complete_in_exchange
from core.domain.swap import NotSwappable, Swap
from core.use_cases.download.granting import revoke_refunded
from core.use_cases.swap.lookup import purchase_of
from ports.unit_of_work import UnitOfWork


def check_unused(work: UnitOfWork, bought: Purchase, swap: Swap, returned: Return | None) -> None:
    """A buyer alone does not exchange a download that a link was handed out for, or one purchase would bring
    every file of the shop. Raises NotSwappable."""
    if swap.by_staff or returned is None:
        return
    lines = [bought.line(item.item_id) for item in returned.items]
    titles = {line.id: line.title for line in lines if line.is_digital}
    if not titles:
        return
    for entitlement in work.downloads.of_order(bought.order.id):
        title = titles.get(entitlement.line_item_id)
        if title is not None and (entitlement.download_count or work.downloads.unredeemed(entitlement.id)):
            raise NotSwappable(f"{title} was downloaded already; ask the shop to exchange it")


def give_downloads(work: UnitOfWork, order: Order, swap: Swap, now: datetime) -> Sequence[tuple[OrderLine, int]]:
    """The buyer has completed the swap: access to downloads given for it ends. Answers what came back with it, to be
    put into stock. The caller commits."""
    returned = work.returns.of_swap(swap.id)
    if returned is None:
        return ()
    given = complete_in_exchange(purchase_of(work, order), returned, now)
    if given:
        revoke_refunded(work, order)
    return given
