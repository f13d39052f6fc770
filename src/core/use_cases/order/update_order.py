"""Correct who an order is for and where it goes."""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.errors import FieldProblem, Invalid, NotAllowed
from core.domain.order import Order, OrderCanceledAlready, OrderStatus
from core.domain.region import Region
from core.domain.values import Address, Metadata, merge_metadata, normalise_email
from core.use_cases.cart.addresses import AddressInput, check_there_is, revised
from core.use_cases.order.handing_over import hand_over, lock_carts
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChanges:
    """None leaves a field as it is. Addresses keep the fields that are not given; metadata is merged as
    Medusa does. region_id: understood if it is the order's own, whose prices and taxes its lines have."""

    email: str | None = None
    customer_id: str | None = None
    shipping_address: AddressInput | None = None
    billing_address: AddressInput | None = None
    region_id: str | None = None
    no_notification: bool | None = None
    metadata: Metadata | None = None


class UpdateOrder:
    """Given to another customer, the order takes its downloads and carts along.

    Raises OrderNotFound, OrderCanceledAlready, CustomerNotFound, CountryNotKnown, NotAllowed, Invalid.
    Source: https://docs.medusajs.com/api/admin#orders_postordersorder (v1).
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, order_id: str, changes: OrderChanges) -> None:
        email = None if changes.email is None else normalise_email(changes.email)
        with self._begin(actor, "order.update") as work:
            if changes.customer_id is not None:
                lock_carts(work, order_id)
            order = work.orders.get(order_id)
            if order.status is OrderStatus.CANCELED:
                raise OrderCanceledAlready("A canceled order cannot be updated")
            if changes.region_id not in (None, order.region_id):
                raise NotAllowed("An order stays in the region it was priced and taxed for")
            self._readdress(work, order, changes)
            order.email = email or order.email
            if changes.customer_id not in (None, order.customer_id):
                _transfer(work, order, changes.customer_id or "")
            if changes.no_notification is not None:
                order.no_notification = changes.no_notification
            order.metadata = merge_metadata(order.metadata, changes.metadata)
            work.commit()

    def _readdress(self, work: UnitOfWork, order: Order, changes: OrderChanges) -> None:
        region = work.regions.kept(order.region_id)
        if changes.shipping_address is not None:
            order.shipping_address = revised(order.shipping_address, changes.shipping_address, self._ids)
            _check_country(region, order.shipping_address)
        if changes.billing_address is not None:
            check_there_is(work, changes.billing_address, region.country_codes)
            order.billing_address = revised(order.billing_address, changes.billing_address, self._ids)


def _check_country(region: Region, address: Address) -> None:
    if address.country_code not in region.country_codes:
        problem = "Shipping country must be in the order region"
        raise Invalid(problem, fields=[FieldProblem("shipping_address.country_code", problem)])


def _transfer(work: UnitOfWork, order: Order, customer_id: str) -> None:
    hand_over(work, order, work.customers.get(customer_id))
