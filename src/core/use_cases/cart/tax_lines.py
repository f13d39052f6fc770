"""The third step of re-pricing: which tax rates apply to each line and shipping method."""

from core.domain.cart import Cart
from core.domain.region import Region
from core.domain.tax import TaxAnswer, TaxCalculation, TaxedItem, TaxedShipping, TaxLine, TaxRate
from core.domain.tax_rate import LinkedRates
from ports.clock import Ids
from ports.taxes import TaxProviders


def tax_cart(cart: Cart, region: Region, linked: LinkedRates, providers: TaxProviders, ids: Ids) -> None:
    """Ask the region's provider, telling it the rates linked to each product and shipping option. Lines
    whose rates did not change keep their tax lines and ids; what comes back in exchange is taxed as it was
    when it was bought."""
    bought = [item for item in cart.items if not item.is_return]
    country = cart.shipping_address.country_code if cart.shipping_address else None
    default = TaxRate(rate=region.tax_rate, name="default", code=region.tax_code or "default")
    answer = providers.get(region.tax_provider_id).rates(
        TaxCalculation(
            region_id=region.id,
            country_code=country,
            default=default,
            items=tuple(
                TaxedItem(
                    id=item.id,
                    amount=item.unit_price * item.quantity - item.discount,
                    product_id=item.product_id,
                    rates=linked.of_product(item.product_id),
                )
                for item in bought
            ),
            shipping=tuple(
                TaxedShipping(
                    id=method.id,
                    amount=method.price,
                    option_id=method.shipping_option_id,
                    rates=linked.of_shipping(method.shipping_option_id),
                )
                for method in cart.shipping_methods
            ),
        )
    )
    for item in bought:
        item.tax_lines = _lines("litl", item.tax_lines, answer, item.id, ids)
    for method in cart.shipping_methods:
        method.tax_lines = _lines("smtl", method.tax_lines, answer, method.id, ids)


def _lines(prefix: str, old: tuple[TaxLine, ...], answer: TaxAnswer, id: str, ids: Ids) -> tuple[TaxLine, ...]:
    rates = answer.get(id, ())
    if [(line.rate, line.name, line.code) for line in old] == [(r.rate, r.name, r.code) for r in rates]:
        return old
    return tuple(TaxLine(id=ids.new(prefix), rate=rate.rate, name=rate.name, code=rate.code) for rate in rates)
