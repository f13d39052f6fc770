"""Shapes of regions, their countries and providers."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, FromClause, false, func, select

from adapters.db import tables
from adapters.db.reads.filters import each, search, through
from adapters.db.reads.shape import Relation, Shape, Through, columns, everything, to_one
from adapters.db.reads.shop import CURRENCY, STAMPS
from adapters.db.reads.tax_rates import TAX_RATE
from core.domain.region import RegionNotFound


def _region_of_country(country: FromClause) -> ColumnElement[Any]:
    links = tables.region_countries
    return select(links.c.region_id).where(links.c.country_code == country.c.iso_2).scalar_subquery()


COUNTRY = Shape(
    name="country",
    table=tables.countries,
    columns=columns("id", "iso_2", "iso_3", "num_code", "name", "display_name", region_id=_region_of_country),
    filters=each("id", "iso_2", "name"),
    visible=everything,
)

TAX_PROVIDER = Shape(
    name="tax_provider",
    table=tables.tax_providers,
    columns=columns("id", "is_installed"),
    filters=each("id", "is_installed"),
    visible=everything,
)


def _provider_of_region(name: str, links: FromClause, providers: FromClause) -> Shape:
    """A provider as a region lists it; one that is not installed (yet) says so."""

    def installed(link: FromClause) -> ColumnElement[Any]:
        known = select(providers.c.is_installed).where(providers.c.id == link.c.provider_id).scalar_subquery()
        return func.coalesce(known, false())

    return Shape(
        name=name,
        table=links,
        columns=columns(id="provider_id", is_installed=installed),
        hidden=columns("region_id", "position"),
        visible=everything,
    )


PAYMENT_PROVIDER = _provider_of_region("payment_provider", tables.region_payment_providers, tables.payment_providers)
REGION_FULFILLMENT_PROVIDER = _provider_of_region(
    "region_fulfillment_provider", tables.region_fulfillment_providers, tables.fulfillment_providers
)

REGION = Shape(
    name="region",
    table=tables.regions,
    columns=columns(
        "id",
        "name",
        "currency_code",
        "tax_rate",
        "tax_code",
        "gift_cards_taxable",
        "automatic_taxes",
        "tax_provider_id",
        "includes_tax",
        *STAMPS,
        "metadata",
    ),
    relations={
        "countries": Relation(
            shape=lambda: COUNTRY,
            there="iso_2",
            through=Through(table=tables.region_countries, here="region_id", there="country_code"),
            order=("name", "iso_2"),
        ),
        "payment_providers": Relation(shape=lambda: PAYMENT_PROVIDER, there="region_id", order=("position", "id")),
        "fulfillment_providers": Relation(
            shape=lambda: REGION_FULFILLMENT_PROVIDER, there="region_id", order=("position", "id")
        ),
        "currency": to_one(lambda: CURRENCY, "currency_code", there="code"),
        "tax_provider": to_one(lambda: TAX_PROVIDER, "tax_provider_id"),
        "tax_rates": Relation(shape=lambda: TAX_RATE, there="region_id", order=("created_at", "id")),
    },
    filters={
        **each("id", "name", "currency_code", "automatic_taxes", "created_at", "updated_at", "deleted_at"),
        "country_code": through(
            lambda region: select(tables.region_countries.c.country_code).where(
                tables.region_countries.c.region_id == region.c.id
            ),
            "country_code",
        ),
        "q": search(lambda region: region.c.name),
    },
    missing=(RegionNotFound, "Region with {} was not found"),
)
