"""Changes to an order that was placed, in any order, against a model of its own.

The model knows each line as a kind and a number, and does its own arithmetic; the payment provider's books
are the second witness. Nothing of the code under test decides what should happen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from adapters.memory.clock import CountingIds, FrozenClock
from adapters.memory.payments import InMemoryPayments
from adapters.memory.providers import (
    InMemoryFulfillment,
    InMemoryFulfillmentProviders,
    InMemoryPaymentProviders,
    InMemoryTaxProviders,
)
from adapters.memory.rate_limits import NoRateLimits
from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind, Role
from core.domain.cart import OutOfStock
from core.domain.errors import DomainError, Invalid
from core.domain.order import Order, OrderCanceledAlready, OrderStatus
from core.domain.order_edit import ActiveOrderEditExists, OrderEdit, OrderEditClosed, OrderEditTotal
from core.domain.payment import PaymentCanceled
from core.domain.payment_collection import CollectionClosed
from core.domain.pricing import MoneyAmount
from core.domain.product import DownloadPolicy, Product, ProductId, ProductStatus, Variant, VariantId
from core.domain.region import Region, RegionId
from core.domain.shop import ShippingOption
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.add_line import AddLine
from core.use_cases.cart.checkout_budgets import CheckoutBudgets
from core.use_cases.cart.create_cart import CreateCart, NewCart
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.cart.start_payment import StartPayment
from core.use_cases.cart.update_cart import CartChanges, UpdateCart
from core.use_cases.fulfillment.cancel_fulfillment import CancelFulfillment
from core.use_cases.order.add_shipping_method import AddOrderShippingMethod
from core.use_cases.order.cancel_order import CancelOrder
from core.use_cases.order.capture_payment import CapturePayment
from core.use_cases.order.handle_refund import HandleRefund
from core.use_cases.order.place_order import PlaceOrder
from core.use_cases.order.release_payments import ReleasePayments
from core.use_cases.order.settle_refund import SettleRefund
from core.use_cases.order_edit.complete_order_edit import CompleteOrderEdit, OrderEditUnpaid
from core.use_cases.order_edit.confirm_order_edit import ConfirmOrderEdit
from core.use_cases.order_edit.create_order_edit import CreateOrderEdit
from core.use_cases.order_edit.edit_items import AddEditedItem, RemoveEditedItem, ResizeEditedItem, UndoItemChange
from core.use_cases.order_edit.give_up_order_edit import CancelOrderEdit, DeclineOrderEdit
from core.use_cases.order_edit.request_order_edit import RequestOrderEdit
from core.use_cases.payment.capture_one import CaptureOnePayment
from core.use_cases.payment_collection.authorize_sessions import AuthorizeCollectionSessions
from core.use_cases.payment_collection.capture_collected import CaptureCollectedPayment
from core.use_cases.payment_collection.recording import RecordCollectionPayment
from core.use_cases.payment_collection.releasing import ReleaseCollection
from core.use_cases.payment_collection.session_opener import CollectionSessionOpener
from core.use_cases.payment_collection.set_sessions import SetCollectionSession
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin
from tests.machines.expecting import expect
from tests.machines.sale import a_file

ADMIN = Actor(kind=ActorKind.USER, id="usr_1", role=Role.ADMIN)
TAX = 10  # percent
STOCK = 6
PRICES = {"free_stock": 7, "scarce": 10}
kinds = st.sampled_from(sorted(PRICES))
numbers = st.integers(min_value=1, max_value=3)
places = st.integers(min_value=0, max_value=4)


def taxed(amount: int) -> int:
    """With its tax, half up, in whole numbers."""
    return amount + (amount * TAX + 50) // 100


@dataclass
class Line:
    """origin: which line of the order it is, None for a new one."""

    kind: str
    number: int
    origin: int | None = None


@dataclass
class Proposal:
    id: str
    lines: list[Line]
    changed: set[int] = field(default_factory=set)  # lines of the order that are proposed otherwise
    requested: bool = False
    to_pay: int = 0
    paid: bool = False


class OrderEditMachine(RuleBasedStateMachine):
    def begin_factory(self, clock: Clock, ids: Ids) -> Begin:
        """A way into one empty shop with its default sales channel and shipping profile."""
        raise NotImplementedError

    def __init__(self) -> None:
        super().__init__()
        self.clock, self.ids = FrozenClock(), CountingIds()
        self.begin = self.begin_factory(self.clock, self.ids)
        self.provider = InMemoryPayments()
        self._wire()
        self.sold: list[Line] = []  # the model
        self.shipping = 0
        self.payments: list[int] = []
        self.stock = STOCK
        self.canceled = False
        self.edit: Proposal | None = None

    def _wire(self) -> None:
        begin, clock, ids = self.begin, self.clock, self.ids
        providers, policy = InMemoryPaymentProviders(self.provider), DownloadPolicy(limit=2, days=30)
        taxes, fulfillments = InMemoryTaxProviders(), InMemoryFulfillmentProviders(InMemoryFulfillment())
        self.pricing = CartPricing(taxes, clock, ids)
        self.abandon = AbandonSessions(clock, ids)
        budgets = CheckoutBudgets(NoRateLimits())
        self.opener = SessionOpener(begin, providers, self.abandon, ids, budgets)
        self.sync = SessionSync(begin, self.opener, self.abandon)
        self.start_payment = StartPayment(begin, providers, self.pricing, self.opener, self.abandon, ids)
        self.place_order = PlaceOrder(
            begin, providers, self.pricing, clock, ids, policy, CheckoutBudgets(NoRateLimits())
        )
        settle = SettleRefund(begin, providers, HandleRefund(begin, clock, ids, policy))
        calls = CancelFulfillment(begin, fulfillments, clock)
        free = ReleasePayments(begin, providers, settle, clock, ids)
        self.cancel_order = CancelOrder(begin, calls, {}, settle, free, clock, ids)
        self.ship_otherwise = AddOrderShippingMethod(begin, fulfillments, taxes, ids)
        release = ReleaseCollection(clock, ids)
        record = RecordCollectionPayment(release, clock, ids, policy)
        self.set_session = SetCollectionSession(
            begin, providers, CollectionSessionOpener(begin, providers), release, ids
        )
        self.authorize = AuthorizeCollectionSessions(begin, providers, record)
        capture = CapturePayment(begin, providers, clock, ids, policy)
        self.capture_one = CaptureOnePayment(begin, capture, CaptureCollectedPayment(begin, providers, clock))
        self.create_edit = CreateOrderEdit(begin, ids)
        self.add_item = AddEditedItem(begin, self.pricing, ids)
        self.resize_item = ResizeEditedItem(begin, ids)
        self.remove_item = RemoveEditedItem(begin, ids)
        self.undo_change = UndoItemChange(begin, ids)
        self.request_edit = RequestOrderEdit(begin, clock, ids)
        self.confirm_edit = ConfirmOrderEdit(begin, clock, ids, policy)
        self.complete_edit = CompleteOrderEdit(begin, clock, ids, policy)
        self.decline_edit = DeclineOrderEdit(begin, release, clock)
        self.cancel_edit = CancelOrderEdit(begin, release, clock)

    @initialize(kind=kinds, number=numbers)
    def sell(self, kind: str, number: int) -> None:
        with self.begin(SYSTEM, "test.shop") as work:
            profile, store = work.shop.default_profile(), work.shop.store()
            work.regions.add(
                Region(
                    id=RegionId("reg_1"), name="EU", currency_code="eur", tax_rate=Decimal(TAX), country_codes=("de",)
                )
            )
            work.shop.add_shipping_option(
                ShippingOption(id="so_1", name="Post", region_id="reg_1", profile_id=profile.id, provider_id="manual")
            )
            work.products.add(
                Product(
                    id=ProductId("prod_1"),
                    title="Pack",
                    handle="pack",
                    profile_id=profile.id,
                    status=ProductStatus.PUBLISHED,
                    sales_channel_ids=(store.default_sales_channel_id,),
                    variants=[_variant(name, price) for name, price in sorted(PRICES.items())],
                )
            )
            work.commit()
        with self.begin(SYSTEM, "test.file") as work:
            work.files.add(a_file("pfile_1", "prod_1"))
            work.commit()
        cart_id = CreateCart(self.begin, self.pricing, self.ids)(ANONYMOUS, NewCart(region_id="reg_1"))
        update = UpdateCart(self.begin, self.pricing, self.sync, self.abandon, self.clock, self.ids)
        update(ANONYMOUS, cart_id, CartChanges(email="ada@example.com"))
        AddLine(self.begin, self.pricing, self.sync)(ANONYMOUS, cart_id, kind, number)
        self.start_payment(ANONYMOUS, cart_id)
        self.order_id = self.place_order(ANONYMOUS, cart_id).id
        self.sold = [Line(kind, number)]
        self.payments = [self.worth(self.sold)]
        self._take(kind, number)

    def worth(self, lines: list[Line]) -> int:
        return sum(taxed(PRICES[line.kind] * line.number) for line in lines) + taxed(self.shipping)

    def _take(self, kind: str, number: int) -> None:
        if kind == "scarce":
            self.stock -= number

    # What the shop says

    def _order(self) -> Order:
        with self.begin(SYSTEM, "test.look") as work:
            return work.orders.get(self.order_id)

    def _edit(self) -> OrderEdit:
        assert self.edit is not None
        with self.begin(SYSTEM, "test.look") as work:
            return work.order_edits.get(self.edit.id)

    def _line_id(self, place: int) -> str:
        return self._edit().items[place].id

    # Proposing

    def _refusal(self) -> type[DomainError] | None:
        return OrderEditClosed if self.edit is None or self.edit.requested else None

    @rule()
    def begin_an_edit(self) -> None:
        refusal = OrderCanceledAlready if self.canceled else ActiveOrderEditExists if self.edit else None
        made = expect(refusal, lambda: self.create_edit(ADMIN, self.order_id))
        if made is not None:
            lines = [Line(line.kind, line.number, place) for place, line in enumerate(self.sold)]
            self.edit = Proposal(id=made, lines=lines)

    @precondition(lambda self: self.edit)
    @rule(kind=kinds, number=numbers)
    def propose_another_line(self, kind: str, number: int) -> None:
        edit, refusal = self.edit, self._refusal()
        assert edit is not None
        expect(refusal, lambda: self.add_item(ADMIN, edit.id, kind, number))
        if refusal is None:
            edit.lines.append(Line(kind, number))

    @precondition(lambda self: self.edit and self.edit.lines)
    @rule(place=places, number=numbers)
    def propose_another_number(self, place: int, number: int) -> None:
        edit, refusal = self.edit, self._refusal()
        assert edit is not None
        line = edit.lines[place % len(edit.lines)]
        line_id = self._line_id(place % len(edit.lines))
        expect(refusal, lambda: self.resize_item(ADMIN, edit.id, line_id, number))
        if refusal is None:
            line.number = number
            if line.origin is not None:
                edit.changed.add(line.origin)

    @precondition(lambda self: self.edit and self.edit.lines)
    @rule(place=places)
    def propose_to_take_a_line_off(self, place: int) -> None:
        edit, refusal = self.edit, self._refusal()
        assert edit is not None
        line = edit.lines[place % len(edit.lines)]
        line_id = self._line_id(place % len(edit.lines))
        expect(refusal, lambda: self.remove_item(ADMIN, edit.id, line_id))
        if refusal is None:
            edit.lines.remove(line)
            if line.origin is not None:
                edit.changed.add(line.origin)

    @precondition(lambda self: self.edit and self.edit.changed)
    @rule(place=places)
    def take_a_proposal_back(self, place: int) -> None:
        edit, refusal = self.edit, self._refusal()
        assert edit is not None
        origin = sorted(edit.changed)[place % len(edit.changed)]
        original = self._order().items[origin].id
        change = next(c for c in self._edit().changes if c.original_line_item_id == original)
        expect(refusal, lambda: self.undo_change(ADMIN, edit.id, change.id))
        if refusal is None:
            edit.changed.remove(origin)
            edit.lines = [line for line in edit.lines if line.origin != origin]
            edit.lines.append(Line(self.sold[origin].kind, self.sold[origin].number, origin))
            edit.lines.sort(key=lambda line: len(self.sold) if line.origin is None else line.origin)

    # Deciding

    def _whole(self) -> type[DomainError] | None:
        """Why the order cannot become this."""
        assert self.edit is not None
        if not self.edit.lines:
            return OrderEditTotal
        more = sum(line.number for line in self.edit.lines if line.kind == "scarce")
        more -= sum(line.number for line in self.sold if line.kind == "scarce")
        return OutOfStock if more > self.stock else None

    @precondition(lambda self: self.edit)
    @rule()
    def ask_the_buyer(self) -> None:
        edit = self.edit
        assert edit is not None
        unchanged = not edit.changed and all(line.origin is not None for line in edit.lines)
        refusal = None if edit.requested else Invalid if unchanged else None if edit.lines else OrderEditTotal
        expect(refusal, lambda: self.request_edit(ADMIN, edit.id))
        if refusal is None and not edit.requested:
            edit.requested = True
            edit.to_pay = max(0, self.worth(edit.lines) - self.worth(self.sold))

    @precondition(lambda self: self.edit and self.edit.to_pay)
    @rule()
    def pay(self) -> None:
        edit = self.edit
        assert edit is not None
        collection_id = self._edit().payment_collection_id or ""
        expect(CollectionClosed if edit.paid else None, lambda: self.set_session(ANONYMOUS, collection_id, "manual"))
        with self.begin(SYSTEM, "test.look") as work:
            sessions = [session.id for session in work.payment_collections.get(collection_id).payment_sessions]
        for _ in range(2):
            self.authorize(ANONYMOUS, collection_id, sessions)
        edit.paid = True

    @precondition(lambda self: self.edit)
    @rule(by_staff=st.booleans())
    def agree(self, by_staff: bool) -> None:
        edit = self.edit
        assert edit is not None
        refusal = self._whole()
        if not by_staff:
            if not edit.requested:
                refusal = OrderEditClosed
            elif edit.to_pay and not edit.paid:
                refusal = OrderEditUnpaid
        use_case = self.confirm_edit if by_staff else self.complete_edit
        for _ in range(2):  # whoever presses a button twice
            expect(refusal, lambda: use_case(ADMIN, edit.id))
        if refusal is None:
            self._apply(edit)

    def _apply(self, edit: Proposal) -> None:
        for line in self.sold:
            self._take(line.kind, -line.number)
        for line in edit.lines:
            self._take(line.kind, line.number)
        self.sold = [Line(line.kind, line.number) for line in edit.lines]
        if edit.paid:
            self.payments.append(edit.to_pay)
        self.edit = None

    @precondition(lambda self: self.edit)
    @rule(by_staff=st.booleans())
    def refuse(self, by_staff: bool) -> None:
        edit = self.edit
        assert edit is not None
        refusal = None if by_staff or edit.requested else OrderEditClosed
        use_case = self.cancel_edit if by_staff else self.decline_edit
        for _ in range(2):
            expect(refusal, lambda: use_case(ADMIN, edit.id))
        if refusal is None:
            self.edit = None

    @rule(place=places)
    def capture_one_payment(self, place: int) -> None:
        """Of the order, or of what the buyer has paid for an edit that is still open."""
        with self.begin(SYSTEM, "test.look") as work:
            payments = list(work.orders.get(self.order_id).payments)
            if self.edit is not None and self.edit.paid:
                payments += work.payment_collections.get(self._edit().payment_collection_id or "").payments
        payment = payments[place % len(payments)]
        gone = self.canceled and payment.captured_at is None
        for _ in range(2):
            expect(PaymentCanceled if gone else None, lambda: self.capture_one(ADMIN, payment.id))
        taken = self.provider.accounts[payment.provider_payment_id or ""].captured
        assert taken == (0 if gone else payment.amount)

    @rule(price=st.integers(0, 15))
    def ship_it_otherwise(self, price: int) -> None:
        refusal = OrderCanceledAlready if self.canceled else None
        expect(refusal, lambda: self.ship_otherwise(ADMIN, self.order_id, "so_1", price))
        if refusal is None:
            self.shipping = price

    @rule(chance=st.integers(0, 4))
    def cancel_it_all(self, chance: int) -> None:
        if chance == 0:  # little happens afterwards
            self.cancel_order(ADMIN, self.order_id)
            if not self.canceled:
                for line in self.sold:
                    self._take(line.kind, -line.number)
            self.canceled, self.edit, self.payments = True, None, []

    # What always holds

    @invariant()
    def the_order_is_what_was_agreed_to(self) -> None:
        if not self.sold:
            return
        order = self._order()
        assert [(line.variant_id, line.quantity) for line in order.items] == [(s.kind, s.number) for s in self.sold]
        assert order.totals.total == self.worth(self.sold)
        assert (order.status is OrderStatus.CANCELED) == self.canceled
        standing = [payment.amount for payment in order.payments if payment.canceled_at is None]
        if not self.canceled:
            assert standing == self.payments
        else:  # what was captured went back, everything else was released
            assert sum(standing) == order.refunded_total

    @invariant()
    def the_proposal_is_what_was_asked_for(self) -> None:
        if self.edit is None:
            return
        edit = self._edit()
        assert [(line.variant_id, line.quantity) for line in edit.items] == [
            (line.kind, line.number) for line in self.edit.lines
        ]
        assert edit.totals.total == self.worth(self.edit.lines)
        assert edit.difference_due == self.worth(self.edit.lines) - self.worth(self.sold)
        if self.edit.requested:
            assert max(0, edit.difference_due) == self.edit.to_pay

    @invariant()
    def stock_follows_the_order(self) -> None:
        if self.sold:
            with self.begin(SYSTEM, "test.look") as work:
                assert work.offers.of(["scarce"])["scarce"].inventory_quantity == self.stock


def _variant(name: str, price: int) -> Variant:
    return Variant(
        id=VariantId(name),
        title=name,
        requires_shipping=False,
        manage_inventory=name == "scarce",
        inventory_quantity=STOCK if name == "scarce" else 0,
        prices=(MoneyAmount(id=f"ma_{name}", currency_code="eur", amount=price),),
    )
