"""One-shot checkout, one-act payments, codes one by one: the use cases behind the gateway, in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.memory.payments import Fault
from adapters.memory.providers import InMemoryPaymentProviders, InMemoryTaxProviders
from adapters.memory.rate_limits import NoRateLimits
from adapters.memory.store import Memory
from adapters.memory.unit_of_work import InMemoryBegin
from core.domain.actor import ANONYMOUS, SYSTEM, Actor, ActorKind
from core.domain.cart import (
    CartCompleted,
    CartHidden,
    CartNotFound,
    CartNotReady,
    CartType,
    CheckoutPart,
    SwapCartFixed,
)
from core.domain.customer import Customer, CustomerId
from core.domain.discount import DiscountInvalid, DiscountNotHere
from core.domain.errors import DomainError, Invalid
from core.domain.payment import NothingToPay, PaymentDeclined, PaymentProviderNotInRegion, SessionStatus
from core.domain.shop import ShippingOptionNotFound
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.add_discount import AddDiscount
from core.use_cases.cart.addresses import AddressInput, AddressNotKnown, NoAddress
from core.use_cases.cart.checkout_budgets import CheckoutBudgets
from core.use_cases.cart.create_cart import NewCart, NewItem
from core.use_cases.cart.find_variant import FindVariant
from core.use_cases.cart.open_payment import OpenPayment, PaymentChoice
from core.use_cases.cart.prepare_checkout import Checkout, NotNamed, PrepareCheckout
from core.use_cases.cart.pricing import CartPricing
from core.use_cases.cart.review_checkout import ReviewCheckout
from core.use_cases.cart.session_opener import SessionOpener
from core.use_cases.cart.session_sync import SessionSync
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.order.finish_checkout import FinishCheckout
from core.use_cases.order.place_order import CompletionKind
from core.use_cases.reactions import REACTIONS
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin
from tests.machines.cart import CartMachine
from tests.machines.cart_shop import EU, JP

HOME = AddressInput(values={"address_1": "Am Markt 1", "city": "Bonn", "country_code": "DE", "postal_code": "53111"})
PAY = PaymentChoice(provider_id="manual", return_url="https://shop.test/back", metadata={"campaign": "x"})
BUYER = CartChanges(email="ada@example.com", shipping_address=HOME)
WHOLE = Checkout(changes=replace(BUYER, billing_address=HOME), shipping_option_id=f"so_{EU}", payment=PAY)


class Desk(CartMachine):
    def begin_factory(self, clock: Clock, ids: Ids) -> Begin:
        self.memory = Memory()
        return InMemoryBegin(self.memory, clock, ids, REACTIONS)

    def _wire(self) -> None:
        super()._wire()
        providers = InMemoryPaymentProviders(*self.tills.values())
        pricing = CartPricing(InMemoryTaxProviders(), self.clock, self.ids)
        abandon = AbandonSessions(self.clock, self.ids)
        opener = SessionOpener(self.begin, providers, abandon, self.ids, CheckoutBudgets(NoRateLimits()))
        self.open_payment = OpenPayment(self.begin, providers, pricing, opener, abandon, self.ids)
        self.prepare = PrepareCheckout(self.begin, self.update_cart, self.choose_shipping, self.open_payment)
        self.finish = FinishCheckout(self.begin, self.prepare, self.place_order)
        self.review = ReviewCheckout(self.begin)
        self.add_discount = AddDiscount(self.begin, pricing, SessionSync(self.begin, opener, abandon))
        self.find_variant = FindVariant(self.begin)

    def cart(self, *variants: str, region: str = EU, actor: Actor = ANONYMOUS) -> str:
        items = tuple(NewItem(variant_id=name, quantity=1) for name in variants)
        return self.create_cart(actor, NewCart(region_id=region, items=items))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def step_of(error: pytest.ExceptionInfo[DomainError]) -> object:
    return error.value.extra["step"]


def test_whole_checkout_is_done_in_one_act_and_again_answers_the_same_order(desk: Desk) -> None:
    cart = desk.cart("mug", "pack")

    first = desk.finish(ANONYMOUS, cart, WHOLE)
    again = desk.finish(ANONYMOUS, cart, WHOLE)

    assert (first.kind, first.id) == (again.kind, again.id) == (CompletionKind.ORDER, again.id)
    assert len(desk.memory.orders) == 1


@pytest.mark.parametrize(
    ("wanted", "refusal", "step"),
    [
        (replace(WHOLE, changes=replace(BUYER, email="nobody")), Invalid, "addresses"),
        (replace(WHOLE, shipping_option_id="so_none"), ShippingOptionNotFound, "shipping-method"),
        (replace(WHOLE, payment=PaymentChoice(provider_id="paypal")), PaymentProviderNotInRegion, "payment"),
        (replace(WHOLE, changes=BUYER), CartNotReady, "place-order"),
    ],
)
def test_first_refusal_names_its_step_and_leaves_a_cart_that_can_be_finished(
    desk: Desk, wanted: Checkout, refusal: type[DomainError], step: str
) -> None:
    cart = desk.cart("mug")

    with pytest.raises(refusal) as refused:
        desk.finish(ANONYMOUS, cart, wanted)

    assert step_of(refused) == step
    assert (desk.memory.carts[cart].email is None) == (step == "addresses")
    assert desk.finish(ANONYMOUS, cart, WHOLE).kind is CompletionKind.ORDER


@pytest.mark.parametrize(
    ("wanted", "refusal", "part", "step"),
    [
        (replace(WHOLE, shipping_option_id=None), NotNamed, CheckoutPart.SHIPPING_METHOD, "shipping-method"),
        (replace(WHOLE, payment=None), NotNamed, CheckoutPart.PAYMENT, "payment"),
        (replace(WHOLE, changes=replace(BUYER, email=None)), CartNotReady, CheckoutPart.EMAIL, "addresses"),
    ],
)
def test_whole_checkout_that_leaves_something_out_changes_nothing(
    desk: Desk, wanted: Checkout, refusal: type[DomainError], part: CheckoutPart, step: str
) -> None:
    cart = desk.cart("mug")
    before = desk.memory.carts[cart]

    with pytest.raises(refusal) as refused:
        desk.finish(ANONYMOUS, cart, replace(wanted, whole=True))

    assert (getattr(refused.value, "part", None), step_of(refused)) == (part, step)
    assert desk.memory.carts[cart] == before


def test_whole_checkout_names_no_more_than_the_cart_needs(desk: Desk) -> None:
    cart = desk.cart("pack")
    desk.add_discount(ANONYMOUS, cart, "once")

    done = desk.finish(ANONYMOUS, cart, Checkout(changes=CartChanges(email="ada@example.com"), whole=True))

    assert done.kind is CompletionKind.ORDER
    assert desk.finish(ANONYMOUS, cart, Checkout(whole=True)).id == done.id


def test_empty_cart_is_not_begun_with(desk: Desk) -> None:
    cart = desk.cart()

    for use in (desk.prepare, desk.finish):
        with pytest.raises(CartNotReady) as refused:
            use(ANONYMOUS, cart, WHOLE)
        assert (refused.value.part, step_of(refused)) == (CheckoutPart.ITEMS, "addresses")
    assert desk.memory.carts[cart].email is None


def test_steps_of_a_completed_cart_are_refused(desk: Desk) -> None:
    cart = desk.cart("mug")
    desk.finish(ANONYMOUS, cart, WHOLE)

    with pytest.raises(CartCompleted):
        desk.prepare(ANONYMOUS, cart, WHOLE)


@pytest.mark.parametrize("wanted", [Checkout(), WHOLE, replace(WHOLE, whole=True)])
def test_an_exchange_is_not_completed_here_and_stays_as_it_was(desk: Desk, wanted: Checkout) -> None:
    cart = desk.cart("mug")
    with desk.begin(SYSTEM, "test.swap") as work:
        work.carts.get(cart).type = CartType.SWAP
        work.commit()
    before = desk.memory.carts[cart]

    with pytest.raises(SwapCartFixed):
        desk.finish(ANONYMOUS, cart, wanted)

    assert desk.memory.carts[cart] == before
    assert desk.memory.orders == {}


def test_declined_payment_can_be_tried_again(desk: Desk) -> None:
    cart = desk.cart("mug")
    desk.tills["manual"].plan("authorize", Fault.DECLINE)

    with pytest.raises(PaymentDeclined) as refused:
        desk.finish(ANONYMOUS, cart, WHOLE)

    assert step_of(refused) == "place-order"
    assert desk.finish(ANONYMOUS, cart, WHOLE).kind is CompletionKind.ORDER


def test_payment_that_waits_for_its_buyer_makes_no_order(desk: Desk) -> None:
    cart = desk.cart("mug")
    desk.tills["manual"].plan("authorize", Fault.REQUIRES_MORE)

    assert desk.finish(ANONYMOUS, cart, WHOLE).kind is CompletionKind.CART
    assert desk.memory.orders == {}


def test_what_costs_nothing_is_not_paid(desk: Desk) -> None:
    cart = desk.cart("pack")
    desk.add_discount(ANONYMOUS, cart, "once")

    assert desk.review(ANONYMOUS, cart).is_free
    with pytest.raises(NothingToPay):
        desk.open_payment(ANONYMOUS, cart, PAY)
    done = desk.finish(ANONYMOUS, cart, Checkout(changes=CartChanges(email="ada@example.com"), payment=PAY))
    assert done.kind is CompletionKind.ORDER


def test_download_asks_for_neither_address_nor_shipping(desk: Desk) -> None:
    cart = desk.cart("pack")

    assert desk.review(ANONYMOUS, cart).missing == {CheckoutPart.EMAIL, CheckoutPart.PAYMENT}
    done = desk.finish(ANONYMOUS, cart, Checkout(changes=CartChanges(email="ada@example.com"), payment=PAY))
    assert done.kind is CompletionKind.ORDER


def test_review_says_what_goods_to_be_shipped_still_lack(desk: Desk) -> None:
    cart = desk.cart("mug")
    desk.update_cart(ANONYMOUS, cart, replace(BUYER, billing_address=HOME))

    seen = desk.review(ANONYMOUS, cart)

    assert seen.missing == {CheckoutPart.SHIPPING_METHOD, CheckoutPart.PAYMENT}
    assert (seen.ships, seen.is_free, seen.completed) == (True, False, False)
    desk.finish(ANONYMOUS, cart, WHOLE)
    assert desk.review(ANONYMOUS, cart).completed


def test_customers_cart_is_hidden_from_others_and_reads_as_if_it_did_not_exist(desk: Desk) -> None:
    mine = Actor(kind=ActorKind.CUSTOMER, id=a_registered_customer(desk))
    cart = desk.cart("mug", actor=mine)

    for use in (desk.review, lambda actor, cart_id: desk.finish(actor, cart_id, WHOLE)):
        with pytest.raises(CartHidden, match=f"Cart with {cart} was not found"):
            use(ANONYMOUS, cart)
    with pytest.raises(CartNotFound) as unknown:
        desk.review(ANONYMOUS, "cart_none")
    assert not isinstance(unknown.value, CartHidden)


def a_registered_customer(desk: Desk) -> str:
    with desk.begin(SYSTEM, "test.customer") as work:
        work.customers.add(Customer(id=CustomerId("cus_1"), email="bob@example.com", has_account=True))
        work.commit()
    return "cus_1"


def test_payment_is_begun_in_one_act_and_knows_the_way_back(desk: Desk) -> None:
    cart = desk.cart("mug")

    opened = desk.open_payment(ANONYMOUS, cart, PAY)
    again = desk.open_payment(ANONYMOUS, cart, PAY)
    other = desk.open_payment(ANONYMOUS, cart, PaymentChoice(provider_id="other"))

    assert opened == again
    assert (opened.status, opened.return_url, opened.metadata) == (
        SessionStatus.PENDING,
        "https://shop.test/back",
        {"campaign": "x"},
    )
    selected = desk.memory.carts[cart].selected_session
    assert selected is not None
    assert (selected.id, selected.provider_id) == (other.session_id, "other")


def test_one_more_code_joins_those_there_are_and_wins_over_its_like(desk: Desk) -> None:
    cart = desk.cart("mug")

    for code in ("PERCENT", "SHIP", "TWICE"):
        desk.add_discount(ANONYMOUS, cart, code)

    with desk.begin(SYSTEM, "test.look") as work:
        known = work.discounts.ids_of(["TWICE", "SHIP"])
        assert set(work.carts.get(cart).discount_ids) == set(known.values())


@pytest.mark.parametrize(("code", "refusal"), [("NOPE", DiscountInvalid), ("MUGS", DiscountNotHere)])
def test_code_that_does_not_hold_changes_nothing(desk: Desk, code: str, refusal: type[DomainError]) -> None:
    cart = desk.cart("mug")
    desk.add_discount(ANONYMOUS, cart, "PERCENT")
    before = desk.memory.carts[cart]

    with pytest.raises(refusal, match=f"The promotion code {code} is invalid"):
        desk.add_discount(ANONYMOUS, cart, code)

    assert desk.memory.carts[cart] == before


def test_shipping_address_can_be_the_billing_address(desk: Desk) -> None:
    cart = desk.cart("mug")
    with pytest.raises(NoAddress):
        desk.update_cart(ANONYMOUS, cart, CartChanges(ships_to_billing=True))

    desk.update_cart(ANONYMOUS, cart, CartChanges(billing_address=HOME, ships_to_billing=True))

    kept = desk.memory.carts[cart]
    assert kept.shipping_address is not None
    assert kept.billing_address is not None
    assert kept.shipping_address.id != kept.billing_address.id
    assert replace(kept.shipping_address, id="") == replace(kept.billing_address, id="")
    with pytest.raises(AddressNotKnown):
        desk.update_cart(ANONYMOUS, cart, CartChanges(shipping_address_id="addr_none"))


def test_new_cart_holds_to_the_currency_its_buyer_counts_on(desk: Desk) -> None:
    with pytest.raises(Invalid, match="JPY"):
        desk.create_cart(ANONYMOUS, NewCart(region_id=JP, currency_code="EUR"))

    assert desk.memory.carts[desk.create_cart(ANONYMOUS, NewCart(region_id=JP, currency_code="JPY"))]


def test_metadata_of_a_line_changes_without_its_quantity(desk: Desk) -> None:
    cart = desk.cart("mug")
    (line,) = desk.memory.carts[cart].items
    desk.choose_shipping(ANONYMOUS, cart, f"so_{EU}")

    desk.update_line(ANONYMOUS, cart, line.id, None, {"gift": "yes"})

    kept = desk.memory.carts[cart]
    assert (kept.items[0].quantity, kept.items[0].metadata) == (1, {"gift": "yes"})
    assert len(kept.shipping_methods) == 1  # nothing about what is shipped has changed


def test_sku_names_a_variant_and_anything_else_is_taken_for_an_id(desk: Desk) -> None:
    with desk.begin(SYSTEM, "test.sku") as work:
        product = next(iter(desk.memory.products.values()))
        work.products.get(product.id).variants[0].sku = "SKU-1"
        work.commit()

    assert desk.find_variant(ANONYMOUS, "SKU-1") == product.variants[0].id
    assert desk.find_variant(ANONYMOUS, "anything") == "anything"


def test_completed_cart_takes_no_more_payment(desk: Desk) -> None:
    cart = desk.cart("mug")
    desk.finish(ANONYMOUS, cart, WHOLE)

    with pytest.raises(CartCompleted):
        desk.open_payment(ANONYMOUS, cart, PAY)
