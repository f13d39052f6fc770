"""Have returned goods fetched."""

from core.domain.actor import Actor
from core.domain.purchase import Purchase
from core.domain.returns import Return, ReturnNotFound
from core.domain.shop import ShippingOptionNotFound
from core.use_cases.replay import replayed
from core.use_cases.swap.lookup import purchase_of
from ports.fulfillments import FulfillmentProviders, Shipment
from ports.unit_of_work import Begin, UnitOfWork

SEND_RETURN = "send_return"


class SendReturn:
    """Tell the provider of the return's shipping method, and keep its answer. Repeatable: the return's id
    tells the provider repeats. Does nothing for returns the buyer sends back without the shop.

    Raises ReturnNotFound, NotAllowed, Unavailable to be run again by its job.
    """

    def __init__(self, begin: Begin, providers: FulfillmentProviders) -> None:
        self._begin = begin
        self._providers = providers

    def __call__(self, actor: Actor, return_id: str) -> None:
        due = self._due(actor, return_id)
        if due is not None:
            provider_id, shipment = due
            told = self._providers.get(provider_id).take_back(shipment)
            self._keep(actor, return_id, dict(told))

    @replayed
    def _due(self, actor: Actor, return_id: str) -> tuple[str, Shipment] | None:
        """Who has to be told what, if anybody."""
        with self._begin(actor, "return.send") as work:
            order = work.orders.get(order_of(work, return_id))
            returned = work.returns.get(return_id)
            method = returned.shipping_method
            if method is None or not returned.open or returned.shipping_data is not None:
                return None
            try:
                provider_id = work.shop.kept_shipping_option(method.shipping_option_id).provider_id
            except ShippingOptionNotFound:
                return None  # nobody is left to tell; the goods are fetched by hand
            return provider_id, _shipment(purchase_of(work, order), returned)

    @replayed
    def _keep(self, actor: Actor, return_id: str, told: dict[str, object]) -> None:
        with self._begin(actor, "return.send") as work:
            work.returns.get(return_id).shipping_data = told
            work.commit()


def order_of(work: UnitOfWork, return_id: str) -> str:
    """The id of the order it comes from, through its swap if it is a swap's; to be locked before the return.
    Raises ReturnNotFound."""
    order_id = work.returns.order_of(return_id)
    if order_id is None:
        raise ReturnNotFound(f"Return with id: {return_id} was not found")
    return order_id


def _shipment(bought: Purchase, returned: Return) -> Shipment:
    method = returned.shipping_method
    return Shipment(
        reference=returned.id,
        order_id=bought.order.id,
        items=tuple((item.item_id, bought.line(item.item_id).title, item.quantity) for item in returned.items),
        address=bought.order.shipping_address,
        data=dict(method.data) if method is not None else {},
    )
