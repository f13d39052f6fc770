"""Put an address into a customer's address book."""

from core.domain.actor import Actor
from core.domain.errors import Unauthenticated
from core.use_cases.cart.addresses import AddressInput, check_there_is, revised
from core.use_cases.replay import replayed
from ports.clock import Ids
from ports.unit_of_work import Begin


class AddAddress:
    """Of the calling customer; answers its id. The same place of the same person is not kept twice, unless
    ``again``: then two entries may differ in company and metadata alone. default: use it from now on for
    the goods and for the bill.

    Raises Unauthenticated, AddressBookFull, CountryNotKnown.
    Source: https://docs.medusajs.com/api/store#customers_postcustomerscustomeraddresses (v1).
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, given: AddressInput, *, again: bool = False, default: bool = False) -> str:
        if actor.customer_id is None:
            raise Unauthenticated("log in as a customer first")
        with self._begin(actor, "customer.add_address") as work:
            customer = work.customers.get(actor.customer_id)
            check_there_is(work, given)
            address = revised(None, given, self._ids, customer_id=customer.id)
            saved = customer.add_address(address) if again else customer.save_address(address)
            if default:
                customer.use_by_default(saved.id)
            work.commit()
        return saved.id
