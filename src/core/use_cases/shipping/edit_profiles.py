"""Kinds of goods that are shipped alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.actor import Actor
from core.domain.shop import ProfileInUse, ProfileType, ShippingProfile, ShippingProfileNotFound
from core.domain.values import Metadata, merge_metadata
from core.use_cases.replay import replayed
from ports.clock import Clock, Ids
from ports.unit_of_work import Begin


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanges:
    """None leaves a thing as it is. Products and shipping options that are named are moved to the profile."""

    name: str | None = None
    type: ProfileType | None = None
    product_ids: Sequence[str] = ()
    shipping_option_ids: Sequence[str] = ()
    metadata: Metadata | None = None


class CreateShippingProfile:
    """Answers its id. Raises Invalid.
    Source: https://docs.medusajs.com/v1/api/admin#shipping-profiles_postshippingprofiles."""

    def __init__(self, begin: Begin, ids: Ids) -> None:
        self._begin = begin
        self._ids = ids

    @replayed
    def __call__(self, actor: Actor, name: str, type: ProfileType, metadata: Metadata | None = None) -> str:
        with self._begin(actor, "shipping_profile.create") as work:
            profile = ShippingProfile(
                id=self._ids.new("sp"), name=name, type=type, metadata=merge_metadata(None, metadata)
            )
            profile.check()
            work.shop.add_shipping_profile(profile)
            work.commit()
        return profile.id


class UpdateShippingProfile:
    """Raises ShippingProfileNotFound, ProductNotFound, ShippingOptionNotFound, Invalid; ProfileInUse for
    another type of a profile that new products fall back on."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, id: str, changes: ProfileChanges) -> None:
        with self._begin(actor, "shipping_profile.update") as work:
            profile = work.shop.shipping_profile(id)
            if changes.type is not None and changes.type is not profile.type:
                if id in (work.shop.default_profile().id, work.shop.gift_card_profile().id):
                    raise ProfileInUse("new products fall back on this profile; its type has to stay")
                profile.type = changes.type
            if changes.name is not None:
                profile.name = changes.name
            profile.metadata = merge_metadata(profile.metadata, changes.metadata)
            profile.check()
            for product_id in changes.product_ids:
                work.products.get(product_id).profile_id = id
            for option_id in changes.shipping_option_ids:
                work.shop.shipping_option(option_id).profile_id = id
            if changes.product_ids:
                work.versions.bump("pricing")  # open carts hold what has to be shipped otherwise now
            work.commit()


class DeleteShippingProfile:
    """Products and options that rest on it keep it. Deleting what is not there is fine, as in Medusa. Raises
    ProfileInUse for one that new products fall back on."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    @replayed
    def __call__(self, actor: Actor, id: str) -> None:
        with self._begin(actor, "shipping_profile.delete") as work:
            try:
                profile = work.shop.shipping_profile(id)
            except ShippingProfileNotFound:
                return
            if id in (work.shop.default_profile().id, work.shop.gift_card_profile().id):
                raise ProfileInUse("new products fall back on this profile; it has to stay")
            profile.deleted_at = self._clock.now()
            work.commit()
