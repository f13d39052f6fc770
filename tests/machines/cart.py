"""The life of carts in any order, against a model of its own (I1, I5-I10).

Lines, regions, codes, gift cards, addresses, shipping, payment sessions; staff who move prices, stop codes
and cancel orders; other buyers who take stock. One cart after the other is filled and completed, so that
what orders use up is missed by the carts after them.
"""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.machines.cart_moves import CODES, VOUCHERS, CartMoves, places, providers


class CartMachine(CartMoves):
    """Besides single steps, the errands that lead to an order: by chance alone few carts would get there."""

    @rule(provider=providers, code=st.sampled_from(CODES), name=st.none() | st.sampled_from(VOUCHERS))
    def check_out(self, provider: str, code: str, name: str | None) -> None:
        """Everything a well-behaved storefront does."""
        if self.shop.codes[code].holds(self.cart.place, self.shop.day, self.cart.buyer):
            self.enter_codes([code])
        if name is not None:
            self.put_cards([name])
        self.ship()
        self.start()
        self.choose(provider, data=False)
        self.complete()

    @rule(code=st.sampled_from(CODES), looks=st.booleans())
    def stop_a_code_in_use(self, code: str, looks: bool) -> None:
        """The buyer looks, or insists: once refused, the code is gone from the cart."""
        if not self.shop.codes[code].holds(self.cart.place, self.shop.day, self.cart.buyer):
            return
        self.enter_codes([code])
        self.ship()
        self.start()
        self.choose("manual", data=False)
        self.stop_code(code, True)
        if looks:
            self.look()
        self.complete()
        self.stop_code(code, False)

    @rule(code=st.sampled_from(["TWICE", "EACH", "ONCE"]), cancels=st.booleans(), data=st.data())
    def use_up_a_code(self, code: str, cancels: bool, data: st.DataObject) -> None:
        """Carts with the code one after the other, until it is refused; canceling an order gives it back."""
        for _ in range(3):
            if self.shop.codes[code].holds(self.cart.place, self.shop.day, self.cart.buyer):
                self.add("mug", 2)
                self.enter_codes([code])
                self.check_out("manual", code, None)
        if cancels and any(not sold.canceled for sold in self.shop.orders.values()):
            self.cancel(data)
        self.enter_codes([code])

    @rule(place=places, provider=providers)
    def move_while_paying(self, place: str, provider: str) -> None:
        self.ship()
        self.start()
        self.choose(provider, data=False)
        self.move(place)
        self.complete()

    @rule(names=st.sampled_from([[], ["B"]]), days=st.integers(min_value=1, max_value=3), looks=st.booleans())
    def dawdle(self, names: list[str], days: int, looks: bool) -> None:
        """A code or a gift card runs out while the buyer has a cup of tea."""
        if self.shop.codes["PERCENT"].holds(self.cart.place, self.shop.day, self.cart.buyer):
            self.enter_codes(["PERCENT"])
        self.put_cards(names)
        self.ship()
        self.start()
        self.choose("manual", data=False)
        for _ in range(days):
            self.wait_a_day()
        if looks:
            self.look()
        self.complete()
