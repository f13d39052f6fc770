"""Choose the address that goods and bills go to unless the buyer says otherwise."""

from core.domain.actor import Actor
from core.domain.errors import Unauthenticated
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class UseAddressByDefault:
    """Of the calling customer. Raises Unauthenticated, AddressUnknown."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, address_id: str) -> None:
        if actor.customer_id is None:
            raise Unauthenticated("log in as a customer first")
        with self._begin(actor, "customer.use_address_by_default") as work:
            work.customers.get(actor.customer_id).use_by_default(address_id)
            work.commit()
