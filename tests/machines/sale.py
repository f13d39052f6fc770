"""The life of a sale, from the first line in the cart to the last refund, against a model of its own.

The model knows prices, quantities, stock and refunds as small numbers and does its own arithmetic; the
payment provider's own books (``InMemoryPayments.accounts``) are the second witness. Nothing of the
code under test is used to decide what should happen.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.payments import Fault, InMemoryPayments
from adapters.memory.providers import InMemoryPaymentProviders, InMemoryTaxProviders
from adapters.memory.rate_limits import NoRateLimits
from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Role
from core.domain.cart import CartNotReady, InsufficientInventory, OutOfStock, PriceChanged
from core.domain.errors import DomainError, Invalid
from core.domain.order import Order
from core.domain.payment import (
    AttemptState,
    PaymentDeclined,
    PaymentProviderUnavailable,
    RefundExceedsCaptured,
    RefundReport,
    RefundState,
)
from core.domain.pricing import MoneyAmount
from core.domain.product import DownloadPolicy, Product, ProductId, ProductStatus, Variant, VariantId
from core.domain.product_file import FileState, ProductFile, ProductFileId
from core.domain.region import Region, RegionId
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.add_line import AddLine
from core.use_cases.cart.checkout_budgets import CheckoutBudgets
from core.use_cases.cart.create_cart import CreateCart, NewCart
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.refresh_cart import RefreshCart
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.cart.start_payment import StartPayment
from core.use_cases.cart.update_cart import CartChanges, UpdateCart
from core.use_cases.cart.update_line import UpdateLine
from core.use_cases.order.capture_payment import CapturePayment
from core.use_cases.order.handle_refund import HandleRefund
from core.use_cases.order.place_order import CompletionKind, PlaceOrder
from core.use_cases.order.refund_checkout import RefundCheckout
from core.use_cases.order.refund_payment import RefundPayment, RefundRequest
from core.use_cases.order.settle_refund import SettleRefund
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin

ADMIN = Actor(kind=ActorKind.USER, id="usr_1", role=Role.ADMIN)
TAX = 10  # percent
STOCK = 4

# Small numbers on purpose: sums that collide and run over are where the bugs are.
amounts = st.integers(min_value=1, max_value=25)
variants = st.sampled_from(["free_stock", "scarce"])
quantities = st.integers(min_value=1, max_value=3)


def taxed(price: int, quantity: int) -> int:
    """Price and tax of one line, half up, in whole numbers."""
    return price * quantity + (price * quantity * TAX + 50) // 100


class SaleMachine(RuleBasedStateMachine):
    captures_at_once = False

    def begin_factory(self, clock: Clock, ids: Ids) -> Begin:
        """A way into one empty shop with its default sales channel and shipping profile."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.clock = FrozenClock()
        self.ids = CountingIds()
        self.begin = self.begin_factory(self.clock, self.ids)
        self.provider = InMemoryPayments(captures_at_once=self.captures_at_once)
        self._wire()

        self.prices = {"free_stock": 7, "scarce": 10}  # the model
        self.stock = STOCK
        self.lines: dict[str, tuple[int, int]] = {}  # variant -> (price in the cart, quantity)
        self.agreed: int | None = None
        self.agreed_lines: dict[str, tuple[int, int]] = {}
        self.order_id: str | None = None
        self.paid = 0
        self.refund_sums: dict[str, int] = {}  # provider refund id -> amount
        self.refunded_units = {"free_stock": 0, "scarce": 0}
        self.reports: list[RefundReport] = []
        self.session_failed = False

    def _wire(self) -> None:
        providers = InMemoryPaymentProviders(self.provider)
        pricing = CartPricing(InMemoryTaxProviders(), self.clock, self.ids)
        abandon = AbandonSessions(self.clock, self.ids)
        budgets = CheckoutBudgets(NoRateLimits())
        opener = SessionOpener(self.begin, providers, abandon, self.ids, budgets)
        sync = SessionSync(self.begin, opener, abandon)
        policy = DownloadPolicy(limit=2, days=30)
        self.create_cart = CreateCart(self.begin, pricing, self.ids)
        self.add_line = AddLine(self.begin, pricing, sync)
        self.update_line = UpdateLine(self.begin, pricing, sync)
        self.update_cart = UpdateCart(self.begin, pricing, sync, abandon, self.clock, self.ids)
        self.refresh = RefreshCart(self.begin, pricing, sync)
        self.start_payment = StartPayment(self.begin, providers, pricing, opener, abandon, self.ids)
        self.place_order = PlaceOrder(
            self.begin, providers, pricing, self.clock, self.ids, policy, CheckoutBudgets(NoRateLimits())
        )
        self.capture = CapturePayment(self.begin, providers, self.clock, self.ids, policy)
        self.handle_refund = HandleRefund(self.begin, self.clock, self.ids, policy)
        settle = SettleRefund(self.begin, providers, self.handle_refund)
        self.refund_payment = RefundPayment(self.begin, settle, self.clock, self.ids)
        self.refund_checkout = RefundCheckout(self.begin, providers, self.clock, self.ids)

    @initialize()
    def open_shop(self) -> None:
        with self.begin(SYSTEM, "test.shop") as work:
            profile, store = work.shop.default_profile(), work.shop.store()
            work.regions.add(
                Region(id=RegionId("reg_1"), name="EU", currency_code="eur", tax_rate=TAX, country_codes=("de", "fr"))  # type: ignore[arg-type]
            )
            work.products.add(
                Product(
                    id=ProductId("prod_1"),
                    title="Pack",
                    handle="pack",
                    profile_id=profile.id,
                    status=ProductStatus.PUBLISHED,
                    sales_channel_ids=(store.default_sales_channel_id,),
                    variants=[
                        self._variant("free_stock", 7, manage_inventory=False),
                        self._variant("scarce", 10, manage_inventory=True),
                    ],
                )
            )
            work.commit()
        with self.begin(SYSTEM, "test.file") as work:
            work.files.add(a_file("pfile_1", "prod_1"))
            work.commit()
        self.cart_id = self.create_cart(ANONYMOUS, NewCart(region_id="reg_1"))
        self.update_cart(ANONYMOUS, self.cart_id, CartChanges(email="ada@example.com"))

    def _variant(self, name: str, price: int, *, manage_inventory: bool) -> Variant:
        return Variant(
            id=VariantId(name),
            title=name,
            requires_shipping=False,
            manage_inventory=manage_inventory,
            inventory_quantity=STOCK if manage_inventory else 0,
            prices=(MoneyAmount(id=f"ma_{name}", currency_code="eur", amount=price),),
        )

    # The cart

    @property
    def due(self) -> int:
        return sum(taxed(price, quantity) for price, quantity in self.lines.values())

    def reprice(self) -> None:
        self.lines = {name: (self.prices[name], quantity) for name, (_, quantity) in self.lines.items()}

    def edited(self) -> None:
        """After an edit the payment session follows, unless it had failed."""
        self._return_what_is_owed()
        self.reprice()
        if self.due == 0:
            self.agreed = None
        elif self.agreed is not None and not self.session_failed:
            self.agree()

    def agree(self) -> None:
        self.agreed = self.due
        self.agreed_lines = dict(self.lines)

    @rule(variant=variants, quantity=quantities)
    def add(self, variant: str, quantity: int) -> None:
        wanted = quantity + self.lines.get(variant, (0, 0))[1]
        try:
            self.add_line(ANONYMOUS, self.cart_id, variant, quantity)
        except InsufficientInventory:
            assert variant == "scarce"
            assert wanted > self.stock
        except DomainError:
            assert self.order_id is not None
        else:
            assert self.order_id is None
            assert variant != "scarce" or wanted <= self.stock
            self.lines[variant] = (self.prices[variant], wanted)
            self.edited()

    @rule(variant=variants, quantity=st.integers(min_value=0, max_value=3))
    def set_quantity(self, variant: str, quantity: int) -> None:
        line = next((item for item in self._cart().items if item.variant_id == variant), None)
        if line is None:
            return
        try:
            self.update_line(ANONYMOUS, self.cart_id, line.id, quantity)
        except InsufficientInventory:
            assert variant == "scarce"
            assert quantity > self.stock
        except DomainError:
            assert self.order_id is not None
        else:
            assert self.order_id is None
            self.lines[variant] = (self.prices[variant], quantity)
            if quantity == 0:
                del self.lines[variant]
            self.edited()

    @rule(variant=variants, price=amounts)
    def move_price(self, variant: str, price: int) -> None:
        with self.begin(ADMIN, "product.update") as work:
            stored = work.products.get("prod_1").variant(variant)
            stored.prices = (replace(stored.prices[0], amount=price),)
            work.commit()
        self.prices[variant] = price

    @rule()
    def look(self) -> None:
        self.refresh(ANONYMOUS, self.cart_id)
        if self.order_id is None:
            self.edited()

    @rule()
    def sell_elsewhere(self) -> None:
        with self.begin(SYSTEM, "test.sell") as work:
            granted = work.stock.take("scarce", 1)
            work.commit()
        assert granted == (self.stock > 0)
        self.stock -= granted

    @rule()
    def begin_payment(self) -> None:
        try:
            self.start_payment(ANONYMOUS, self.cart_id)
        except DomainError:
            assert self.order_id is not None
            return
        assert self.order_id is None
        self._return_what_is_owed()
        self.reprice()
        self.session_failed = False
        self.agree()
        if self.due == 0:
            self.agreed = None

    @precondition(lambda self: self.order_id is None)
    @rule(price=amounts, captured=st.booleans())
    def pay(self, price: int, captured: bool) -> None:
        """Everything a well-behaved storefront does, and an admin after it."""
        self.move_price("free_stock", price)
        self.add("free_stock", 2)
        self.begin_payment()
        self.complete(None)
        if captured and self.order_id is not None:
            self.capture_order(None)

    @precondition(lambda self: self.order_id is None)
    @rule(price=amounts, looks=st.booleans())
    def price_moves_at_the_till(self, price: int, looks: bool) -> None:
        """A buyer who has started to pay agrees to a new price by looking at the cart, not by insisting."""
        self.add("free_stock", 1)
        self.begin_payment()
        self.move_price("free_stock", price)
        self.complete(None)
        self.complete(None)
        if looks:
            self.look()
            self.complete(None)

    @rule(
        fault=st.sampled_from([None, None, Fault.DECLINE, Fault.REQUIRES_MORE, Fault.LOST_REQUEST, Fault.LOST_ANSWER])
    )
    def complete(self, fault: Fault | None) -> None:
        held, taken = self._held()
        if held and fault in (Fault.DECLINE, Fault.REQUIRES_MORE):
            fault = None  # no provider says so of a payment it has authorised
        if fault is not None:
            self.provider.plan("authorize", fault)
        moved = self.due != sum(taxed(self.prices[name], quantity) for name, (_, quantity) in self.lines.items())
        wanted = self.lines.get("scarce", (0, 0))[1]
        try:
            done = self.place_order(ANONYMOUS, self.cart_id)
        except CartNotReady:
            assert not self.lines or self.agreed is None or self.session_failed
        except PriceChanged:
            assert moved
            assert not taken
            if held:
                self.agreed = None  # released, to be started again
        except OutOfStock:
            assert wanted > self.stock
            self.agreed = None
        except PaymentDeclined:
            assert fault is Fault.DECLINE
            self.session_failed = True
        except PaymentProviderUnavailable:
            assert fault in (Fault.LOST_REQUEST, Fault.LOST_ANSWER)
        else:
            if done.kind is CompletionKind.CART:
                assert fault is Fault.REQUIRES_MORE
            else:
                self._ordered(done.id, moved=moved and not taken)
        finally:
            self.provider._planned["authorize"].clear()
        self._return_what_is_owed()

    def _ordered(self, id: str, *, moved: bool) -> None:
        if self.order_id is None:
            assert self.lines
            assert self.agreed == self.due
            assert not moved
            assert self.lines == self.agreed_lines
            self.stock -= self.lines.get("scarce", (0, 0))[1]
            assert self.stock >= 0
            self.order_id = id
        assert id == self.order_id

    def _return_what_is_owed(self) -> None:
        for attempt in self.attempts():
            if attempt.state is AttemptState.REFUND_DUE:
                self.refund_checkout(SYSTEM, attempt.id)
                self.refund_checkout(SYSTEM, attempt.id)

    # The order

    @precondition(lambda self: self.order_id)
    @rule(lost=st.sampled_from([None, None, Fault.LOST_REQUEST, Fault.LOST_ANSWER]))
    def capture_order(self, lost: Fault | None) -> None:
        if lost is not None and not self._order().captured_total:
            self.provider.plan("capture", lost)
            try:
                self.capture(ADMIN, self.order_id or "")
            except PaymentProviderUnavailable:
                pass
            else:
                raise AssertionError("an unknown outcome was taken for a success")
        self.capture(ADMIN, self.order_id or "")

    @precondition(lambda self: self.order_id)
    @rule(amount=amounts)
    def refund_twice(self, amount: int) -> None:
        self.capture_order(None)
        self._refund(RefundRequest(amount=amount), lost=False)
        self._refund(RefundRequest(amount=amount), lost=False)

    @precondition(lambda self: self.order_id)
    @rule(amount=st.integers(min_value=-1, max_value=25), lost=st.booleans())
    def refund(self, amount: int, lost: bool) -> None:
        self._refund(RefundRequest(amount=amount), lost=lost)

    @precondition(lambda self: self.order_id)
    @rule(variant=variants, quantity=quantities, amount=amounts)
    def refund_line(self, variant: str, quantity: int, amount: int) -> None:
        item = next((i for i in self._order().items if i.variant_id == variant), None)
        if item is None:
            return
        bought = self.agreed_lines[variant][1]
        accepted = self._refund(RefundRequest(amount=amount, items=((item.id, quantity),)), lost=False)
        if accepted:
            self.refunded_units[variant] += quantity
            assert self.refunded_units[variant] <= bought

    def _refund(self, request: RefundRequest, *, lost: bool) -> bool:
        left = self._captured() - sum(self.refund_sums.values())
        before = set(self._provider_refunds())
        if lost:
            self.provider.plan("refund", Fault.LOST_ANSWER)
        try:
            refund_id = self.refund_payment(ADMIN, self.order_id or "", request)
        except Invalid:
            assert request.amount <= 0
            return False
        except RefundExceedsCaptured:
            assert request.amount > left or request.items
            return False
        finally:
            self.provider._planned["refund"].clear()
        assert 0 < request.amount <= left
        if lost:
            self._order_refund_job(refund_id)
        new = set(self._provider_refunds()) - before
        assert len(new) == 1
        for provider_refund_id in new:
            self.refund_sums[provider_refund_id] = request.amount
            self._remember(provider_refund_id, request.amount, ours=refund_id)
        return True

    def _order_refund_job(self, refund_id: str) -> None:
        """What the scheduled job does after a lost answer."""
        settle = SettleRefund(self.begin, InMemoryPaymentProviders(self.provider), self.handle_refund)
        settle(SYSTEM, self.order_id or "", refund_id)

    @precondition(lambda self: self.order_id and self._captured())
    @rule(amount=amounts)
    def refund_at_the_provider(self, amount: int) -> None:
        account = next(a for a in self.provider.accounts.values() if a.captured and self._paid_order(a))
        if amount > account.captured - account.refunded:
            return
        reference = f"dashboard_{len(account.refunds)}"
        account.refunds[reference] = amount
        self.refund_sums[reference] = amount
        self._remember(reference, amount, ours=None)
        self.handle_refund(SYSTEM, self.reports[-1])

    def _remember(self, reference: str, amount: int, *, ours: str | None) -> None:
        payment = self._order().payments[0]
        self.reports.append(
            RefundReport(
                provider_id="manual",
                provider_payment_id=payment.provider_payment_id or "",
                provider_refund_id=reference,
                amount=amount,
                currency_code="eur",
                succeeded=True,
                ours=ours,
            )
        )

    @precondition(lambda self: self.reports)
    @rule(data=st.data(), anonymous=st.booleans())
    def provider_repeats_itself(self, data: st.DataObject, anonymous: bool) -> None:
        report = data.draw(st.sampled_from(self.reports))
        self.handle_refund(SYSTEM, replace(report, ours=None) if anonymous else report)

    # What must hold

    @invariant()
    def cart_totals_are_recomputable(self) -> None:
        if self.order_id is None:
            cart = self._cart()
            assert {i.variant_id: (i.unit_price, i.quantity) for i in cart.items} == self.lines
            assert cart.totals.total == cart.due == self.due
            assert cart.totals.subtotal == sum(p * q for p, q in self.lines.values())

    @invariant()
    def order_costs_what_was_agreed(self) -> None:
        if self.order_id is not None:
            order = self._order()
            assert order.totals.total == self.agreed
            assert {i.variant_id: (i.unit_price, i.quantity) for i in order.items} == self.agreed_lines
            assert order.totals.tax_total == sum(i.tax_total for i in order.items)

    @invariant()
    def nothing_is_kept_without_an_order(self) -> None:
        """Except while the outcome of an attempt is unknown; asking the provider again settles it."""
        unknown = any(attempt.state is AttemptState.STARTED for attempt in self.attempts())
        if self.order_id is None and not unknown:
            assert self.provider.taken == 0

    @invariant()
    def refunds_count_once_and_never_exceed_the_payment(self) -> None:
        if self.order_id is not None:
            order = self._order()
            captured = self._captured()
            told = {r.provider_refund_id: r.amount for r in order.refunds if r.state is RefundState.SUCCEEDED}
            assert told == self.refund_sums == self._provider_refunds()
            assert order.captured_total == captured
            assert 0 <= order.refunded_total <= captured

    @invariant()
    def access_follows_the_money(self) -> None:
        if self.order_id is None:
            return
        order = self._order()
        with self.begin(SYSTEM, "test.look") as work:
            granted = {d.line_item_id: d for d in work.downloads.of_order(order.id)}
        captured = self._captured()
        gone = captured > 0 and sum(self.refund_sums.values()) >= captured
        assert bool(granted) == (captured > 0)
        for item in order.items if granted else ():
            bought = self.agreed_lines[item.variant_id or ""][1]
            back = self.refunded_units[item.variant_id or ""]
            download = granted[item.id]
            assert (download.state == "revoked") == (gone or back >= bought)
            if download.state == "granted":
                assert download.download_limit == 2 * (bought - back)

    @invariant()
    def other_payments_were_given_back(self) -> None:
        if self.order_id is not None:
            others = [a for a in self.provider.accounts.values() if not self._paid_order(a)]
            assert all(a.captured == a.refunded for a in others)

    @invariant()
    def stock_is_what_is_left(self) -> None:
        with self.begin(SYSTEM, "test.look") as work:
            assert work.offers.of(["scarce"])["scarce"].inventory_quantity == self.stock

    # Looking

    def _cart(self):  # type: ignore[no-untyped-def]
        with self.begin(SYSTEM, "test.look") as work:
            return work.carts.get(self.cart_id)

    def _order(self) -> Order:
        with self.begin(SYSTEM, "test.look") as work:
            order = work.orders.by_cart(self.cart_id)
        assert order is not None
        assert order.id == self.order_id
        return order

    def _provider_refunds(self) -> dict[str, int]:
        return {
            name: n
            for account in self.provider.accounts.values()
            if self._paid_order(account)
            for name, n in account.refunds.items()
        }

    def _held(self) -> tuple[bool, bool]:
        """Whether the provider holds an authorised, or even captured, payment for the cart's session."""
        session = self._cart().selected_session
        account = self.provider.accounts.get(str(session.data.get("id"))) if session is not None else None
        if account is None:
            return False, False
        return account.status == "authorized", account.captured > 0

    def _captured(self) -> int:
        return sum(a.captured for a in self.provider.accounts.values() if self._paid_order(a))

    def _paid_order(self, account) -> bool:  # type: ignore[no-untyped-def]
        return any(p.provider_payment_id == account.reference for p in self._order().payments)

    def attempts(self):  # type: ignore[no-untyped-def]
        """Every recorded payment attempt."""
        raise NotImplementedError


def a_file(id: str, product_id: str) -> ProductFile:
    return ProductFile(
        id=ProductFileId(id),
        product_id=product_id,
        variant_id=None,
        chain_id=id,
        name="pack.zip",
        mime_type="application/zip",
        size=10,
        sha256="0" * 64,
        file_version=1,
        state=FileState.READY,
        storage_key=f"products/{product_id}/{id}.zip",
        uploaded_by=None,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


Factory = Callable[[], Begin]
