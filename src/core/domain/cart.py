"""The cart: what somebody means to buy, until it becomes an order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from core.domain.errors import Conflict, HiddenFromCaller, Invalid, NotAllowed, NotFound
from core.domain.events import Event
from core.domain.gift_card import AppliedGiftCard, CardUse, less_cards, use_cards
from core.domain.lines import Line, ShippingMethod
from core.domain.payment import PaymentSession, SessionStatus
from core.domain.shop import ShippingOption
from core.domain.totals import Totals, add_up
from core.domain.values import Address, Metadata, same_metadata

CartId = NewType("CartId", str)
LINES_MAX = 200
QUANTITY_MAX = 9_999


class CartNotFound(NotFound):
    pass


class CartHidden(CartNotFound, HiddenFromCaller):
    """A registered customer's cart, asked for by anybody else."""


class CartCompleted(NotAllowed):
    code = "CART_COMPLETED"


class CartInCompletion(Conflict):
    """A payment attempt is running; it finishes or is recovered within minutes."""

    code = "CART_IN_COMPLETION"


class SwapCartFixed(NotAllowed):
    """What is exchanged was settled when the swap was asked for."""

    code = "SWAP_CART_FIXED"


class CheckoutPart(StrEnum):
    """What a buyer supplies between filling a cart and completing it."""

    ITEMS = "items"
    EMAIL = "email"
    SHIPPING_ADDRESS = "shipping_address"
    BILLING_ADDRESS = "billing_address"
    SHIPPING_METHOD = "shipping_method"
    PAYMENT = "payment"


