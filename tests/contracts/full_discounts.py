"""Discounts and rules with every field set to something that is not its default."""

from __future__ import annotations

from core.domain.discount import (
    Allocation,
    ConditionOperator,
    ConditionType,
    Discount,
    DiscountCondition,
    DiscountId,
    DiscountRule,
    DiscountType,
)
from tests.contracts.full_records import METADATA, NOON, later


def a_condition(id: str = "discon_1", **changes: object) -> DiscountCondition:
    values: dict[str, object] = {
        "id": id,
        "type": ConditionType.PRODUCTS,
        "operator": ConditionOperator.NOT_IN,
        "resource_ids": ("prod_2", "prod_1"),
        "metadata": METADATA,
    }
    return DiscountCondition(**{**values, **changes})  # type: ignore[arg-type]


def a_rule(id: str = "dru_1", **changes: object) -> DiscountRule:
    groups = a_condition(
        f"discon_{id}_g", type=ConditionType.CUSTOMER_GROUPS, operator=ConditionOperator.IN, resource_ids=("cgrp_1",)
    )
    values: dict[str, object] = {
        "id": id,
        "type": DiscountType.FIXED,
        "value": 7,
        "allocation": Allocation.ITEM,
        "description": "Seven off",
        "conditions": [a_condition(f"discon_{id}_p"), groups],
        "metadata": METADATA,
        "deleted_at": later(days=9),
    }
    return DiscountRule(**{**values, **changes})  # type: ignore[arg-type]


def a_discount(id: str = "disc_1", **changes: object) -> Discount:
    values: dict[str, object] = {
        "id": DiscountId(id),
        "code": f"CODE_{id}".upper(),
        "rule_id": "dru_1",
        "is_dynamic": True,
        "is_disabled": True,
        "parent_discount_id": "disc_0",
        "region_ids": ("reg_1",),
        "starts_at": NOON,
        "ends_at": later(days=7),
        "valid_duration": "P1D",
        "usage_limit": 5,
        "usage_limit_per_customer": 2,
        "usage_count": 3,
        "metadata": METADATA,
        "deleted_at": later(days=8),
    }
    return Discount(**{**values, **changes})  # type: ignore[arg-type]


def a_live_discount(id: str = "disc_1", **changes: object) -> Discount:
    """One that anybody can use in reg_1."""
    fresh: dict[str, object] = {
        "is_disabled": False,
        "parent_discount_id": None,
        "usage_limit": None,
        "usage_limit_per_customer": None,
        "usage_count": 0,
        "deleted_at": None,
    }
    return a_discount(id, **{**fresh, **changes})
