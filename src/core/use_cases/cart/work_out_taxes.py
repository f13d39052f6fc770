"""What a cart costs with tax, in regions whose carts show none until asked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from core.domain.actor import Actor
from core.domain.lines import Line, ShippingMethod
from core.use_cases.cart.access import check_readable
from core.use_cases.cart.pricing import CartPricing
from ports.unit_of_work import Begin

LINE_AMOUNTS = ("subtotal", "discount_total", "tax_total", "total", "original_total", "original_tax_total")
METHOD_AMOUNTS = ("subtotal", "tax_total", "total", "original_total", "original_tax_total")
Amounts = Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxedCart:
    """Minor units, by name. items, shipping_methods: by id."""

    totals: Amounts
    items: Mapping[str, Amounts]
    shipping_methods: Mapping[str, Amounts]


class WorkOutTaxes:
    """Changes nothing, as in Medusa. Raises CartNotFound.
    Source: https://docs.medusajs.com/api/store#carts_postcartscarttaxes (v1).
    """

    def __init__(self, begin: Begin, pricing: CartPricing) -> None:
        self._begin = begin
        self._pricing = pricing

    def __call__(self, actor: Actor, cart_id: str) -> TaxedCart:
        with self._begin(actor, "cart.work_out_taxes") as work:
            cart = work.carts.get(cart_id)
            check_readable(work, actor, cart)
            if not cart.completed and cart.attempt_id is None:
                self._pricing(work, cart)
            cart.show_taxes = True
            cart.recompute()
            return TaxedCart(
                totals=asdict(cart.totals),
                items={item.id: _amounts(item, LINE_AMOUNTS) for item in cart.items},
                shipping_methods={method.id: _amounts(method, METHOD_AMOUNTS) for method in cart.shipping_methods},
            )


def _amounts(priced: Line | ShippingMethod, names: tuple[str, ...]) -> Amounts:
    return {name: getattr(priced, name) for name in names}
