"""What completing a swap's cart does instead of placing an order.

Called inside the transaction of the completion, so that goods, money and the swap never part.
"""

from dataclasses import replace
from datetime import datetime

from core.domain.cart import Cart
from core.domain.errors import ConcurrentUpdate, DomainError
from core.domain.exchanging import additional_lines, check_completable
from core.domain.order import Order
from core.domain.payment import Payment
from core.domain.product import DownloadPolicy
from core.domain.returns import Return
from core.domain.swap import Swap
from core.use_cases.download.granting import grant_downloads
from core.use_cases.order.placing import own_address
from core.use_cases.order.stocking import take_stock
from core.use_cases.swap.giving_downloads import check_unused, give_downloads
from core.use_cases.swap.lookup import purchase_of, swap_of
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork


def complete_swap(
    work: UnitOfWork, cart: Cart, payment: Payment | None, policy: DownloadPolicy, now: datetime, ids: Ids
) -> Swap:
    """Keep what was agreed, put the payment of a difference on the order, take what it sends from stock, and
    grant downloads if nothing is left to be paid. policy: the shop's.

    Raises SwapClosed, NotSwappable, OrderCanceledAlready, OutOfStock.
    """
    order, swap = _locked(work, cart)
    _check(work, order, swap)
    swap.additional_items = additional_lines(cart.items)
    swap.shipping_methods = [replace(method) for method in cart.shipping_methods]
    for method in swap.shipping_methods:
        method.recompute()
    swap.shipping_address = own_address(cart.shipping_address, ids)
    captured = False
    if payment is not None:
        payment.swap_id = swap.id
        order.payments.append(payment)
        captured = payment.captured_at is not None
    swap.confirm(cart.due, now, captured=captured)
    cart.complete(None, now)
    given = give_downloads(work, order, swap, now)
    take_stock(work, cart, beyond=swap.allow_backorder, given=given)
    grant_downloads(work, order, policy, now, ids)
    return swap


def swap_obstacle(work: UnitOfWork, cart: Cart) -> DomainError | None:
    """Why this swap cannot be completed; None when it can."""
    order, swap = _locked(work, cart)
    try:
        _check(work, order, swap)
    except ConcurrentUpdate:
        raise  # a race lost while looking is no reason, it is tried again
    except DomainError as refusal:
        return refusal
    return None


def _check(work: UnitOfWork, order: Order, swap: Swap) -> None:
    bought, returning = purchase_of(work, order), returns_in_exchange(work, order)
    check_completable(bought, swap, returning)
    check_unused(work, bought, swap, work.returns.of_swap(swap.id))


def returns_in_exchange(work: UnitOfWork, order: Order) -> list[Return]:
    """What comes back in exchanges of this order."""
    swaps = [swap for swap in work.swaps.of_order(order.id) if swap.canceled_at is None]
    found = (work.returns.of_swap(swap.id) for swap in swaps)
    return [returned for returned in found if returned is not None]


def _locked(work: UnitOfWork, cart: Cart) -> tuple[Order, Swap]:
    swap = swap_of(work, cart.id)
    return work.orders.get(swap.order_id), swap
