"""Having an edit, its order and its payment collection in hand, locked in the order everybody locks them."""

from collections import Counter

from core.domain.actor import Actor
from core.domain.errors import NotFound
from core.domain.order import Order, OrderNotFound
from core.domain.order_edit import OrderEdit, OrderEditNotFound
from core.domain.payment_collection import PaymentCollection, PaymentCollectionNotFound
from core.use_cases.returning.ownership import own_order
from ports.unit_of_work import UnitOfWork


def lock_edit(work: UnitOfWork, actor: Actor, edit_id: str) -> tuple[Order, OrderEdit]:
    """Raises OrderEditNotFound, for other people's too."""
    missing = OrderEditNotFound(f"Order edit with id {edit_id} was not found")
    order_id = work.order_edits.order_of(edit_id)
    if order_id is None:
        raise missing
    try:
        return own_order(work, actor, order_id), work.order_edits.get(edit_id)
    except (OrderNotFound, OrderEditNotFound):
        raise missing from None


def lock_collection(
    work: UnitOfWork, actor: Actor, collection_id: str
) -> tuple[Order, OrderEdit | None, PaymentCollection]:
    """Raises PaymentCollectionNotFound, for other people's too. The edit is None once the two have parted."""
    missing = PaymentCollectionNotFound(f"Payment collection with id {collection_id} was not found")
    order_id = work.payment_collections.order_of(collection_id)
    if order_id is None:
        raise missing
    try:
        order = own_order(work, actor, order_id)
        edit = work.order_edits.of_collection(collection_id)
        return order, edit, work.payment_collections.get(collection_id)
    except NotFound:
        raise missing from None


def issued_cards(work: UnitOfWork, order: Order) -> Counter[str]:
    """How many gift cards were made, by line: these units have been handed out."""
    if not any(line.is_giftcard for line in order.items):
        return Counter()
    return Counter(card.order_item_id for card in work.gift_cards.issued_by(order.id) if card.order_item_id)
