"""The shop itself, where it sells and through which storefronts, and its counters."""

from collections.abc import Iterable
from typing import Protocol

from core.domain.publishable_key import PublishableKey
from core.domain.region import Region
from core.domain.shop import SalesChannel, ShippingOption, ShippingProfile, Store


class PublishableKeys(Protocol):
    def get(self, id: str) -> PublishableKey: ...

    def add(self, key: PublishableKey) -> None: ...


class Regions(Protocol):
    """Unique: each of the country_codes (CountryTaken)."""

    def get(self, id: str) -> Region: ...

    def kept(self, id: str) -> Region:
        """A deleted one too, for what was sold there."""
        ...

    def known_countries(self, codes: Iterable[str]) -> dict[str, str]:
        """The names of those among these (lower-case alpha-2) that there are."""
        ...

    def add(self, region: Region) -> None: ...

    def first(self) -> Region | None:
        """The oldest live region."""
        ...

    def of_country(self, country_code: str) -> Region | None: ...


class ShopSettings(Protocol):
    """The store and the records around it."""

    def store(self) -> Store: ...

    def sales_channel(self, id: str) -> SalesChannel: ...

    def add_sales_channel(self, channel: SalesChannel) -> None: ...

    def default_profile(self) -> ShippingProfile: ...

    def gift_card_profile(self) -> ShippingProfile: ...

    def shipping_profile(self, id: str) -> ShippingProfile: ...

    def add_shipping_profile(self, profile: ShippingProfile) -> None: ...

    def shipping_option(self, id: str) -> ShippingOption: ...

    def kept_shipping_option(self, id: str) -> ShippingOption:
        """A deleted one too, for what was sent with it."""
        ...

    def shipping_options_of(self, region_id: str) -> list[ShippingOption]:
        """Live ones, oldest first."""
        ...

    def add_shipping_option(self, option: ShippingOption) -> None: ...

    def known_sales_channels(self, ids: Iterable[str]) -> set[str]: ...

    def known_currencies(self, codes: Iterable[str]) -> set[str]: ...

    def price_with_tax(self, currency_code: str, includes_tax: bool) -> None:
        """From now on prices in this currency contain their tax, or do not. Unknown ones stay unknown."""
        ...


class Versions(Protocol):
    """Counters that tell readers whether what they hold is still fresh: ``pricing``, ``catalogue``. Whoever
    counts one keeps others from counting it until the end of the transaction: ``categories``, ``return_reasons``
    guard rules over several aggregates that way."""

    def current(self, name: str) -> int: ...

    def bump(self, name: str) -> None: ...


class Sequences(Protocol):
    """Numbers people read: ``next("order")`` gives 1, 2, 3, ... without gaps under commit."""

    def next(self, name: str) -> int: ...
