"""A cart has one payment that can be paid, however many begin it at once and whoever is quicker."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.memory.providers import InMemoryPaymentProviders
from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.payment import SessionStatus
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.checkout_budgets import CheckoutBudgets
from core.use_cases.cart.open_payment import OpenPayment, PaymentChoice
from core.use_cases.cart.refresh_payment_session import RefreshPaymentSession
from core.use_cases.cart.remove_payment import RemovePayment
from core.use_cases.cart.select_payment import SelectPayment
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.cart.update_cart import CartChanges
from tests.paying_shop import PRICE, PayingShop, assert_sold_once

PROVIDER = "stripe"


class Tills:
    """The ways to begin a payment."""

    def __init__(self, shop: PayingShop) -> None:
        begin, pricing, ids = shop.begin, shop.pricing, shop.ids
        providers, abandon = InMemoryPaymentProviders(shop.payments), AbandonSessions(shop.clock, ids)
        opener = SessionOpener(begin, providers, abandon, ids, CheckoutBudgets(shop.limits))
        select = SelectPayment(begin, opener, abandon, ids)
        open_payment = OpenPayment(begin, providers, pricing, opener, abandon, ids)
        refresh = RefreshPaymentSession(begin, providers, pricing, opener, abandon, ids)
        self.remove = RemovePayment(begin, abandon)
        self.ways: dict[str, Callable[[], object]] = {
            "start": lambda: shop.start_payment(ANONYMOUS, shop.cart_id),
            "select": lambda: select(ANONYMOUS, shop.cart_id, PROVIDER),
            "open": lambda: open_payment(ANONYMOUS, shop.cart_id, PaymentChoice(provider_id=PROVIDER)),
            "refresh": lambda: refresh(ANONYMOUS, shop.cart_id, PROVIDER),
        }


def unpaid(*, begun: bool = False) -> PayingShop:
    """A cart whose payment was let go of and released; begun: one that is open at its provider."""
    shop = PayingShop()
    if not begun:
        Tills(shop).remove(ANONYMOUS, shop.cart_id, PROVIDER)
        shop.run_jobs()
    return shop


def payable(shop: PayingShop) -> list[str]:
    return [one.reference for one in shop.payments.accounts.values() if one.status is SessionStatus.PENDING]


def shown(shop: PayingShop) -> str:
    """The payment that the cart shows its buyer."""
    (session,) = shop.memory.carts[shop.cart_id].payment_sessions
    return str(session.data["id"])


@pytest.mark.parametrize("way", ["start", "open", "refresh"])
@pytest.mark.parametrize("races", [1, 3])
def test_a_payment_whose_record_lost_a_race_is_begun_once(way: str, races: int) -> None:
    shop = unpaid(begun=way == "refresh")
    begun = len(shop.payments.accounts)
    shop.begin.lose("cart.open_payment_session", times=races)

    Tills(shop).ways[way]()
    shop.run_jobs()

    assert len(shop.payments.accounts) == begun + 1
    assert [call.method for call in shop.payments.calls].count("initiate") == begun + 1
    assert payable(shop) == [shown(shop)]


@pytest.mark.parametrize("way", ["start", "open"])
def test_of_two_payments_begun_at_once_the_one_that_was_shown_first_stands(way: str) -> None:
    shop = unpaid()
    seen: list[str] = []

    def other_window() -> None:
        shop.update_cart(ANONYMOUS, shop.cart_id, CartChanges(metadata={"note": "hurry"}))
        shop.start_payment(ANONYMOUS, shop.cart_id)
        seen.append(shown(shop))

    shop.begin.after("cart.open_payment_session", other_window, well=1)  # before that, one looks for one to take up
    Tills(shop).ways[way]()
    shop.run_jobs()

    assert shop.begin.settled
    assert seen == [shown(shop)] == payable(shop)
    shop.reference = seen[0]
    shop.buyer_pays()
    shop.browser_completes()
    shop.calm_down()
    assert_sold_once(shop)


def test_a_payment_begun_for_a_cart_that_was_paid_otherwise_meanwhile_is_released() -> None:
    shop = unpaid()

    def other_window() -> None:
        shop.update_cart(ANONYMOUS, shop.cart_id, CartChanges(metadata={"note": "hurry"}))
        shop.start_payment(ANONYMOUS, shop.cart_id)
        shop.reference = shown(shop)
        shop.buyer_pays()
        shop.browser_completes()

    shop.begin.after("cart.open_payment_session", other_window, well=1)
    shop.start_payment(ANONYMOUS, shop.cart_id)
    shop.calm_down()

    assert payable(shop) == []
    assert_sold_once(shop)


def test_a_payment_begun_for_a_way_to_pay_that_was_withdrawn_meanwhile_is_released() -> None:
    shop = unpaid()
    tills = Tills(shop)
    shop.begin.after("cart.open_payment_session", lambda: tills.remove(ANONYMOUS, shop.cart_id, PROVIDER), well=1)

    tills.ways["start"]()
    shop.run_jobs()

    assert shop.memory.carts[shop.cart_id].payment_sessions == []
    assert payable(shop) == []


def test_two_that_are_answered_the_same_payment_keep_it() -> None:
    """As when both ask before either has written anything."""
    shop = unpaid()
    shop.begin.after("cart.open_payment_session", lambda: shop.start_payment(ANONYMOUS, shop.cart_id), well=1)

    shop.start_payment(ANONYMOUS, shop.cart_id)
    shop.run_jobs()

    assert payable(shop) == [shown(shop)]
    with shop.begin(SYSTEM, "test.look") as work:
        assert work.attempts.owed(shop.cart_id, PROVIDER) == []
    assert shop.payments.accounts[shown(shop)].amount == PRICE
