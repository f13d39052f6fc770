"""What prices and storefronts depend on, with every field set to something that is not its default."""

from __future__ import annotations

from decimal import Decimal

from core.domain.customer_group import CustomerGroup
from core.domain.price_list import ListedPrice, PriceList, PriceListStatus
from core.domain.pricing import PriceListType
from core.domain.publishable_key import PublishableKey
from core.domain.shop import SalesChannel
from core.domain.tax_rate import LinkedTaxRate
from tests.contracts.full_records import METADATA, NOON, later


def a_price_list(id: str = "pl_1") -> PriceList:
    return PriceList(
        id=id,
        name="Spring",
        description="cheap",
        type=PriceListType.OVERRIDE,
        status=PriceListStatus.ACTIVE,
        starts_at=NOON,
        ends_at=later(days=1),
        includes_tax=True,
        group_ids=("cgrp_2", "cgrp_1"),
        prices=tuple(
            ListedPrice(
                id=f"ma_{id}_{number}",
                variant_id="variant_prod_1_1",
                currency_code="eur",
                amount=number,
                region_id="reg_1",
                min_quantity=number,
                max_quantity=number + 1,
            )
            for number in (4, 2)
        ),
    )


def a_tax_rate(id: str = "txr_1") -> LinkedTaxRate:
    return LinkedTaxRate(
        id=id,
        region_id="reg_1",
        name="Books",
        code="b",
        rate=Decimal("12.5"),
        product_ids=("prod_1",),
        product_type_ids=("ptyp_1",),
        shipping_option_ids=("so_1",),
        metadata=METADATA,
    )


def a_publishable_key(id: str = "pk_1", *, channel_id: str) -> PublishableKey:
    return PublishableKey(
        id=id,
        title="Storefront",
        created_by="usr_1",
        revoked_by="usr_2",
        revoked_at=NOON,
        sales_channel_ids=(channel_id,),
    )


def a_group(id: str = "cgrp_9") -> CustomerGroup:
    return CustomerGroup(id=id, name="Friends", metadata=METADATA)


def a_channel(id: str = "sc_9") -> SalesChannel:
    return SalesChannel(id=id, name="Outlet", description="cheap", is_disabled=True, metadata=METADATA)
