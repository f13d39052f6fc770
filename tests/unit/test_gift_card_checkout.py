"""A gift card that is spent elsewhere while somebody pays the rest of a cart."""

from __future__ import annotations

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.gift_card import GiftCardInsufficient
from core.domain.payment import AttemptState
from core.use_cases.cart.create_cart import NewCart
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.gift_card.create_gift_card import CreateGiftCard, NewGiftCard
from core.use_cases.gift_card.update_gift_card import GiftCardChanges, UpdateGiftCard
from tests.paying_shop import PRICE, PayingShop

HELD = 600


@pytest.fixture
def shop() -> PayingShop:
    """A cart of 1,000 with a card of 600 on it, and a payment begun for the rest."""
    shop = PayingShop()
    card_id = CreateGiftCard(shop.begin, shop.ids)(SYSTEM, NewGiftCard(value=HELD, region_id="reg_1"))
    code = shop.memory.gift_cards[card_id].code
    shop.update_cart(ANONYMOUS, shop.cart_id, CartChanges(gift_card_codes=(code,)))
    assert shop.memory.carts[shop.cart_id].payment_sessions[0].amount == PRICE - HELD
    return shop


def spend_elsewhere(shop: PayingShop) -> None:
    (card,) = shop.memory.gift_cards.values()
    other = shop.create_cart(ANONYMOUS, NewCart(region_id="reg_1"))
    shop.add_line(ANONYMOUS, other, "variant_1", 1, None)
    shop.update_cart(ANONYMOUS, other, CartChanges(email="bob@example.com", gift_card_codes=(card.code,)))
    shop.start_payment(ANONYMOUS, other)
    shop.payments.buyer_acts(str(shop.memory.carts[other].payment_sessions[0].data["id"]))
    shop.place_order(ANONYMOUS, other)


def test_money_that_was_taken_goes_back_and_the_cart_can_be_bought_without_the_card(shop: PayingShop) -> None:
    shop.buyer_pays()
    shop.payments.meanwhile.append(lambda: spend_elsewhere(shop))

    with pytest.raises(GiftCardInsufficient):
        shop.browser_completes()
    shop.run_jobs()

    account = shop.payments.accounts[shop.reference]
    assert (account.captured, account.refunded) == (PRICE - HELD, PRICE - HELD)
    states = sorted(attempt.state for attempt in shop.memory.attempts.values())
    assert states == [AttemptState.PLACED, AttemptState.REFUNDED]
    shop.start_payment(ANONYMOUS, shop.cart_id)
    cart = shop.memory.carts[shop.cart_id]
    assert (cart.gift_cards, cart.due, cart.attempt_id) == ((), PRICE, None)
    shop.payments.buyer_acts(str(cart.payment_sessions[0].data["id"]))
    shop.browser_completes()
    assert len(shop.memory.orders) == 2


def test_nothing_is_taken_when_it_is_noticed_before_the_payment(shop: PayingShop) -> None:
    spend_elsewhere(shop)

    with pytest.raises(GiftCardInsufficient) as refused:
        shop.browser_completes()
    assert refused.value.extra["totals"]["total"] == PRICE  # type: ignore[index]
    assert shop.payments.accounts[shop.reference].captured == 0


def test_a_card_that_only_ran_out_pays_for_what_was_paid_with_it(shop: PayingShop) -> None:
    (card,) = shop.memory.gift_cards.values()
    changes = GiftCardChanges(ends_at=shop.clock.now())
    shop.buyer_pays()
    UpdateGiftCard(shop.begin, shop.clock, shop.ids)(SYSTEM, card.id, changes)

    shop.browser_completes()

    (order,) = shop.memory.orders.values()
    assert (order.totals.gift_card_total, order.paid_total) == (HELD, PRICE - HELD)
