"""Making an order what its edit proposes: lines, stock, money and access in one transaction."""

from collections import Counter
from datetime import datetime

from core.domain.cart import OutOfStock
from core.domain.order import Order
from core.domain.order_edit import OrderEdit
from core.domain.payment_collection import PaymentCollection
from core.domain.product import DownloadPolicy
from core.use_cases.download.granting import cut_down, grant_downloads
from core.use_cases.gift_card.issuing import issue_cards
from core.use_cases.order_edit.locking import issued_cards
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork

CAPTURE = "capture_digital_order"


def confirm_edit(
    work: UnitOfWork, order: Order, edit: OrderEdit, by: str | None, now: datetime, ids: Ids, policy: DownloadPolicy
) -> None:
    """Raises OrderEditClosed, OrderEditQuantity, OrderEditTotal, OutOfStock; then nothing has happened."""
    edit.check(order, issued_cards(work, order))
    edit.price(order)
    _move_stock(work, order, edit.confirm(order, by, now, ids.new))
    cut_down(work, order)
    if edit.payment_collection_id is not None:
        take_over(work, order, work.payment_collections.get(edit.payment_collection_id))
    follow_money(work, order, edit.id, now, ids, policy)


def take_over(work: UnitOfWork, order: Order, collection: PaymentCollection) -> None:
    """What was paid into the collection becomes payments of the order."""
    order.payments += [payment for payment in collection.payments if payment.canceled_at is None]
    collection.payments = [payment for payment in collection.payments if payment.canceled_at is not None]


def follow_money(work: UnitOfWork, order: Order, cause: str, now: datetime, ids: Ids, policy: DownloadPolicy) -> None:
    """Hand out what is paid for; have what is only authorised captured where something waits for it."""
    if order.settled:
        grant_downloads(work, order, policy, now, ids)
        issue_cards(work, order, now, ids)
    elif order.digital_lines and any(payment.captured_at is None for payment in order.payments):
        paid = len(order.payments)
        work.schedule(CAPTURE, {"order_id": order.id}, dedupe_key=f"{CAPTURE}:{cause}:{paid}", at=now)


def _move_stock(work: UnitOfWork, order: Order, moved: Counter[str]) -> None:
    """In ascending id order, as sales do, so that nobody waits for each other crosswise."""
    for variant_id in sorted(moved):
        more = moved[variant_id]
        if more < 0:
            work.stock.put_back(variant_id, -more)
        elif more > 0 and not work.stock.take(variant_id, more):
            title = next(item.title for item in order.items if item.variant_id == variant_id)
            raise OutOfStock(f"{title} is not available in the quantity asked for")