class CartNotReady(NotAllowed):
    """Something the buyer has to supply before the cart can be completed. part: which, where it is one."""

    code = "CART_NOT_READY"

    def __init__(
        self, message: str, part: CheckoutPart | None = None, *, extra: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(message, extra=extra)
        self.part = part


NOT_READY = {
    CheckoutPart.ITEMS: "Cannot create order from empty cart",
    CheckoutPart.EMAIL: "Cannot create an order from the cart without a customer",
    CheckoutPart.SHIPPING_ADDRESS: "the cart holds goods to be shipped; give a shipping address first",
    CheckoutPart.BILLING_ADDRESS: "the cart holds goods to be shipped; give a billing address first",
    CheckoutPart.SHIPPING_METHOD: "the cart holds goods to be shipped; choose a shipping method for them first",
    CheckoutPart.PAYMENT: "You cannot complete a cart without a payment session.",
}


class PriceChanged(Conflict):
    """extra: ``totals``, what the cart would cost now."""

    code = "PRICE_CHANGED"


class OutOfStock(Conflict):
    code = "OUT_OF_STOCK"


class SoldOut(OutOfStock):
    """While the buyer was paying: the payment is given back, and asking again finds a cart without one."""


class InsufficientInventory(NotAllowed):
    code = "insufficient_inventory"


class NotPurchasable(Invalid):
    code = "NOT_PURCHASABLE"


class LineNotFound(Invalid):
    code = "LINE_NOT_FOUND"


class PaymentSessionNotFound(NotFound):
    pass


class CartType(StrEnum):
    DEFAULT = "default"
    SWAP = "swap"
    DRAFT_ORDER = "draft_order"
    PAYMENT_LINK = "payment_link"
    CLAIM = "claim"


@dataclass(slots=True, kw_only=True)
class LineItem(Line):
    """A line of a cart."""


def _is_full(address: Address | None) -> bool:
    """More than a country filled in by itself."""
    return address is not None and address.address_1 is not None


def check_quantity(quantity: int) -> int:
    """Raises Invalid unless it is a whole number from 1 to 9,999."""
    if type(quantity) is not int or not 1 <= quantity <= QUANTITY_MAX:
        raise Invalid(f"quantity must be a whole number from 1 to {QUANTITY_MAX}")
    return quantity


@dataclass(slots=True, kw_only=True)
class Cart:
    """Aggregate root. All amounts are minor units of ``currency_code``.

    totals: what the cart shows. show_taxes: whether they include tax (the region's automatic taxes);
    ``due`` always does. pricing_epoch, stale_at: how fresh the prices are (docs/money.md).
    agreed_total: what the buyer's payment session was made for. attempt_id: the running completion;
    while it is set the cart is frozen. order_id: set once, by the completion that won; a swap's cart has
    none, only ``completed_at``. gift_cards: each as it was when the cart was priced. custom_shipping_prices:
    minor units by shipping option, of a swap's cart that staff opened; there is no other way to ship it then.
    """

    id: CartId
    region_id: str
    currency_code: str
    sales_channel_id: str | None = None
    type: CartType = CartType.DEFAULT
    email: str | None = None
    customer_id: str | None = None
    items: list[LineItem] = field(default_factory=list)
    shipping_methods: list[ShippingMethod] = field(default_factory=list)
    discount_ids: list[str] = field(default_factory=list)
    custom_shipping_prices: Mapping[str, int] | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    payment_sessions: list[PaymentSession] = field(default_factory=list)
    gift_cards: tuple[AppliedGiftCard, ...] = ()
    context: Metadata = field(default_factory=dict)
    metadata: Metadata | None = None
    totals: Totals = field(default_factory=Totals)
    show_taxes: bool = True
    pricing_epoch: int = 0
    stale_at: datetime | None = None
    agreed_total: int | None = None
    attempt_id: str | None = None
    frozen_at: datetime | None = None
    order_id: str | None = None
    completed_at: datetime | None = None
    payment_authorized_at: datetime | None = None
    deleted_at: datetime | None = None
    version: int = 0
    events: list[Event] = field(default_factory=list, compare=False, repr=False)

    # What it is worth

    def recompute(self) -> None:
        """Store the totals of the lines and of the whole as they follow from the prices."""
        lines = [item.recompute(taxed=self.show_taxes) for item in self.items]
        methods = [method.recompute(taxed=self.show_taxes) for method in self.shipping_methods]
        whole = add_up(lines, methods)
        self.totals = less_cards(whole, use_cards(self.gift_cards, whole))

    @property
    def due(self) -> int:
        """What completing the cart costs, tax included whatever the cart shows."""
        return less_cards(self._taxed(), self.card_uses).total

    @property
    def card_uses(self) -> tuple[CardUse, ...]:
        """What each gift card pays when the cart is completed."""
        return use_cards(self.gift_cards, self._taxed())

    def _taxed(self) -> Totals:
        return add_up((item.totals() for item in self.items), (m.totals() for m in self.shipping_methods))

    @property
    def variants(self) -> set[str]:
        """Of what is bought; without what comes back in exchange."""
        return {item.variant_id for item in self.items if item.variant_id is not None and not item.is_return}

    @property
    def completed(self) -> bool:
        return self.order_id is not None or self.completed_at is not None

    @property
    def needs_shipping(self) -> bool:
        return any(item.requires_shipping for item in self.items)

    @property
    def selected_session(self) -> PaymentSession | None:
        return next((session for session in self.payment_sessions if session.is_selected), None)

    def session(self, provider_id: str) -> PaymentSession:
        for session in self.payment_sessions:
            if session.provider_id == provider_id:
                return session
        raise PaymentSessionNotFound(f"Could not find payment session for provider {provider_id}")

    def line(self, id: str) -> LineItem:
        for item in self.items:
            if item.id == id:
                return item
        raise LineNotFound("Could not find the line item")

    # Editing

    def check_open(self) -> None:
        """Raises CartCompleted, CartInCompletion. Every edit starts here."""
        if self.completed:
            raise CartCompleted("the cart has been completed; its order stands")
        if self.attempt_id is not None:
            raise CartInCompletion("the cart is being completed; try again in a moment")

    def check_editable(self) -> None:
        """As ``check_open``; raises SwapCartFixed too. Every edit of what is bought, and where, starts here."""
        self.check_open()
        if self.type is CartType.SWAP:
            raise SwapCartFixed("what is exchanged was settled when the swap was asked for")

    def mergeable(self, variant_id: str, metadata: Mapping[str, object] | None) -> LineItem | None:
        """The line that one more of this variant would join: same variant, equal metadata."""
        for item in self.items:
            if (
                item.variant_id == variant_id
                and item.should_merge
                and same_metadata(item.metadata or {}, metadata or {})
            ):
                return item
        return None

    def add(self, item: LineItem) -> None:
        """Put a new line in. Raises Invalid above 200 lines."""
        self.check_editable()
        if len(self.items) >= LINES_MAX:
            raise Invalid(f"a cart holds at most {LINES_MAX} lines")
        check_quantity(item.quantity)
        self.items.append(item)
        self._contents_changed()

    def change_quantity(self, item: LineItem, quantity: int) -> None:
        self.check_editable()
        item.quantity = check_quantity(quantity)
        self._contents_changed()

    def remove(self, line_id: str) -> None:
        """Unknown lines are ignored, as in Medusa, and cost nobody the shipping method chosen since."""
        self.check_editable()
        kept = [item for item in self.items if item.id != line_id]
        if len(kept) != len(self.items):
            self.items = kept
            self._contents_changed()

    def deliver(self, item: LineItem, *, requires_shipping: bool, profile_id: str) -> None:
        """The shop says how a line is delivered until it is bought; ways of shipping chosen for something else go."""
        if (item.requires_shipping, item.profile_id) != (requires_shipping, profile_id):
            item.requires_shipping, item.profile_id = requires_shipping, profile_id
            self._contents_changed()

    @property
    def deliveries(self) -> list[tuple[str, bool, str | None]]:
        """How each line is delivered."""
        return [(item.id, item.requires_shipping, item.profile_id) for item in self.items]

    def change_currency(self, code: str) -> None:
        """Or of region. Chosen ways of shipping were priced in the old one."""
        self.currency_code = code
        self._contents_changed()

    def _contents_changed(self) -> None:
        # Medusa drops the shipping methods whenever the contents change: their price and
        # requirements depended on them.
        self.shipping_methods = []
        for item in self.items:
            item.has_shipping = False

    def shipping_price(self, option: ShippingOption) -> int:
        """What shipping it this way costs: nothing where nothing ships. Raises Invalid for an option that is not
        for this cart, ShippingRequirementsNotMet. What staff have named has no requirements."""
        if self.custom_shipping_prices:
            if option.id not in self.custom_shipping_prices:
                raise Invalid("Wrong shipping option")
            return self.custom_shipping_prices[option.id]
        if option.region_id != self.region_id or option.admin_only or option.is_return:
            raise Invalid("The shipping option is not available in the cart's region")
        option.check(self.totals.subtotal)
        return (option.amount or 0) if self.needs_shipping else 0

    def choose_shipping(self, method: ShippingMethod) -> None:
        """One method per shipping profile; a new one replaces the old."""
        self.check_open()
        others = [kept for kept in self.shipping_methods if kept.profile_id != method.profile_id]
        self.shipping_methods = [*others, method]
        covered = {chosen.profile_id for chosen in self.shipping_methods}
        for item in self.items:
            item.has_shipping = item.requires_shipping and item.profile_id in covered

    # Paying

    def mark_sessions_stale(self) -> None:
        """The amount due may have moved; providers that know a session must be told before completion."""
        for session in self.payment_sessions:
            session.stale = session.amount != self.due or session.stale

    def agree(self) -> None:
        """The buyer is shown, and the session is made for, what is due now."""
        self.agreed_total = self.due

    def missing(self) -> list[CheckoutPart]:
        """What the buyer has not supplied yet. Only goods to be shipped ask for addresses and a method; the
        billing address is not needed to complete a cart, but surfaces may insist on it."""
        ships = self.needs_shipping
        unshipped = any(item.requires_shipping and not item.has_shipping for item in self.items)
        there = {
            CheckoutPart.ITEMS: bool(self.items),
            CheckoutPart.EMAIL: self.email is not None and self.customer_id is not None,
            CheckoutPart.SHIPPING_ADDRESS: not ships or _is_full(self.shipping_address),
            CheckoutPart.BILLING_ADDRESS: not ships or _is_full(self.billing_address),
            CheckoutPart.SHIPPING_METHOD: not unshipped,
            CheckoutPart.PAYMENT: self.due <= 0 or self.selected_session is not None,
        }
        return [part for part, supplied in there.items() if not supplied]

    def check_ready(self) -> None:
        """Raises CartNotReady when the buyer still has to do something."""
        for part in self.missing():
            if part is not CheckoutPart.BILLING_ADDRESS:
                raise CartNotReady(NOT_READY[part], part)
        session = self.selected_session
        if self.due > 0 and session is not None and session.stale:
            raise CartNotReady("the payment session is out of date; refresh it and try again")

    def freeze(self, attempt_id: str, now: datetime) -> None:
        self.attempt_id = attempt_id
        self.frozen_at = now

    def thaw(self, attempt_id: str) -> bool:
        """End this attempt without an order. False: another attempt owns the cart by now."""
        if self.attempt_id != attempt_id or self.completed:
            return False
        self.attempt_id = None
        self.frozen_at = None
        return True

    def complete(self, order_id: str | None, now: datetime) -> None:
        """order_id: None when it settled a swap."""
        self.order_id = order_id
        self.completed_at = now
        self.payment_authorized_at = now
        self.attempt_id = None
        self.frozen_at = None
        session = self.selected_session
        if session is not None:
            session.status = SessionStatus.AUTHORIZED
            session.payment_authorized_at = now
