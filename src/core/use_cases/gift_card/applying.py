"""Putting gift cards on a cart and keeping the cart's picture of them true.

Called inside the unit of work that holds the cart, before its totals are worked out.
"""

from collections.abc import Iterable
from datetime import datetime

from core.domain.cart import Cart
from core.domain.errors import DomainError
from core.domain.gift_card import AppliedGiftCard, GiftCard, GiftCardNotFound, normalise_code
from core.domain.region import Region
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork


def apply_cards(work: UnitOfWork, cart: Cart, codes: Iterable[str], now: datetime, ids: Ids) -> None:
    """These cards and no others are to pay for the cart.

    Raises GiftCardNotFound, GiftCardDisabled, GiftCardExpired, GiftCardEmpty, GiftCardElsewhere.
    """
    cards: dict[str, GiftCard] = {}
    for code in codes:
        card = work.gift_cards.by_code(normalise_code(code))
        if card is None:
            raise GiftCardNotFound(f"Gift card with code: {code} was not found")
        card.check_usable(cart.region_id, now)
        cards[card.id] = card
    region = work.regions.get(cart.region_id)
    known = {applied.gift_card_id: applied.id for applied in cart.gift_cards}
    cart.gift_cards = tuple(_picture(card, region, known.get(card.id) or ids.new("cgc")) for card in cards.values())


def refresh_cards(work: UnitOfWork, cart: Cart, region: Region, now: datetime) -> None:
    """Bring the cart's picture of its cards up to date; those that cannot be used any more leave it."""
    if not cart.gift_cards:
        return
    there: dict[str, GiftCard] = {
        card.id: card for card in work.gift_cards.of(applied.gift_card_id for applied in cart.gift_cards)
    }
    cart.gift_cards = tuple(
        _picture(card, region, applied.id)
        for applied in cart.gift_cards
        if (card := there.get(applied.gift_card_id)) is not None and _usable(card, cart, now)
    )


def cards_are_fresh(work: UnitOfWork, cart: Cart, now: datetime) -> bool:
    """Whether the cart's picture of its cards still holds."""
    if not cart.gift_cards:
        return True
    region = work.regions.get(cart.region_id)
    there: dict[str, GiftCard] = {
        card.id: card for card in work.gift_cards.of(applied.gift_card_id for applied in cart.gift_cards)
    }
    return all(
        (card := there.get(applied.gift_card_id)) is not None
        and _usable(card, cart, now)
        and _picture(card, region, applied.id) == applied
        for applied in cart.gift_cards
    )


def first_end(cart: Cart) -> datetime | None:
    """When the first of the cart's cards runs out."""
    return min((card.ends_at for card in cart.gift_cards if card.ends_at is not None), default=None)


def _usable(card: GiftCard, cart: Cart, now: datetime) -> bool:
    try:
        card.check_usable(cart.region_id, now)
    except DomainError:
        return False
    return True


def _picture(card: GiftCard, region: Region, id: str) -> AppliedGiftCard:
    return AppliedGiftCard(
        id=id,
        gift_card_id=card.id,
        balance=card.balance,
        tax_rate=card.tax_rate,
        ends_at=card.ends_at,
        covers_tax=not region.gift_cards_taxable,
    )
