"""Make, change and delete groups of customers."""

from core.domain.actor import Actor
from core.domain.customer_group import CustomerGroup, CustomerGroupNotFound
from core.domain.values import Metadata, merge_metadata
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


class CreateCustomerGroup:
    """Answers its id. Raises Invalid, GroupNameTaken.

    Source: https://docs.medusajs.com/v1/api/admin#customer-groups.
    """

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, name: str, metadata: Metadata | None = None) -> str:
        with self._begin(actor, "customer_group.create") as work:
            group = CustomerGroup(id=self._ids.new("cgrp"), name=name, metadata=merge_metadata(None, metadata))
            work.customer_groups.add(group)
            work.commit()
        return group.id


class UpdateCustomerGroup:
    """None leaves the name as it is. Raises CustomerGroupNotFound, Invalid, GroupNameTaken."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, id: str, name: str | None, metadata: Metadata | None = None) -> None:
        with self._begin(actor, "customer_group.update") as work:
            group = work.customer_groups.get(id)
            if name is not None:
                group.name = name
            group.metadata = merge_metadata(group.metadata, metadata)
            group.check()
            work.commit()


class DeleteCustomerGroup:
    """Its customers are in it no longer, and price lists for it alone hold for nobody. Deleting what is not
    there is fine."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "customer_group.delete") as work:
            try:
                group = work.customer_groups.get(id)
            except CustomerGroupNotFound:
                return
            group.deleted_at = self._clock.now()
            work.customers.dissolve(id)
            work.commit()
