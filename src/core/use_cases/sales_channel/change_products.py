"""Sell products in a sales channel, or no longer."""

from collections.abc import Sequence

from core.domain.actor import Actor
from core.domain.errors import Invalid
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class ChangeChannelProducts:
    """Raises SalesChannelNotFound; Invalid for products to be added that do not exist. Those to be taken
    away that are not there are passed over."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, channel_id: str, product_ids: Sequence[str], *, member: bool) -> None:
        verb = "add_products" if member else "remove_products"
        with self._begin(actor, f"sales_channel.{verb}") as work:
            work.shop.sales_channel(channel_id)
            products = work.products.among(product_ids)
            known = {product.id for product in products}
            unknown = [id for id in dict.fromkeys(product_ids) if id not in known]
            if member and unknown:
                raise Invalid(
                    "Provided request body contains errors. Please check the data and retry the request",
                    extra={"errors": [f"Products {', '.join(unknown)} do not exist"]},
                )
            for product in products:
                others = tuple(other for other in product.sales_channel_ids if other != channel_id)
                if not member:
                    product.sales_channel_ids = others
                elif channel_id not in product.sales_channel_ids:
                    product.sales_channel_ids = (*others, channel_id)
            work.commit()
