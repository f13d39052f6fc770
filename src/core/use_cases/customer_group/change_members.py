"""Put customers into a group, or take them out."""

from collections.abc import Sequence

from core.domain.actor import Actor
from core.domain.customer import CustomerNotFound
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin


class ChangeGroupMembers:
    """Raises CustomerGroupNotFound; CustomerNotFound naming every customer to be added that does not exist.
    Those to be taken out that are not in it are passed over."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, group_id: str, customer_ids: Sequence[str], *, member: bool) -> None:
        verb = "add_customers" if member else "remove_customers"
        with self._begin(actor, f"customer_group.{verb}") as work:
            work.customer_groups.get(group_id)
            customers = work.customers.among(customer_ids)
            unknown = [id for id in dict.fromkeys(customer_ids) if id not in {customer.id for customer in customers}]
            if member and unknown:
                named = ", ".join(f'"{id}"' for id in unknown)
                raise CustomerNotFound(f"The following customer ids do not exist: {named}")
            for customer in customers:
                others = tuple(other for other in customer.group_ids if other != group_id)
                if not member:
                    customer.group_ids = others
                elif group_id not in customer.group_ids:
                    customer.group_ids = (*others, group_id)
            work.commit()
