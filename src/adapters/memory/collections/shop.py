"""Regions, the store and the records around it, mails and counters, in memory."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.memory.shelf import Overlay, Shelf
from adapters.memory.store import COUNTRIES, CURRENCIES
from core.domain.errors import NotFound
from core.domain.mail import DeliveryStatus, Mail, MailKind, MailNotFound
from core.domain.region import Region, RegionNotFound
from core.domain.shop import (
    ProfileType,
    SalesChannel,
    SalesChannelNotFound,
    ShippingOption,
    ShippingOptionNotFound,
    ShippingProfile,
    ShippingProfileNotFound,
    Store,
)


class InMemoryRegions(Shelf[Region]):
    missing = RegionNotFound
    label = "Region"

    def first(self) -> Region | None:
        return self.find_first(lambda _: True)

    def of_country(self, country_code: str) -> Region | None:
        return self.find_first(lambda region: country_code in region.country_codes)

    def known_countries(self, codes: Iterable[str]) -> dict[str, str]:
        return {code: code.upper() for code in COUNTRIES & set(codes)}


class InMemoryMails(Shelf[Mail]):
    missing = MailNotFound
    label = "Mail"

    def by_message(self, provider_message_id: str) -> Mail | None:
        return self.find_first(lambda mail: mail.provider_message_id == provider_message_id)

    def unbound(self, limit: int) -> list[Mail]:
        free = self.find(lambda mail: mail.status is DeliveryStatus.QUEUED and mail.batch_id is None)
        return sorted(free, key=lambda mail: (mail.queued_at, mail.id))[:limit]

    def of_batch(self, batch_id: str) -> list[Mail]:
        return sorted(self.find(lambda mail: mail.batch_id == batch_id), key=lambda mail: mail.id)

    def exists(self, kind: MailKind, subject_id: str, revision: str) -> bool:
        wanted = (kind, subject_id, revision)
        return any((mail.kind, mail.subject_id, mail.revision) == wanted for mail in self._rows.values())


class Channels(Shelf[SalesChannel]):
    missing = SalesChannelNotFound
    label = "Sales channel"


class ShippingOptions(Shelf[ShippingOption]):
    missing = ShippingOptionNotFound
    label = "Shipping option"


class Profiles(Shelf[ShippingProfile]):
    missing = ShippingProfileNotFound
    label = "Profile"


class InMemoryShopSettings:
    def __init__(
        self,
        stores: Overlay[Store],
        channels: Overlay[SalesChannel],
        profiles: Overlay[ShippingProfile],
        options: Overlay[ShippingOption],
        inclusive: Overlay[bool],
    ) -> None:
        self.stores: Shelf[Store] = Shelf(stores)
        self.channels = Channels(channels)
        self.profiles = Profiles(profiles)
        self.options = ShippingOptions(options)
        self._channel_rows = channels
        self._inclusive = inclusive

    def store(self) -> Store:
        store = self.stores.find_first(lambda _: True)
        if store is None:
            raise NotFound("the shop has not been set up")
        return store

    def sales_channel(self, id: str) -> SalesChannel:
        return self.channels.get(id)

    def add_sales_channel(self, channel: SalesChannel) -> None:
        self.channels.add(channel)

    def default_profile(self) -> ShippingProfile:
        return self._profile(ProfileType.DEFAULT)

    def gift_card_profile(self) -> ShippingProfile:
        return self._profile(ProfileType.GIFT_CARD)

    def shipping_profile(self, id: str) -> ShippingProfile:
        return self.profiles.get(id)

    def add_shipping_profile(self, profile: ShippingProfile) -> None:
        self.profiles.add(profile)

    def shipping_option(self, id: str) -> ShippingOption:
        return self.options.get(id)

    def kept_shipping_option(self, id: str) -> ShippingOption:
        return self.options.kept(id)

    def shipping_options_of(self, region_id: str) -> list[ShippingOption]:
        return self.options.find(lambda option: option.region_id == region_id)

    def add_shipping_option(self, option: ShippingOption) -> None:
        self.options.add(option)

    def known_sales_channels(self, ids: Iterable[str]) -> set[str]:
        wanted = set(ids)
        return {row.id for row in self._channel_rows.values() if row.id in wanted and row.deleted_at is None}

    def known_currencies(self, codes: Iterable[str]) -> set[str]:
        return set(CURRENCIES & set(codes))

    def price_with_tax(self, currency_code: str, includes_tax: bool) -> None:
        if currency_code in CURRENCIES and bool(self._inclusive.get(currency_code)) != includes_tax:
            self._inclusive.set(currency_code, includes_tax)

    def _profile(self, type: ProfileType) -> ShippingProfile:
        profile = self.profiles.find_first(lambda profile: profile.type is type)
        if profile is None:
            raise NotFound(f"the shop has no {type} shipping profile")
        return profile


class InMemoryVersions:
    def __init__(self, rows: Overlay[int]) -> None:
        self._rows = rows

    def current(self, name: str) -> int:
        return self._rows.get(name) or 0

    def bump(self, name: str) -> None:
        self._rows.set(name, self.current(name) + 1)


class InMemorySequences:
    def __init__(self, rows: Overlay[int]) -> None:
        self._rows = rows

    def next(self, name: str) -> int:
        number = (self._rows.get(name) or 0) + 1
        self._rows.set(name, number)
        return number
