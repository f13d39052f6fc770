"""Taking a purchase's share from its gift cards, and giving it back.

Called inside the transaction that places or cancels an order, so that cards and orders never disagree.
"""

from datetime import datetime

from core.domain.cart import Cart
from core.domain.errors import ConcurrentUpdate
from core.domain.gift_card import EntryKind, GiftCardInsufficient, GiftCardNotFound, GiftCardTransaction
from core.domain.order import Order
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork


def spend_cards(work: UnitOfWork, cart: Cart, order_id: str, now: datetime, ids: Ids) -> None:
    """Take what each of the cart's cards pays. In ascending id order, so that two orders never wait for
    each other crosswise. Raises GiftCardInsufficient when a card no longer holds it."""
    for use in sorted(cart.card_uses, key=lambda use: use.gift_card_id):
        entry = GiftCardTransaction(
            id=ids.new("gct"),
            gift_card_id=use.gift_card_id,
            kind=EntryKind.DEBIT,
            amount=use.amount,
            order_id=order_id,
            tax_rate=use.tax_rate,
            created_at=now,
        )
        if not work.gift_cards.debit(entry):
            raise GiftCardInsufficient("A gift card does not hold enough any more; look at the cart again")


def credit_cards(work: UnitOfWork, order: Order, now: datetime, ids: Ids) -> int:
    """Give back to the cards what the order took from them, as far as they have room for it and were not
    deleted; how much that was. For an order that is canceled, once. Raises ConcurrentUpdate when
    something went back before."""
    returned = 0
    if not order.totals.gift_card_total:
        return returned
    if work.gift_cards.gave_back(order.id):
        raise ConcurrentUpdate("what the order took from gift cards is written down already as given back")
    for entry in work.gift_cards.taken_by(order.id):
        back = _into_card(work, entry, now, ids)
        if back is not None:
            work.gift_cards.record(back)
            returned += back.amount
    return returned


def _into_card(work: UnitOfWork, taken: GiftCardTransaction, now: datetime, ids: Ids) -> GiftCardTransaction | None:
    try:
        card = work.gift_cards.get(taken.gift_card_id)
    except GiftCardNotFound:
        return None  # staff deleted it: nobody could spend what it held
    return card.give_back(taken, ids.new("gct"), now)
