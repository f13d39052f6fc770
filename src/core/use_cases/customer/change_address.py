"""Correct an address in a customer's address book."""

from core.domain.actor import Actor
from core.domain.errors import Unauthenticated
from core.use_cases.cart.addresses import AddressInput, check_there_is, revised
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin


class ChangeAddress:
    """Of the calling customer; what is not given stays. Carts and orders keep copies of their own.
    default: use it from now on for the goods and for the bill.

    Raises Unauthenticated, AddressUnknown, CountryNotKnown.
    Source: https://docs.medusajs.com/api/store#customers_postcustomerscustomeraddressesaddress (v1).
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, address_id: str, given: AddressInput, *, default: bool = False) -> None:
        if actor.customer_id is None:
            raise Unauthenticated("log in as a customer first")
        with self._begin(actor, "customer.change_address") as work:
            customer = work.customers.get(actor.customer_id)
            before = customer.address(address_id)
            check_there_is(work, given)
            customer.change_address(revised(before, given, self._ids))
            if default:
                customer.use_by_default(address_id)
            work.commit()
