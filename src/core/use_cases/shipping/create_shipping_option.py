"""Offer a way to ship, or to send back."""

from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.errors import FieldProblem, Invalid
from core.domain.shop import PriceType, ShippingOption
from core.domain.values import Metadata, merge_metadata
from core.use_cases.replay import replayed
from core.use_cases.shipping.requirements import RequirementInput, requirements
from ports.clock import Ids
from ports.fulfillments import FulfillmentProviders
from ports.unit_of_work import Begin, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShippingOption:
    """amount: minor units. profile_id: None is the default profile. data: one of the provider's options."""

    name: str
    region_id: str
    provider_id: str
    data: Metadata = field(default_factory=dict)
    price_type: PriceType = PriceType.FLAT_RATE
    profile_id: str | None = None
    amount: int | None = None
    requirements: tuple[RequirementInput, ...] = ()
    is_return: bool = False
    admin_only: bool = False
    includes_tax: bool = False
    metadata: Metadata | None = None


class CreateShippingOption:
    """Answers its id. Raises RegionNotFound, ShippingProfileNotFound, Invalid.
    Source: https://docs.medusajs.com/v1/api/admin#shipping-options_postshippingoptions."""

    def __init__(self, begin: Begin, fulfillments: FulfillmentProviders, ids: Ids) -> None:
        self._begin = begin
        self._fulfillments = fulfillments
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, new: NewShippingOption) -> str:
        if new.price_type is PriceType.CALCULATED:
            raise _bad("price_type", "The fulfillment provider cannot calculate prices for this option")
        if new.provider_id in self._fulfillments.ids():
            self._fulfillments.get(new.provider_id).check_option(new.data)
        with self._begin(actor, "shipping_option.create") as work:
            option = self._option(work, new)
            option.check_terms()
            work.shop.add_shipping_option(option)
            work.commit()
        return option.id

    def _option(self, work: UnitOfWork, new: NewShippingOption) -> ShippingOption:
        region = work.regions.get(new.region_id)
        offered = set(region.fulfillment_provider_ids) & set(self._fulfillments.ids())
        if new.provider_id not in offered:
            raise _bad("provider_id", "The fulfillment provider is not available in the provided region")
        shop = work.shop
        profile = shop.shipping_profile(new.profile_id) if new.profile_id is not None else shop.default_profile()
        return ShippingOption(
            id=self._ids.new("so"),
            name=new.name,
            region_id=region.id,
            profile_id=profile.id,
            provider_id=new.provider_id,
            price_type=new.price_type,
            amount=new.amount,
            is_return=new.is_return,
            admin_only=new.admin_only,
            includes_tax=new.includes_tax,
            requirements=requirements(new.requirements, self._ids),
            data=new.data,
            metadata=merge_metadata(None, new.metadata),
        )


def _bad(name: str, problem: str) -> Invalid:
    return Invalid(problem, fields=[FieldProblem(name, problem)])
