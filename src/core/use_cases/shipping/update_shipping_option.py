"""Change what a way to ship costs and for whom it is."""

from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.values import Metadata, merge_metadata
from core.use_cases.replay import replayed
from core.use_cases.shipping.requirements import RequirementInput, requirements
from ports.clock import Ids
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingOptionChanges:
    """None leaves a thing as it is. amount: minor units. requirements: replace all there are."""

    name: str | None = None
    amount: int | None = None
    admin_only: bool | None = None
    includes_tax: bool | None = None
    requirements: tuple[RequirementInput, ...] | None = None
    metadata: Metadata | None = None


class UpdateShippingOption:
    """Methods that carts chose keep what they cost. Raises ShippingOptionNotFound, Invalid.
    Source: https://docs.medusajs.com/v1/api/admin#shipping-options_postshippingoptionsoption."""

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, id: str, changes: ShippingOptionChanges) -> None:
        with self._begin(actor, "shipping_option.update") as work:
            option = work.shop.shipping_option(id)
            for name in ("name", "amount", "admin_only", "includes_tax"):
                value = getattr(changes, name)
                if value is not None:
                    setattr(option, name, value)
            if changes.requirements is not None:
                option.requirements = requirements(changes.requirements, self._ids, option.requirements)
            option.metadata = merge_metadata(option.metadata, changes.metadata)
            option.check_terms()
            work.commit()
