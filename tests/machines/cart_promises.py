"""What must hold of carts, orders, codes, gift cards, stock and money after every step (I1, I5-I10)."""

from __future__ import annotations

from hypothesis.stateful import invariant

from core.domain.actor import SYSTEM
from tests.machines.cart_desk import CartDesk
from tests.machines.cart_shop import SCARCE
from tests.money_oracle import worth_back


class CartPromises(CartDesk):
    @invariant()
    def the_cart_is_what_the_model_says(self) -> None:
        cart, model = self._cart(), self.cart
        assert {item.variant_id: item.quantity for item in cart.items} == model.lines
        with self.begin(SYSTEM, "test.look") as work:
            assert [work.discounts.get(id).code for id in cart.discount_ids] == model.codes
        assert {card.gift_card_id for card in cart.gift_cards} == {
            self.shop.vouchers[name].id for name in model.vouchers
        }
        assert {session.provider_id for session in cart.payment_sessions} == model.offered
        chosen = cart.selected_session
        assert (chosen.provider_id if chosen is not None else None) == model.chosen
        assert cart.agreed_total == model.agreed
        assert bool(cart.shipping_methods) == model.has_shipping

    @invariant()
    def totals_are_the_oracles_and_recomputable(self) -> None:
        cart, model = self._cart(), self.cart
        _same(cart.totals, model.shown)
        assert cart.due == model.due.total >= 0
        for item in cart.items:
            good = model.goods[item.variant_id or ""]
            assert (item.unit_price, item.includes_tax) == (good.price, good.inclusive)
        assert [item.discount_total for item in cart.items] == [line.discount for line in model.due.lines]
        if cart.show_taxes:
            assert [item.total for item in cart.items] == [line.paid for line in model.due.lines]
        stored = cart.totals
        cart.recompute()
        assert cart.totals == stored

    @invariant()
    def orders_cost_what_their_carts_did(self) -> None:
        for id, sold in self.shop.orders.items():
            order, bill = self._order(id), sold.bill
            assert order.totals.total == bill.total
            assert order.totals.gift_card_total == bill.cards
            assert order.totals.tax_total == bill.tax - bill.card_tax
            assert order.totals.discount_total == bill.discount
            if not sold.canceled:
                assert order.paid_total == bill.total
                assert order.refunded_total == sold.refunded <= bill.total
            for item, (_, good, discount), line in zip(order.items, sold.lines, bill.lines, strict=True):
                assert (item.total, item.discount_total, item.tax_total) == (line.paid, discount, line.tax)
                assert worth_back(good, discount, good.quantity) >= 0

    @invariant()
    def uses_of_codes_are_the_standing_orders(self) -> None:
        with self.begin(SYSTEM, "test.look") as work:
            for name, code in self.shop.codes.items():
                discount = work.discounts.by_code(name)
                assert discount is not None
                assert discount.usage_count == len(code.uses)
                assert code.limit is None or len(code.uses) <= code.limit

    @invariant()
    def cards_hold_what_was_not_spent(self) -> None:
        with self.begin(SYSTEM, "test.look") as work:
            for voucher in self.shop.vouchers.values():
                card = work.gift_cards.get(voucher.id)
                assert card.balance == voucher.balance
                assert 0 <= card.balance <= card.value
            for id, sold in self.shop.orders.items():
                assert sum(entry.amount for entry in work.gift_cards.taken_by(id)) == sold.bill.cards

    @invariant()
    def stock_is_what_is_left(self) -> None:
        with self.begin(SYSTEM, "test.look") as work:
            assert work.offers.of([SCARCE])[SCARCE].inventory_quantity == self.shop.stock >= 0

    @invariant()
    def the_providers_hold_what_the_orders_cost(self) -> None:
        accounts = {a.reference: a for till in self.tills.values() for a in till.accounts.values()}
        assert all(account.amount > 0 for account in accounts.values())
        standing = {id: sold for id, sold in self.shop.orders.items() if not sold.canceled}
        paid = {p.provider_payment_id: sold for id, sold in standing.items() for p in self._order(id).payments}
        for reference, account in accounts.items():
            if reference in paid:
                assert (account.amount, account.refunded) == (paid[reference].bill.total, paid[reference].refunded)
            else:
                assert account.captured == account.refunded
                assert account.captured or account.status != "authorized"


def _same(totals, bill) -> None:  # type: ignore[no-untyped-def]
    shown = (
        totals.subtotal,
        totals.discount_total,
        totals.shipping_total,
        totals.tax_total,
        totals.gift_card_total,
        totals.gift_card_tax_total,
        totals.total,
    )
    assert shown == (bill.subtotal, bill.discount, bill.shipping, bill.tax, bill.cards, bill.card_tax, bill.total)
