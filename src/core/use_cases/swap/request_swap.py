"""Ask to exchange things of an order for others."""

from dataclasses import dataclass, replace

from core.domain.actor import SYSTEM, Actor, ActorKind
from core.domain.cart import Cart, CartId, CartType, InsufficientInventory, LineItem, check_quantity
from core.domain.errors import Invalid
from core.domain.exchanging import additional_lines, check_credit, credited_line, reference_of, way_back_line
from core.domain.order import Order
from core.domain.product import Offer
from core.domain.purchase import Purchase
from core.domain.region import RegionNotFound
from core.domain.returns import Return, Wanted
from core.domain.swap import NotSwappable, Swap, check_swappable
from core.domain.values import Address
from core.use_cases.cart.pricing import CartPricing, check_sellable
from core.use_cases.replay import LEFT_TO_JOBS, replayed
from core.use_cases.returning.ownership import own_order
from core.use_cases.returning.request_return import open_return, promise, schedule_sending
from core.use_cases.returning.return_shipping import way_back
from core.use_cases.returning.send_return import SendReturn
from core.use_cases.swap.completing import returns_in_exchange
from core.use_cases.swap.giving_downloads import check_unused
from core.use_cases.swap.lookup import purchase_of
from ports.clock import Clock, Ids
from ports.taxes import TaxProviders
from ports.unit_of_work import Begin, UnitOfWork

STAFF = (ActorKind.USER, ActorKind.API_KEY)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSwap:
    """items: what comes back. additional: (variant id, quantity) pairs of what goes out.

    option_id: a return shipping option; without one the buyer sends it back alone. For staff:
    shipping_price instead of the option's, allow_backorder to exchange for what is not in stock,
    custom_shipping: (option id, minor units) pairs, the only ways to ship what goes out and what they cost.
    """

    order_id: str
    items: tuple[Wanted, ...]
    additional: tuple[tuple[str, int], ...]
    option_id: str | None = None
    shipping_price: int | None = None
    sales_channel_id: str | None = None
    allow_backorder: bool = False
    no_notification: bool | None = True
    custom_shipping: tuple[tuple[str, int], ...] = ()


