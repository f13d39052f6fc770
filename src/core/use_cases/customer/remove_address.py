"""Take an address out of a customer's address book."""

from core.domain.actor import Actor
from core.domain.errors import Unauthenticated
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class RemoveAddress:
    """Of the calling customer. Unknown ones are gone already, as in Medusa. Raises Unauthenticated.
    Source: https://docs.medusajs.com/api/store#customers_deletecustomerscustomeraddressesaddress (v1).
    """

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, address_id: str) -> None:
        if actor.customer_id is None:
            raise Unauthenticated("log in as a customer first")
        with self._begin(actor, "customer.remove_address") as work:
            work.customers.get(actor.customer_id).remove_address(address_id)
            work.commit()
