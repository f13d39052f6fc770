"""The ways to pay that a customer has left with the payment providers."""

from core.domain.actor import Actor
from core.domain.payment import SavedMethod
from ports.payments import PaymentProviders
from ports.unit_of_work import Begin


class ListSavedMethods:
    """Ask every installed provider about the registered customer who is asking.

    Raises CustomerNotFound, PaymentProviderUnavailable: half a list would look like a whole one.
    Source: https://docs.medusajs.com/api/store#customers_getcustomerscustomerpaymentmethods (v1).
    """

    def __init__(self, look: Begin, providers: PaymentProviders) -> None:
        self._look = look
        self._providers = providers

    def __call__(self, actor: Actor) -> list[SavedMethod]:
        with self._look(actor, "customer.list_saved_methods") as work:
            customer = work.customers.get(str(actor.customer_id))
        who: dict[str, object] = {"id": customer.id, "email": customer.email}
        return [method for id in self._providers.ids() for method in self._providers.get(id).saved_methods(who)]
