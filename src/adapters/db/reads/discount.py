"""Shapes of discounts, their rules and conditions."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import FromClause, Select, select

from adapters.db import tables
from adapters.db.reads.customer import CUSTOMER_GROUP
from adapters.db.reads.filters import each, search, through
from adapters.db.reads.product import PRODUCT
from adapters.db.reads.region import REGION
from adapters.db.reads.shape import Relation, Shape, Through, columns, everything, to_one
from adapters.db.reads.shop import STAMPS
from adapters.db.reads.taxonomy import PRODUCT_COLLECTION, PRODUCT_TAG, PRODUCT_TYPE
from core.domain.discount import ConditionNotFound, DiscountNotFound

_RESOURCES = Through(table=tables.discount_condition_resources, here="condition_id", there="resource_id")


def _rule() -> Shape:
    return DISCOUNT_RULE


def _parent() -> Shape:
    return DISCOUNT


DISCOUNT_CONDITION = Shape(
    name="discount_condition",
    table=tables.discount_conditions,
    columns=columns("id", "type", "operator", "discount_rule_id", "created_at", "updated_at", "metadata"),
    hidden=columns("position"),
    constants={"deleted_at": None},
    relations={
        "discount_rule": to_one(_rule, "discount_rule_id", visible=everything),
        "products": Relation(shape=lambda: PRODUCT, through=_RESOURCES),
        "product_types": Relation(shape=lambda: PRODUCT_TYPE, through=_RESOURCES),
        "product_tags": Relation(shape=lambda: PRODUCT_TAG, through=_RESOURCES),
        "product_collections": Relation(shape=lambda: PRODUCT_COLLECTION, through=_RESOURCES),
        "customer_groups": Relation(shape=lambda: CUSTOMER_GROUP, through=_RESOURCES),
    },
    filters=each("id", "discount_rule_id"),
    admin_only=frozenset({"customer_groups"}),
    visible=everything,
    missing=(ConditionNotFound, "DiscountCondition with id {} was not found"),
)

DISCOUNT_RULE = Shape(
    name="discount_rule",
    table=tables.discount_rules,
    columns=columns("id", "description", "type", "value", "allocation", *STAMPS, "metadata"),
    relations={
        "conditions": Relation(shape=lambda: DISCOUNT_CONDITION, there="discount_rule_id", order=("position", "id")),
    },
    visible=everything,
)


def _rule_of(discount: FromClause) -> Select[tuple[object, ...]]:
    return select(tables.discount_rules).where(tables.discount_rules.c.id == discount.c.rule_id)


DISCOUNT = Shape(
    name="discount",
    eager=("rule",),
    table=tables.discounts,
    columns=columns(
        "id",
        "code",
        "is_dynamic",
        "rule_id",
        "is_disabled",
        "parent_discount_id",
        "starts_at",
        "ends_at",
        "valid_duration",
        "usage_limit",
        "usage_limit_per_customer",
        "usage_count",
        *STAMPS,
        "metadata",
    ),
    relations={
        "rule": to_one(_rule, "rule_id", visible=everything),
        "parent_discount": to_one(_parent, "parent_discount_id"),
        "regions": Relation(
            shape=lambda: REGION,
            through=Through(table=tables.discount_regions, here="discount_id", there="region_id"),
            order=("name", "id"),
        ),
    },
    filters={
        **each("id", "code", "is_dynamic", "is_disabled", "created_at", "updated_at"),
        "rule_type": through(_rule_of, "type"),
        "rule_allocation": through(_rule_of, "allocation"),
        "q": search(lambda discount: discount.c.code),
    },
    admin_only=frozenset({"usage_limit_per_customer"}),
    missing=(DiscountNotFound, "Discount with id {} was not found"),
)

# As an order shows it, also after it was deleted.
USED_DISCOUNT = replace(DISCOUNT, name="used_discount", visible=everything)
