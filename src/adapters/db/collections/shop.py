"""Regions, the store and the records around it, mails and counters, as rows."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, exists, select, update

from adapters.db.changes import Changes
from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Links, Many, Mapper
from adapters.db.tables import (
    countries,
    currencies,
    mails,
    region_countries,
    region_fulfillment_providers,
    region_payment_providers,
    regions,
    sales_channels,
    sequences,
    shipping_option_requirements,
    shipping_options,
    shipping_profiles,
    store_currencies,
    stores,
    versions,
)
from adapters.db.transaction import Transaction
from adapters.db.upserts import upsert
from core.domain.errors import NotFound
from core.domain.events import Event
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
    ShippingRequirement,
    Store,
)

REGION = Mapper(
    Region,
    regions,
    links=(
        Links("country_codes", region_countries, "region_id", "country_code"),
        Links("payment_provider_ids", region_payment_providers, "region_id", "provider_id"),
        Links("fulfillment_provider_ids", region_fulfillment_providers, "region_id", "provider_id"),
    ),
)
MAIL = Mapper(Mail, mails)
STORE = Mapper(Store, stores, links=(Links("currency_codes", store_currencies, "store_id", "currency_code"),))
SALES_CHANNEL = Mapper(SalesChannel, sales_channels)
PROFILE = Mapper(ShippingProfile, shipping_profiles)
SHIPPING_OPTION = Mapper(
    ShippingOption,
    shipping_options,
    many=(
        Many(
            field="requirements",
            mapper=Mapper(
                ShippingRequirement, shipping_option_requirements, skipped=(), given=("shipping_option_id",)
            ),
            parent="shipping_option_id",
        ),
    ),
)

_OLDEST_REGION = roots(REGION, locked=False).order_by(regions.c.created_at, regions.c.id)
_OF_COUNTRY = roots(
    REGION,
    exists().where(
        region_countries.c.region_id == regions.c.id, region_countries.c.country_code == bindparam("country_code")
    ),
    locked=False,
)


_COUNTRIES = select(countries.c.iso_2, countries.c.display_name).where(
    countries.c.iso_2.in_(bindparam("codes", expanding=True))
)


class SqlRegions(SqlCollection[Region]):
    mapper = REGION
    missing = RegionNotFound
    label = "Region"
    locked = False

    def first(self) -> Region | None:
        return self._first(_OLDEST_REGION, {})

    def of_country(self, country_code: str) -> Region | None:
        return self._first(_OF_COUNTRY, {"country_code": country_code})

    def known_countries(self, codes: Iterable[str]) -> dict[str, str]:
        wanted = sorted(set(codes))
        rows = self._transaction.rows(_COUNTRIES, {"codes": wanted}) if wanted else []
        return {row["iso_2"]: row["display_name"] for row in rows}


_SAME_MAIL = select(mails.c.id).where(
    mails.c.kind == bindparam("kind"),
    mails.c.subject_id == bindparam("subject_id"),
    mails.c.revision == bindparam("revision"),
)


_OF_MESSAGE = roots(MAIL, mails.c.provider_message_id == bindparam("provider_message_id"))


_UNBOUND = (
    roots(MAIL, mails.c.status == DeliveryStatus.QUEUED.value, mails.c.batch_id.is_(None))
    .order_by(mails.c.queued_at, mails.c.id)
    .limit(bindparam("count"))
)
_OF_BATCH = roots(MAIL, mails.c.batch_id == bindparam("batch_id")).order_by(mails.c.id)


class SqlMails(SqlCollection[Mail]):
    mapper = MAIL
    missing = MailNotFound
    label = "Mail"

    def by_message(self, provider_message_id: str) -> Mail | None:
        return self._first(_OF_MESSAGE, {"provider_message_id": provider_message_id})

    def unbound(self, limit: int) -> list[Mail]:
        return self._find(_UNBOUND, {"count": limit})

    def of_batch(self, batch_id: str) -> list[Mail]:
        return self._find(_OF_BATCH, {"batch_id": batch_id})

    def exists(self, kind: MailKind, subject_id: str, revision: str) -> bool:
        wanted = {"kind": str(kind), "subject_id": subject_id, "revision": revision}
        return bool(self._transaction.rows(_SAME_MAIL, wanted))


class _Stores(SqlCollection[Store]):
    mapper = STORE
    oldest = roots(STORE, locked=False).order_by(stores.c.created_at, stores.c.id)

    def only(self) -> Store:
        store = self._first(self.oldest, {})
        if store is None:
            raise NotFound("the shop has not been set up; run the migrations")
        return store


class _SalesChannels(SqlCollection[SalesChannel]):
    mapper = SALES_CHANNEL
    missing = SalesChannelNotFound
    label = "Sales channel"
    locked = False


class _Profiles(SqlCollection[ShippingProfile]):
    mapper = PROFILE
    missing = ShippingProfileNotFound
    label = "Profile"
    locked = False
    of_type = roots(PROFILE, shipping_profiles.c.type == bindparam("type"), locked=False).order_by(
        shipping_profiles.c.created_at
    )

    def of(self, type: ProfileType) -> ShippingProfile:
        profile = self._first(self.of_type, {"type": str(type)})
        if profile is None:
            raise NotFound(f"the shop has no {type} shipping profile; run the migrations")
        return profile


class _ShippingOptions(SqlCollection[ShippingOption]):
    mapper = SHIPPING_OPTION
    missing = ShippingOptionNotFound
    label = "Shipping option"
    locked = False
    of_region = roots(SHIPPING_OPTION, shipping_options.c.region_id == bindparam("region_id"), locked=False).order_by(
        shipping_options.c.created_at, shipping_options.c.id
    )

    def of(self, region_id: str) -> list[ShippingOption]:
        return self._find(self.of_region, {"region_id": region_id})


_KNOWN_CHANNELS = select(sales_channels.c.id).where(
    sales_channels.c.id.in_(bindparam("ids", expanding=True)), sales_channels.c.deleted_at.is_(None)
)


_PRICE_WITH_TAX = (
    update(currencies)
    .where(currencies.c.code == bindparam("of"), currencies.c.includes_tax != bindparam("wanted"))
    .values(includes_tax=bindparam("wanted"))
)
_KNOWN_CURRENCIES = select(currencies.c.code).where(currencies.c.code.in_(bindparam("codes", expanding=True)))


class SqlShopSettings:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._stores = _Stores(transaction)
        self._channels = _SalesChannels(transaction)
        self._profiles = _Profiles(transaction)
        self._options = _ShippingOptions(transaction)
        self._repriced: list[str] = []

    def store(self) -> Store:
        return self._stores.only()

    def sales_channel(self, id: str) -> SalesChannel:
        return self._channels.get(id)

    def add_sales_channel(self, channel: SalesChannel) -> None:
        self._channels.add(channel)

    def default_profile(self) -> ShippingProfile:
        return self._profiles.of(ProfileType.DEFAULT)

    def gift_card_profile(self) -> ShippingProfile:
        return self._profiles.of(ProfileType.GIFT_CARD)

    def shipping_profile(self, id: str) -> ShippingProfile:
        return self._profiles.get(id)

    def add_shipping_profile(self, profile: ShippingProfile) -> None:
        self._profiles.add(profile)

    def shipping_option(self, id: str) -> ShippingOption:
        return self._options.get(id)

    def kept_shipping_option(self, id: str) -> ShippingOption:
        return self._options.kept(id)

    def shipping_options_of(self, region_id: str) -> list[ShippingOption]:
        return self._options.of(region_id)

    def add_shipping_option(self, option: ShippingOption) -> None:
        self._options.add(option)

    def known_sales_channels(self, ids: Iterable[str]) -> set[str]:
        wanted = sorted(set(ids))
        return {row["id"] for row in self._transaction.rows(_KNOWN_CHANNELS, {"ids": wanted})} if wanted else set()

    def known_currencies(self, codes: Iterable[str]) -> set[str]:
        wanted = sorted(set(codes))
        return (
            {row["code"] for row in self._transaction.rows(_KNOWN_CURRENCIES, {"codes": wanted})} if wanted else set()
        )

    def price_with_tax(self, currency_code: str, includes_tax: bool) -> None:
        if self._transaction.run(_PRICE_WITH_TAX, {"of": currency_code, "wanted": includes_tax}).rowcount:
            self._repriced.append(currency_code)

    # For the unit of work

    def collect(self, changes: Changes) -> list[Event]:
        for code in self._repriced:
            changes.note_written(currencies, code)
        return [
            *self._stores.collect(changes),
            *self._channels.collect(changes),
            *self._profiles.collect(changes),
            *self._options.collect(changes),
        ]

    def committed(self) -> None:
        for collection in (self._stores, self._channels, self._profiles, self._options):
            collection.committed()


_VERSION = select(versions.c.value).where(versions.c.name == bindparam("name"))


@cache
def _counting(dialect: str, table: Table) -> Any:
    """One more under a name, beginning with one; answers the new value."""
    more = {"value": table.c.value + 1}
    return upsert(dialect, table).on_conflict_do_update(index_elements=["name"], set_=more).returning(table.c.value)


class SqlVersions:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.bumped: set[str] = set()

    @property
    def moved(self) -> bool:
        return bool(self.bumped)

    def current(self, name: str) -> int:
        rows = self._transaction.rows(_VERSION, {"name": name})
        return rows[0]["value"] if rows else 0

    def bump(self, name: str) -> None:
        self.bumped.add(name)
        self._transaction.run(_counting(self._transaction.dialect, versions), {"name": name, "value": 1})


class SqlSequences:
    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def next(self, name: str) -> int:
        counting = _counting(self._transaction.dialect, sequences)
        return int(self._transaction.run(counting, {"name": name, "value": 1}).scalar_one())
