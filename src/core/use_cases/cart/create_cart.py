"""Open a cart."""

from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.cart import Cart, CartId, check_quantity
from core.domain.errors import FieldProblem, Invalid
from core.domain.region import Region
from core.domain.values import Metadata
from core.use_cases.cart.add_line import put
from core.use_cases.cart.addresses import derive_country
from core.use_cases.cart.channels import channel_of_new
from core.use_cases.cart.pricing import CartPricing, check_sellable
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    variant_id: str
    quantity: int
    metadata: Metadata | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCart:
    """region_id None: the shop's first region. currency_code: what the caller counts on; the region's
    has to be the same. country_code: lower-case alpha-2, in that region.
    publishable_key: of the storefront, in one of whose channels the cart is then opened."""

    region_id: str | None = None
    currency_code: str | None = None
    country_code: str | None = None
    sales_channel_id: str | None = None
    publishable_key: str | None = None
    items: tuple[NewItem, ...] = ()
    context: Metadata = field(default_factory=dict)
    metadata: Metadata | None = None


class CreateCart:
    """Answers the new cart's id, which is a capability. A signed-in customer owns it from the start.

    Raises Invalid without a region and for another currency than the region's, RegionNotFound, NotAllowed
    for a country outside it, SalesChannelNotFound, PublishableKeyRevoked, OutOfScope, ChannelNotNamed,
    NotPurchasable, InsufficientInventory.
    Source: https://docs.medusajs.com/api/store#carts_postcart (v1).
    """

    def __init__(self, begin: Begin, pricing: CartPricing, ids: Ids) -> None:
        self._begin = begin
        self._pricing = pricing
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewCart) -> str:
        with self._begin(actor, "cart.create") as work:
            region = _region(work, new.region_id)
            _check_currency(region, new.currency_code)
            cart = Cart(
                id=CartId(self._ids.new("cart")),
                region_id=region.id,
                currency_code=region.currency_code,
                sales_channel_id=channel_of_new(work, new.sales_channel_id, new.publishable_key),
                context=new.context,
                metadata=new.metadata,
            )
            if actor.customer_id is not None:
                customer = work.customers.get(actor.customer_id)
                cart.customer_id, cart.email = customer.id, customer.email
            derive_country(cart, region, new.country_code, self._ids)
            offers = dict(work.offers.of({item.variant_id for item in new.items})) if new.items else {}
            for item in new.items:
                check_quantity(item.quantity)
                offer = check_sellable(offers.get(item.variant_id), cart, item.variant_id)
                put(work, self._pricing, cart, offer, item.quantity, item.metadata)
            self._pricing(work, cart, offers=offers)
            work.carts.add(cart)
            work.commit()
        return cart.id


def _region(work: UnitOfWork, id: str | None) -> Region:
    if id is not None:
        return work.regions.get(id)
    region = work.regions.first()
    if region is None:
        raise Invalid("A region is required to create a cart")
    return region


def _check_currency(region: Region, currency_code: str | None) -> None:
    if currency_code is not None and currency_code.strip().lower() != region.currency_code:
        problem = f"Currency {currency_code.strip().upper()} is not the region's, {region.currency_code.upper()}"
        raise Invalid(problem, fields=[FieldProblem("currency", problem)])
