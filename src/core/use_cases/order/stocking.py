"""Taking what is sold from stock, and putting it back.

In ascending id order, so that two transactions never wait for each other crosswise.
"""

from collections import Counter
from collections.abc import Iterable

from core.domain.cart import Cart, OutOfStock
from core.domain.lines import Line
from ports.unit_of_work import UnitOfWork


def take_stock(work: UnitOfWork, cart: Cart, *, beyond: bool = False, given: Iterable[tuple[Line, int]] = ()) -> None:
    """What the cart buys; what comes back in exchange is put back when it has come.

    beyond: also what is not there, on the word of staff. given: has come back with this. Raises OutOfStock.
    """
    wanted = _counted((item, item.quantity) for item in cart.items if not item.is_return)
    back = _counted(given)
    for variant_id in sorted({*wanted, *back}):
        if back[variant_id]:
            work.stock.put_back(variant_id, back[variant_id])
        if wanted[variant_id] and not work.stock.take(variant_id, wanted[variant_id], beyond=beyond):
            title = next(item.title for item in cart.items if item.variant_id == variant_id)
            raise OutOfStock(f"{title} is not available in the quantity asked for")


def put_back(work: UnitOfWork, lines: Iterable[tuple[Line, int]]) -> None:
    """So many units of each line. The caller sees to it that this happens once."""
    back = _counted(lines)
    for variant_id in sorted(back):
        work.stock.put_back(variant_id, back[variant_id])


def take_again(work: UnitOfWork, lines: Iterable[tuple[Line, int]]) -> None:
    """What had been put back and is the buyer's all the same, whether it is still there or not."""
    wanted = _counted(lines)
    for variant_id in sorted(wanted):
        work.stock.take(variant_id, wanted[variant_id], beyond=True)


def _counted(lines: Iterable[tuple[Line, int]]) -> Counter[str]:
    wanted: Counter[str] = Counter()
    for line, quantity in lines:
        if line.variant_id is not None and quantity > 0:
            wanted[line.variant_id] += quantity
    return wanted
