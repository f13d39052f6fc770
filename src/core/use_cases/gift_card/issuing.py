"""Making the gift cards that an order bought, and voiding those whose sale is taken back.

Called inside the transaction that settles an order or stores a refund; so money and cards never part.
"""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from core.domain.dispute import DisputeState
from core.domain.events import GiftCardsIssued
from core.domain.gift_card import GiftCard, GiftCardId, GiftCardSpent, readable_code
from core.domain.money import allocate
from core.domain.order import Order, OrderLine, OrderStatus
from core.domain.payment import RefundLine
from core.domain.region import Region
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork


def issue_cards(work: UnitOfWork, order: Order, now: datetime, ids: Ids) -> int:
    """One card per unit of each gift card line of a settled order, as far as they were not issued before;
    how many that were. value: the unit's price without tax and before discount, as in Medusa v1."""
    lines = [line for line in order.items if line.is_giftcard and not line.is_return]
    if not lines or not order.settled or _taken_back(order):
        return 0
    issued = {(card.order_item_id, card.unit) for card in work.gift_cards.issued_by(order.id)}
    region = work.regions.kept(order.region_id)
    made = 0
    for line in lines:
        left = line.quantity - order.refunded_quantity(line.id)
        for unit, value in enumerate(allocate(line.subtotal, [1] * line.quantity)[:left]):
            if value and (line.id, unit) not in issued:
                work.gift_cards.add(_card(order, line, unit, value, region, ids))
                made += 1
    if made:
        order.events.append(GiftCardsIssued(order_id=order.id))
    return made


def follow_sale(work: UnitOfWork, order: Order) -> None:
    """Let the cards an order sold follow what became of the sale, however often that turns.

    As many cards of a line are void as units were refunded, unused ones first; all of them once everything
    has gone back, the order is canceled or a dispute is lost. The others revive: a refund that had gone
    through came back, or the dispute was won after all.
    """
    lines = list(_card_lines(order))
    if not lines:
        return
    sold = work.gift_cards.issued_by(order.id)
    for line in lines:
        cards = [card for card in sold if card.order_item_id == line.id]
        void = len(cards) if _taken_back(order) else order.refunded_quantity(line.id)
        for place, card in enumerate(_first_to_go(cards)):
            if place < void:
                card.void()
            else:
                card.revive()


def _taken_back(order: Order) -> bool:
    lost = order.dispute_state is DisputeState.LOST
    return lost or order.fully_refunded or order.status is OrderStatus.CANCELED


def check_cards_unused(work: UnitOfWork, order: Order, refunded: Iterable[RefundLine]) -> None:
    """Raises GiftCardSpent when a refund names more units of a gift card line than are left unused."""
    cards = {line.id for line in _card_lines(order)}
    for line in refunded:
        if line.item_id not in cards:
            continue
        units = [card for card in work.gift_cards.issued_by(order.id) if card.order_item_id == line.item_id]
        promised = order.refunded_quantity(line.item_id, promised=True) + line.quantity
        used = sum(not card.unused for card in units)
        if promised > order.line(line.item_id).quantity - used:
            raise GiftCardSpent("a gift card of this line has been used; refund without naming the line")


def _card_lines(order: Order) -> Iterable[OrderLine]:
    return (line for line in order.items if line.is_giftcard)


def _first_to_go(cards: list[GiftCard]) -> list[GiftCard]:
    """Those that are void already, then the unused, then those with the most left."""

    def key(card: GiftCard) -> tuple[bool, bool, int]:
        void = card.is_void or (card.is_disabled and card.balance > 0)
        return not void, not card.unused, -card.balance

    return sorted(cards, key=key)


def _card(order: Order, line: OrderLine, unit: int, value: int, region: Region, ids: Ids) -> GiftCard:
    rate = sum((tax.rate for tax in line.tax_lines), start=Decimal(0))
    return GiftCard(
        id=GiftCardId(ids.new("gift")),
        code=readable_code(ids.new("code")),
        value=value,
        region_id=order.region_id,
        order_id=order.id,
        order_item_id=line.id,
        unit=unit,
        tax_rate=rate if region.gift_cards_taxable else None,
        metadata=dict(line.metadata or {}),
    )
