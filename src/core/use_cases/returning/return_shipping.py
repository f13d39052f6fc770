"""The way back of returned goods, and what it costs."""

from core.domain.errors import Invalid
from core.domain.lines import ShippingMethod
from core.domain.order import Order
from core.use_cases.order.shipping_tax import taxed
from ports.clock import Ids
from ports.taxes import TaxProviders
from ports.unit_of_work import UnitOfWork


def way_back(
    work: UnitOfWork,
    order: Order,
    option_id: str,
    taxes: TaxProviders,
    ids: Ids,
    *,
    price: int | None = None,
    by_staff: bool = False,
) -> ShippingMethod:
    """A method of one of the region's return shipping options, taxed as the region says.

    price: instead of the option's, by staff. Raises ShippingOptionNotFound, Invalid.
    """
    option = work.shop.shipping_option(option_id)
    if not option.is_return:
        raise Invalid("The shipping option is not for returns")
    if option.region_id != order.region_id or (option.admin_only and not by_staff):
        raise Invalid("The shipping option is not available in the order's region")
    method = ShippingMethod(
        id=ids.new("sm"),
        shipping_option_id=option.id,
        name=option.name,
        profile_id=option.profile_id,
        price=(option.amount or 0) if price is None else price,
        includes_tax=option.includes_tax,
        data=dict(option.data),
    )
    return taxed(method, order, work.regions.kept(order.region_id), taxes, ids)