class RequestSwap:
    """Hold the units as on their way back, and open the cart in which the buyer settles the difference;
    answers the swap's id. Downloads are given and had in exchange too; a buyer alone gives none that were
    used. Discounts of the order that still hold count for the new goods too, free
    shipping apart.

    Raises OrderNotFound (other people's orders too), OrderCanceledAlready, NotSwappable, Invalid,
    NotReturnable, ReturnTooMany, ReturnReasonNotFound, ReturnReasonIsCategory, ShippingOptionNotFound,
    NotPurchasable, InsufficientInventory, SalesChannelNotFound.
    Source: https://docs.medusajs.com/api/store#swaps_postswaps (v1).
    """

    def __init__(
        self, begin: Begin, pricing: CartPricing, taxes: TaxProviders, send: SendReturn, clock: Clock, ids: Ids
    ) -> None:
        self._begin = begin
        self._pricing = pricing
        self._taxes = taxes
        self._send = send
        self._clock = clock
        self._ids = ids

    def __call__(self, actor: Actor, wanted: NewSwap) -> str:
        swap_id, return_id = self._record(actor, wanted)
        if wanted.option_id is not None:
            try:
                self._send(SYSTEM, return_id)
            except LEFT_TO_JOBS:
                return swap_id  # it is recorded, and its job asks again
        return swap_id

    @replayed
    def _record(self, actor: Actor, wanted: NewSwap) -> tuple[str, str]:
        if not wanted.additional:
            raise Invalid("name what is wanted in exchange")
        with self._begin(actor, "swap.request") as work:
            order = own_order(work, actor, wanted.order_id)
            check_swappable(order)
            _check_region(work, order)
            swap = Swap(
                id=self._ids.new("swap"),
                order_id=order.id,
                allow_backorder=wanted.allow_backorder,
                by_staff=actor.kind in STAFF,
                no_notification=wanted.no_notification,
            )
            bought = purchase_of(work, order)
            returned = self._return(work, actor, bought, swap, wanted)
            check_unused(work, bought, swap, returned)
            check_credit(bought, swap, [*returns_in_exchange(work, order), returned])
            cart = self._cart(work, bought, swap, returned, wanted)
            swap.cart_id = cart.id
            swap.additional_items = additional_lines(cart.items)
            swap.created()
            work.carts.add(cart)
            work.swaps.add(swap)
            work.returns.add(returned)
            work.commit()
        return swap.id, returned.id

    def _return(self, work: UnitOfWork, actor: Actor, bought: Purchase, swap: Swap, wanted: NewSwap) -> Return:
        returned = open_return(work, bought, wanted.items, self._ids, in_exchange=True)
        returned.swap_id = swap.id
        returned.no_notification = wanted.no_notification
        if wanted.option_id is not None:
            if all(bought.line(item.item_id).is_digital for item in returned.items):
                raise Invalid("Nothing of it has to be sent back; leave the way back out")
            method = way_back(
                work,
                bought.order,
                wanted.option_id,
                self._taxes,
                self._ids,
                price=wanted.shipping_price,
                by_staff=swap.by_staff,
            )
            returned.shipping_methods = [method]
            schedule_sending(work, returned, self._clock)
        returned.refund_amount = promise(bought, returned)
        return returned

    def _cart(self, work: UnitOfWork, bought: Purchase, swap: Swap, returned: Return, wanted: NewSwap) -> Cart:
        order = bought.order
        channel = wanted.sales_channel_id or order.sales_channel_id
        cart = Cart(
            id=CartId(self._ids.new("cart")),
            type=CartType.SWAP,
            region_id=order.region_id,
            currency_code=order.currency_code,
            sales_channel_id=channel if channel is None else work.shop.sales_channel(channel).id,
            email=order.email,
            customer_id=order.customer_id,
            shipping_address=self._copied(order.shipping_address),
            billing_address=self._copied(order.billing_address),
            metadata=reference_of(swap, order),
            custom_shipping_prices=_custom_prices(work, order, wanted.custom_shipping),
        )
        offers = dict(work.offers.of({variant_id for variant_id, _ in wanted.additional}))
        cart.items = [
            self._line(work, cart, check_sellable(offers.get(variant_id), cart, variant_id), quantity, wanted)
            for variant_id, quantity in wanted.additional
        ]
        if returned.shipping_method is not None:
            cart.items.append(way_back_line(returned.shipping_method, self._ids.new))
        cart.items += [
            credited_line(bought.line(item.item_id), item.quantity, self._ids.new) for item in returned.items
        ]
        cart.discount_ids = _discounts_of(work, order)
        self._pricing(work, cart, offers=offers)
        return cart

    def _line(self, work: UnitOfWork, cart: Cart, offer: Offer, quantity: int, wanted: NewSwap) -> LineItem:
        check_quantity(quantity)
        if offer.is_giftcard:
            raise NotSwappable(f"{offer.product_title} cannot be had in exchange; it can be bought")
        if not wanted.allow_backorder and not offer.covers(quantity):
            raise InsufficientInventory(
                f"Variant with id: {offer.variant_id} does not have the required inventory",
            )
        return self._pricing.line(work, cart, offer, quantity, None)

    def _copied(self, address: Address | None) -> Address | None:
        return None if address is None else replace(address, id=self._ids.new("addr"))


def _check_region(work: UnitOfWork, order: Order) -> None:
    try:
        work.regions.get(order.region_id)
    except RegionNotFound:
        raise NotSwappable("The order's region was deleted; nothing can be sold there in exchange") from None


def _custom_prices(work: UnitOfWork, order: Order, wanted: tuple[tuple[str, int], ...]) -> dict[str, int] | None:
    if len({option_id for option_id, _ in wanted}) != len(wanted):
        raise Invalid("name each custom shipping option once")
    for option_id, price in wanted:
        option = work.shop.shipping_option(option_id)
        if option.is_return or option.region_id != order.region_id:
            raise Invalid("The shipping option is not available in the order's region")
        if price < 0:
            raise Invalid("price must not be negative")
    return dict(wanted) or None


def _discounts_of(work: UnitOfWork, order: Order) -> list[str]:
    if not order.discount_ids:
        return []
    terms = work.discounts.terms(order.discount_ids, (), order.customer_id, order.email)
    return [entry.id for entry in terms if not entry.ships_free]
