"""What a customer sees of their own record."""

from dependency_injector.wiring import Provide, inject

from adapters.http.query import Query
from adapters.http.shown import Shown, context_of, detail
from core.domain.actor import Actor
from ports.reads import Reads, Tree

CUSTOMER = Shown(shape="customer", one="customer", many="customers", default="*,*shipping_addresses,*billing_address")


@inject
def show_customer(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    """``{customer}`` for the customer with the id ``result``, who is entitled to see it."""
    context = context_of(actor, query, customer_id=result)
    return detail(CUSTOMER, reads, actor, query, result, context=context)
