"""How often one e-mail address may pay, whatever carts it is given to, and one cart open payments."""

from datetime import timedelta

import pytest

from adapters.memory.clock import FrozenClock
from adapters.memory.rate_limits import InMemoryRateLimits
from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from core.domain.errors import RateLimited
from core.use_cases.cart.checkout_budgets import CheckoutBudgets
from core.use_cases.cart.create_cart import NewCart
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.order.place_order import CompletionKind
from tests.paying_shop import PayingShop

ADA = "ada@example.com"
CUSTOMER = Actor(kind=ActorKind.CUSTOMER, id="cus_1", network="2.2.2.2")


class LimitedShop(PayingShop):
    """The shop's own cart has opened a payment already."""

    def __init__(self) -> None:
        super().__init__()
        self.limits = InMemoryRateLimits(self.clock)
        self._wire()

    def cart(self, email: str = ADA) -> str:
        cart_id = self.create_cart(ANONYMOUS, NewCart(region_id="reg_1"))
        self.add_line(ANONYMOUS, cart_id, "variant_1", 1, None)
        self.update_cart(ANONYMOUS, cart_id, CartChanges(email=email))
        return cart_id

    def opens(self, email: str = ADA, actor: Actor = ANONYMOUS) -> int:
        """Seconds to wait."""
        return waits(lambda: self.start_payment(actor, self.cart(email)))

    def completes(self, cart_id: str, actor: Actor = ANONYMOUS) -> int:
        return waits(lambda: self.place_order(actor, cart_id))


def waits(act) -> int:  # type: ignore[no-untyped-def]
    try:
        act()
    except RateLimited as refusal:
        return refusal.retry_after
    return 0


@pytest.fixture
def shop() -> LimitedShop:
    return LimitedShop()


def test_an_address_opens_six_payments_a_minute_on_whatever_carts(shop: LimitedShop) -> None:
    assert [shop.opens() for _ in range(6)] == [0] * 6

    opened = len(shop.payments.accounts)
    assert shop.opens(" ADA@Example.com ".strip()) == 60
    assert len(shop.payments.accounts) == opened
    assert shop.opens("eve@example.com") == 0
    shop.clock.advance(timedelta(minutes=1))
    assert shop.opens() == 0


def test_asking_again_for_a_payment_that_is_open_counts_for_nothing(shop: LimitedShop) -> None:
    cart_id = shop.cart()

    assert {waits(lambda: shop.start_payment(ANONYMOUS, cart_id)) for _ in range(20)} == {0}


def test_an_address_completes_six_times_a_minute_and_the_cart_stays_usable(shop: LimitedShop) -> None:
    carts = [shop.cart() for _ in range(7)]
    for number, cart_id in enumerate(carts):
        shop.clock.advance(timedelta(minutes=number == 6))
        shop.start_payment(ANONYMOUS, cart_id)
    assert [shop.completes(cart_id) for cart_id in carts[:6]] == [0] * 6  # the buyer has not paid any of them

    assert shop.completes(carts[6]) == 60
    left = shop.memory.carts[carts[6]]
    assert (left.attempt_id, len(left.payment_sessions), left.order_id) == (None, 1, None)
    shop.clock.advance(timedelta(minutes=1))
    assert shop.completes(carts[6]) == 0


def test_a_paid_cart_is_completed_by_the_providers_report_all_the_same(shop: LimitedShop) -> None:
    for _ in range(6):
        shop.completes(shop.cart_id)
    shop.buyer_pays()
    assert shop.completes(shop.cart_id) == 60

    shop.tell_paid()
    shop.run_jobs()

    assert shop.memory.carts[shop.cart_id].order_id is not None
    assert shop.place_order(SYSTEM, shop.cart_id).kind is CompletionKind.ORDER


def test_completing_what_is_complete_counts_for_nothing(shop: LimitedShop) -> None:
    shop.buyer_pays()

    assert {shop.completes(shop.cart_id) for _ in range(20)} == {0}


def test_whoever_uses_up_the_hour_stops_for_half_an_hour() -> None:
    clock = FrozenClock()
    budgets = CheckoutBudgets(InMemoryRateLimits(clock))

    def complete(email: str = ADA, actor: Actor = ANONYMOUS) -> int:
        clock.advance(timedelta(minutes=2))
        return waits(lambda: budgets.spend_on_completion(actor, email))

    assert [complete() for _ in range(20)] == [0] * 20
    clock.advance(timedelta(minutes=17))
    assert complete(actor=CUSTOMER) == 1800  # minute 59; the first was at minute 2
    clock.advance(timedelta(minutes=27))
    assert complete() == 60
    assert complete("eve@example.com") == 0
    assert complete() == 0


@pytest.mark.parametrize("kind", [ActorKind.SYSTEM, ActorKind.PROVIDER, ActorKind.USER, ActorKind.API_KEY])
def test_only_buyers_are_counted(kind: ActorKind) -> None:
    budgets = CheckoutBudgets(InMemoryRateLimits(FrozenClock()))

    assert {waits(lambda: budgets.spend_on_payment(Actor(kind=kind, id="x"), "cart_1", ADA)) for _ in range(30)} == {
        0
    }


def test_a_cart_opens_six_payments_a_minute_for_whatever_address() -> None:
    clock = FrozenClock()
    budgets = CheckoutBudgets(InMemoryRateLimits(clock))
    addresses = [None, *(f"{number}@example.com" for number in range(5)), None]

    def opens(cart_id: str, address: str | None = None) -> int:
        return waits(lambda: budgets.spend_on_payment(ANONYMOUS, cart_id, address))

    assert [opens("cart_1", address) for address in addresses] == [0] * 6 + [60]
    assert opens("cart_2") == 0
    clock.advance(timedelta(minutes=1))
    assert opens("cart_1") == 0
