"""Ship an order another way, at a price staff name."""

from core.domain.actor import SYSTEM, Actor
from core.domain.errors import Invalid
from core.domain.lines import ShippingMethod
from core.domain.order import OrderCanceledAlready, OrderStatus
from core.domain.values import Metadata
from core.use_cases.order.shipping_tax import taxed
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.fulfillments import FulfillmentProviders
from ports.taxes import TaxProviders
from ports.unit_of_work import Begin


class AddOrderShippingMethod:
    """Add a method of one of the region's options, replacing that of the same shipping profile. The
    order's totals follow, and those of an edit that is open; what was paid does not, nor what the edit
    costs more.

    price: minor units, instead of the option's. Raises OrderNotFound, OrderCanceledAlready,
    ShippingOptionNotFound, Invalid, also where it would cost less than what gift cards paid.
    Source: https://docs.medusajs.com/api/admin#orders_postordersordershippingmethods (v1).
    """

    def __init__(self, begin: Begin, fulfillments: FulfillmentProviders, taxes: TaxProviders, ids: Ids) -> None:
        self._begin = begin
        self._fulfillments = fulfillments
        self._taxes = taxes
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_id: str, option_id: str, price: int, data: Metadata | None = None) -> None:
        if type(price) is not int or price < 0:
            raise Invalid("price must be a whole number of minor units from 0")
        with self._begin(SYSTEM, "order.add_shipping_method") as work:
            option = work.shop.shipping_option(option_id)
        # The provider may be a remote one, so it is asked outside the transaction.
        valid = self._fulfillments.get(option.provider_id).validate(option.data, data or {})

        with self._begin(actor, "order.add_shipping_method") as work:
            order = work.orders.get(order_id)
            if order.status is OrderStatus.CANCELED:
                raise OrderCanceledAlready("A shipping method cannot be added to a canceled order")
            if option.region_id != order.region_id or option.is_return:
                raise Invalid("The shipping option is not available in the order's region")
            method = ShippingMethod(
                id=self._ids.new("sm"),
                shipping_option_id=option.id,
                name=option.name,
                profile_id=option.profile_id,
                price=price,
                includes_tax=option.includes_tax,
                data=valid,
            )
            taxed(method, order, work.regions.kept(order.region_id), self._taxes, self._ids)
            kept = [other for other in order.shipping_methods if other.profile_id != option.profile_id]
            order.shipping_methods = [*kept, method]
            order.recompute()
            if order.totals.total < 0:
                raise Invalid("the order would cost less than what gift cards paid for it")
            edit = work.order_edits.active_of(order.id)
            if edit is not None:
                edit.price(order)
            work.commit()
