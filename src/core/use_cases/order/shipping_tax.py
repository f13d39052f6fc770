"""Tax on shipping methods that staff add to what was ordered."""

from core.domain.lines import ShippingMethod
from core.domain.order import Order
from core.domain.region import Region
from core.domain.tax import TaxCalculation, TaxedShipping, TaxLine, TaxRate
from ports.clock import Ids
from ports.taxes import TaxProviders


def taxed(method: ShippingMethod, order: Order, region: Region, taxes: TaxProviders, ids: Ids) -> ShippingMethod:
    """The method with the region's tax on it and its totals worked out. Changes it in place."""
    method.tax_lines = _tax_lines(method, order, region, taxes, ids)
    method.recompute()
    return method


def _tax_lines(
    method: ShippingMethod, order: Order, region: Region, taxes: TaxProviders, ids: Ids
) -> tuple[TaxLine, ...]:
    country = order.shipping_address.country_code if order.shipping_address else None
    rates = taxes.get(region.tax_provider_id).rates(
        TaxCalculation(
            region_id=region.id,
            country_code=country,
            default=TaxRate(rate=region.tax_rate, name="default", code=region.tax_code or "default"),
            items=(),
            shipping=(TaxedShipping(id=method.id, amount=method.price, option_id=method.shipping_option_id),),
        )
    )
    return tuple(
        TaxLine(id=ids.new("smtl"), rate=rate.rate, name=rate.name, code=rate.code)
        for rate in rates.get(method.id, ())
    )
