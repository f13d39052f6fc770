"""What may happen to a cart and around it, one thing at a time."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.cart import CartCompleted, InsufficientInventory, NotPurchasable, OutOfStock
from core.domain.discount import DiscountInvalid, DiscountLimitReached, DiscountNotHere
from core.domain.errors import DomainError
from core.domain.gift_card import GiftCardElsewhere, GiftCardEmpty, GiftCardExpired
from core.domain.payment import RefundExceedsCaptured
from core.use_cases.cart.addresses import AddressInput
from core.use_cases.cart.create_cart import NewCart
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.discount.update_discount import DiscountChanges
from core.use_cases.order.refund_payment import RefundRequest
from tests.machines.cart_model import CartModel, Sold
from tests.machines.cart_promises import CartPromises
from tests.machines.cart_shop import (
    ADMIN,
    COUNTRIES,
    EU,
    PROVIDERS,
    SCARCE,
    VARIANTS,
    a_model,
    voucher_code,
)
from tests.machines.expecting import expect

variants = st.sampled_from(VARIANTS)
places = st.sampled_from([EU, EU, *COUNTRIES])
providers = st.sampled_from(PROVIDERS)
buyers = st.sampled_from(["ada@example.com", "bob@example.com"])
prices = st.integers(min_value=0, max_value=40)
CODES = tuple(a_model().codes)
VOUCHERS = tuple(a_model().vouchers)
REFUSALS: dict[str, type[DomainError]] = {
    error.__name__: error
    for error in (
        DiscountInvalid,
        DiscountLimitReached,
        DiscountNotHere,
        GiftCardElsewhere,
        GiftCardEmpty,
        GiftCardExpired,
    )
}


class CartMoves(CartPromises):
    @initialize(place=places, buyer=buyers, first=variants)
    def begin_shopping(self, place: str, buyer: str, first: str) -> None:
        self._open(place)
        self.introduce(buyer)
        self.add(first, 2)

    def _open(self, place: str) -> None:
        self.cart = CartModel(shop=self.shop, place=place)
        self.cart_id = self.create_cart(ANONYMOUS, NewCart(region_id=place))

    # Filling it

    @rule(variant=variants, quantity=st.integers(min_value=1, max_value=4))
    def add(self, variant: str, quantity: int) -> None:
        wanted = quantity + self.cart.lines.get(variant, 0)
        short = variant == SCARCE and wanted > self.shop.stock
        sold_here = (variant, self.cart.place) in self.shop.prices
        try:
            self.add_line(ANONYMOUS, self.cart_id, variant, quantity)
        except InsufficientInventory:
            assert short
        except NotPurchasable:
            assert not sold_here
        else:
            assert sold_here
            assert not short
            self.cart.lines[variant] = wanted
            self.cart.contents_changed()
            self.cart.edited()
        self._return_what_is_owed()

    @rule(variant=variants, quantity=st.integers(min_value=0, max_value=4))
    def set_quantity(self, variant: str, quantity: int) -> None:
        if variant not in self.cart.lines:
            return
        short = variant == SCARCE and quantity > self.shop.stock
        expect(
            InsufficientInventory if short else None,
            lambda: self.update_line(ANONYMOUS, self.cart_id, self._line(variant), quantity),
        )
        if not short:
            self._set(variant, quantity)

    @rule(variant=variants)
    def remove(self, variant: str) -> None:
        if variant in self.cart.lines:
            self.remove_line(ANONYMOUS, self.cart_id, self._line(variant))
            self._set(variant, 0)

    def _set(self, variant: str, quantity: int) -> None:
        self.cart.lines[variant] = quantity
        if not quantity:
            del self.cart.lines[variant]
        self.cart.contents_changed()
        self._edited()

    def _edited(self) -> None:
        self.cart.edited()
        self._return_what_is_owed()

    @rule(place=places)
    def move(self, place: str) -> None:
        self.update_cart(ANONYMOUS, self.cart_id, CartChanges(region_id=place))
        if place != self.cart.place:
            self.cart.move(place)
        self._edited()

    @rule(buyer=buyers)
    def introduce(self, buyer: str) -> None:
        self.update_cart(ANONYMOUS, self.cart_id, CartChanges(email=buyer))
        self.cart.buyer = buyer
        self._edited()

    @rule()
    def ship(self) -> None:
        """Where to and how."""
        address = AddressInput(values={"address_1": "Street 1", "country_code": COUNTRIES[self.cart.place][0]})
        self.update_cart(ANONYMOUS, self.cart_id, CartChanges(shipping_address=address))
        self.cart.has_address = True
        self._edited()
        self.choose_shipping(ANONYMOUS, self.cart_id, f"so_{self.cart.place}")
        self.cart.has_shipping = True
        self._edited()

    @rule(codes=st.lists(st.sampled_from(CODES), max_size=3, unique=True))
    def enter_codes(self, codes: list[str]) -> None:
        refusals = (self.shop.codes[c].refusal(self.cart.place, self.shop.day, self.cart.buyer) for c in codes)
        refusal = next((reason for reason in refusals if reason is not None), None)
        expect(
            None if refusal is None else REFUSALS[refusal],
            lambda: self.update_cart(ANONYMOUS, self.cart_id, CartChanges(discount_codes=tuple(codes))),
        )
        if refusal is None:
            of_kind: dict[bool, str] = {}
            for code in codes:
                of_kind.setdefault(self.shop.codes[code].kind == "ships", code)
            self.cart.codes = [code for code in codes if code in of_kind.values()]
            self._edited()

    @rule(code=st.sampled_from(CODES))
    def drop_code(self, code: str) -> None:
        self.remove_discount(ANONYMOUS, self.cart_id, code)
        if code in self.cart.codes:
            self.cart.codes.remove(code)
        self._edited()

    @rule(names=st.lists(st.sampled_from(VOUCHERS), max_size=3, unique=True))
    def put_cards(self, names: list[str]) -> None:
        refusals = (self.shop.vouchers[name].refusal(self.cart.place, self.shop.day) for name in names)
        refusal = next((reason for reason in refusals if reason is not None), None)
        given = tuple(voucher_code(name).lower() for name in names)
        expect(
            None if refusal is None else REFUSALS[refusal],
            lambda: self.update_cart(ANONYMOUS, self.cart_id, CartChanges(gift_card_codes=given)),
        )
        if refusal is None:
            self.cart.vouchers = list(names)
            self._edited()

    # What goes on around it

    @rule(variant=variants, price=prices)
    def move_price(self, variant: str, price: int) -> None:
        place = self.cart.place
        if (variant, place) not in self.shop.prices:
            return
        with self.begin(ADMIN, "test.price") as work:
            stored = work.products.get(f"prod_{variant}").variant(variant)
            for amount in stored.prices:
                if amount.id == f"ma_{variant}_{place}":
                    changed = {**{name: getattr(amount, name) for name in amount.__slots__}, "amount": price}
                    new = type(amount)(**changed)
            stored.prices = tuple(new if old.id == new.id else old for old in stored.prices)
            work.commit()
        self.shop.prices[variant, place] = price

    @rule(code=st.sampled_from(CODES), disabled=st.booleans())
    def stop_code(self, code: str, disabled: bool) -> None:
        with self.begin(SYSTEM, "test.look") as work:
            id = work.discounts.ids_of([code])[code]
        self.update_discount(ADMIN, id, DiscountChanges(values={"is_disabled": disabled}))
        self.shop.codes[code].disabled = disabled

    @rule()
    def sell_elsewhere(self) -> None:
        with self.begin(SYSTEM, "test.sell") as work:
            granted = work.stock.take(SCARCE, 1)
            work.commit()
        assert granted == (self.shop.stock > 0)
        self.shop.stock -= granted

    @precondition(lambda self: self.shop.day < 4)
    @rule()
    def wait_a_day(self) -> None:
        self.clock.advance(timedelta(days=1))
        self.shop.day += 1

    @rule()
    def look(self) -> None:
        self.refresh(ANONYMOUS, self.cart_id)
        self._edited()

    # Paying

    @rule()
    def start(self) -> None:
        self.start_payment(ANONYMOUS, self.cart_id)
        self.cart.reprice()
        if self.cart.due.total > 0:
            self.cart.offered = set(PROVIDERS)
        self._edited()

    @rule(provider=providers, data=st.booleans())
    def choose(self, provider: str, data: bool) -> None:
        if provider not in self.cart.offered:
            return
        if data:
            self.update_payment(ANONYMOUS, self.cart_id, provider, {"hint": "x"})
        else:
            self.select_payment(ANONYMOUS, self.cart_id, provider)
        self.cart.chosen, self.cart.agreed = provider, self.cart.due.total
        self._return_what_is_owed()

    @rule(provider=providers)
    def renew(self, provider: str) -> None:
        if provider in self.cart.offered:
            self.refresh_payment(ANONYMOUS, self.cart_id, provider)
            self._edited()

    @rule(provider=providers)
    def withdraw(self, provider: str) -> None:
        self.remove_payment(ANONYMOUS, self.cart_id, provider)
        self.cart.offered.discard(provider)
        if self.cart.chosen in (provider, None):
            self.cart.chosen = self.cart.agreed = None
        self._return_what_is_owed()

    @rule()
    def complete(self) -> None:
        expected = self._outcome()
        refusal, order_id = self._try_to_complete()
        assert (refusal.code if refusal is not None else "order") == expected, refusal
        if refusal is None:
            self._ordered(order_id)
        else:
            self._refused(refusal)
        self._return_what_is_owed()

    def _try_to_complete(self) -> tuple[DomainError | None, str]:
        try:
            return None, self.place_order(ANONYMOUS, self.cart_id).id
        except DomainError as error:
            return error, ""

    def _outcome(self) -> str:
        """The code of the refusal, or ``order``."""
        cart, shop = self.cart, self.shop
        due = cart.due.total
        incomplete = not cart.lines or cart.buyer is None
        unshipped = cart.needs_shipping and not (cart.has_address and cart.has_shipping)
        unpaid = due > 0 and (cart.chosen is None or cart.agreed != due)
        if incomplete or unshipped or unpaid:
            return "CART_NOT_READY"
        for code in cart.codes:
            refusal = shop.codes[code].refusal(cart.place, shop.day, cart.buyer)
            if refusal is not None:
                return REFUSALS[refusal].code
        if cart.now() != due:
            before = sum(cart.seen.values())
            held = [id for id in cart.vouchers if shop.vouchers[id].refusal(cart.place, shop.day) is None]
            after = sum(shop.vouchers[id].balance for id in held)
            return "GIFT_CARD_INSUFFICIENT" if after < before and cart.now() > due else "PRICE_CHANGED"
        parts = zip(cart.used, cart.due.card_parts, strict=True)
        if any(part > shop.vouchers[id].balance for id, part in parts):
            return "GIFT_CARD_INSUFFICIENT"
        return "OUT_OF_STOCK" if cart.lines.get(SCARCE, 0) > shop.stock else "order"

    def _refused(self, error: DomainError) -> None:
        if isinstance(error, DiscountInvalid | DiscountNotHere):
            self.cart.reprice()  # without the code; the payment follows when somebody looks
        elif isinstance(error, OutOfStock) and self.cart.due.total > 0:  # the payment was authorised already
            self.cart.offered, self.cart.chosen, self.cart.agreed = set(), None, None

    def _ordered(self, order_id: str) -> None:
        cart, shop = self.cart, self.shop
        assert order_id not in shop.orders
        off = {name: line.discount for name, line in zip(cart.goods, cart.due.lines, strict=True)}
        shop.orders[order_id] = Sold(
            bill=cart.due,
            lines=[(name, good, off[name]) for name, good in cart.goods.items()],
            codes=list(cart.codes),
        )
        for code in cart.codes:
            shop.codes[code].uses[order_id] = cart.buyer or ""
        for id, part in zip(cart.used, cart.due.card_parts, strict=True):
            if part:
                shop.vouchers[id].spent[order_id] = part
        shop.stock -= cart.lines.get(SCARCE, 0)
        self.done[self.cart_id] = order_id
        buyer, place = cart.buyer, cart.place
        assert self.place_order(ANONYMOUS, self.cart_id).id == order_id
        self._open(place)
        self.introduce(buyer or "ada@example.com")

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def complete_again(self, data: st.DataObject) -> None:
        cart_id = data.draw(st.sampled_from(sorted(self.done)))
        assert self.place_order(ANONYMOUS, cart_id).id == self.done[cart_id]
        expect(CartCompleted, lambda: self.update_cart(ANONYMOUS, cart_id, CartChanges(discount_codes=())))

    # The orders

    @precondition(lambda self: any(not order.canceled for order in self.shop.orders.values()))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        """What canceling gives back: stock, money, codes and cards can be used again."""
        id = data.draw(st.sampled_from(sorted(id for id, sold in self.shop.orders.items() if not sold.canceled)))
        self.cancel_order(ADMIN, id)
        sold = self.shop.orders[id]
        sold.canceled = True
        self.shop.stock += sum(good.quantity for name, good, _ in sold.lines if name == SCARCE)
        for code in self.shop.codes.values():
            code.uses.pop(id, None)
        for voucher in self.shop.vouchers.values():
            voucher.spent.pop(id, None)

    @precondition(lambda self: any(not order.canceled for order in self.shop.orders.values()))
    @rule(data=st.data(), quantity=st.integers(min_value=1, max_value=3), more=st.integers(min_value=0, max_value=1))
    def refund(self, data: st.DataObject, quantity: int, more: int) -> None:
        """Give back so many units of a line, for what they cost or a little more."""
        id = data.draw(st.sampled_from(sorted(id for id, sold in self.shop.orders.items() if not sold.canceled)))
        sold = self.shop.orders[id]
        name, good, _ = data.draw(st.sampled_from(sold.lines))
        paid = next(
            line.paid for (line, (other, _, _)) in zip(sold.bill.lines, sold.lines, strict=True) if other == name
        )
        before = sold.back.get(name, 0)
        worth = paid * (before + quantity) // good.quantity - paid * before // good.quantity
        amount = worth + more
        if sold.bill.total:
            self.capture(ADMIN, id)
        left = sold.bill.total - sold.refunded
        if amount <= 0:
            return
        fits = not more and before + quantity <= good.quantity and amount <= left
        line = next(item.id for item in self._order(id).items if item.variant_id == name)
        request = RefundRequest(amount=amount, items=((line, quantity),))
        expect(None if fits else RefundExceedsCaptured, lambda: self.refund_payment(ADMIN, id, request))
        if fits:
            sold.refunded += amount
            sold.back[name] = before + quantity
