"""The till of the cart machine: a real shop wired to stand-in providers, and its model beside it."""

from __future__ import annotations

from hypothesis.stateful import RuleBasedStateMachine

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.payments import InMemoryPayments
from adapters.memory.providers import (
    InMemoryFulfillmentProviders,
    InMemoryPaymentProviders,
    InMemoryTaxProviders,
)
from adapters.memory.rate_limits import NoRateLimits
from core.domain.actor import SYSTEM
from core.domain.cart import Cart
from core.domain.order import Order
from core.domain.payment import AttemptState
from core.domain.product import DownloadPolicy
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.add_line import AddLine
from core.use_cases.cart.checkout_budgets import CheckoutBudgets
from core.use_cases.cart.choose_shipping import ChooseShipping
from core.use_cases.cart.create_cart import CreateCart
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.refresh_cart import RefreshCart
from core.use_cases.cart.refresh_payment_session import RefreshPaymentSession
from core.use_cases.cart.remove_discount import RemoveDiscount
from core.use_cases.cart.remove_line import RemoveLine
from core.use_cases.cart.remove_payment import RemovePayment
from core.use_cases.cart.select_payment import SelectPayment
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.cart.start_payment import StartPayment
from core.use_cases.cart.update_cart import UpdateCart
from core.use_cases.cart.update_line import UpdateLine
from core.use_cases.cart.update_payment_session import UpdatePaymentSession
from core.use_cases.discount.update_discount import UpdateDiscount
from core.use_cases.fulfillment.cancel_fulfillment import CancelFulfillment
from core.use_cases.order.cancel_order import CancelOrder
from core.use_cases.order.capture_payment import CapturePayment
from core.use_cases.order.handle_refund import HandleRefund
from core.use_cases.order.place_order import PlaceOrder
from core.use_cases.order.refund_checkout import RefundCheckout
from core.use_cases.order.refund_payment import RefundPayment
from core.use_cases.order.release_payments import ReleasePayments
from core.use_cases.order.settle_refund import SettleRefund
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin
from tests.machines.cart_shop import (
    PROVIDERS,
    a_model,
    open_shop,
)


class CartDesk(RuleBasedStateMachine):
    def begin_factory(self, clock: Clock, ids: Ids) -> Begin:
        """A way into one empty shop with its default sales channel and shipping profile."""
        raise NotImplementedError

    def attempts(self):  # type: ignore[no-untyped-def]
        """Every recorded payment attempt."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.clock = FrozenClock()
        self.ids = CountingIds()
        self.begin = self.begin_factory(self.clock, self.ids)
        self.tills = {id: InMemoryPayments(id) for id in PROVIDERS}
        self._wire()
        self.shop = a_model()
        self.done: dict[str, str] = {}  # order by cart
        open_shop(self.begin, self.shop, self.clock, self.ids)

    def _wire(self) -> None:
        providers = InMemoryPaymentProviders(*self.tills.values())
        pricing = CartPricing(InMemoryTaxProviders(), self.clock, self.ids)
        abandon = AbandonSessions(self.clock, self.ids)
        budgets = CheckoutBudgets(NoRateLimits())
        opener = SessionOpener(self.begin, providers, abandon, self.ids, budgets)
        sync = SessionSync(self.begin, opener, abandon)
        policy = DownloadPolicy(limit=2, days=30)
        self.create_cart = CreateCart(self.begin, pricing, self.ids)
        self.add_line = AddLine(self.begin, pricing, sync)
        self.update_line = UpdateLine(self.begin, pricing, sync)
        self.remove_line = RemoveLine(self.begin, pricing, sync)
        self.update_cart = UpdateCart(self.begin, pricing, sync, abandon, self.clock, self.ids)
        self.remove_discount = RemoveDiscount(self.begin, pricing, sync)
        self.choose_shipping = ChooseShipping(self.begin, InMemoryFulfillmentProviders(), pricing, sync, self.ids)
        self.refresh = RefreshCart(self.begin, pricing, sync)
        self.start_payment = StartPayment(self.begin, providers, pricing, opener, abandon, self.ids)
        self.select_payment = SelectPayment(self.begin, opener, abandon, self.ids)
        self.update_payment = UpdatePaymentSession(self.begin, self.select_payment, providers)
        self.refresh_payment = RefreshPaymentSession(self.begin, providers, pricing, opener, abandon, self.ids)
        self.remove_payment = RemovePayment(self.begin, abandon)
        self.place_order = PlaceOrder(
            self.begin, providers, pricing, self.clock, self.ids, policy, CheckoutBudgets(NoRateLimits())
        )
        self.capture = CapturePayment(self.begin, providers, self.clock, self.ids, policy)
        handle = HandleRefund(self.begin, self.clock, self.ids, policy)
        settle = SettleRefund(self.begin, providers, handle)
        release = ReleasePayments(self.begin, providers, settle, self.clock, self.ids)
        call_off = CancelFulfillment(self.begin, InMemoryFulfillmentProviders(), self.clock)
        self.cancel_order = CancelOrder(self.begin, call_off, {}, settle, release, self.clock, self.ids)
        self.refund_payment = RefundPayment(self.begin, settle, self.clock, self.ids)
        self.refund_checkout = RefundCheckout(self.begin, providers, self.clock, self.ids)
        self.update_discount = UpdateDiscount(self.begin, self.ids)

    # Looking

    def _cart(self) -> Cart:
        with self.begin(SYSTEM, "test.look") as work:
            return work.carts.get(self.cart_id)

    def _order(self, id: str) -> Order:
        with self.begin(SYSTEM, "test.look") as work:
            return work.orders.get(id)

    def _line(self, variant: str) -> str:
        return next(item.id for item in self._cart().items if item.variant_id == variant)

    def _return_what_is_owed(self) -> None:
        for attempt in self.attempts():
            if attempt.state is AttemptState.REFUND_DUE:
                self.refund_checkout(SYSTEM, attempt.id)
