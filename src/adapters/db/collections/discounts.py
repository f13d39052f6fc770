"""Discounts and their rules, as rows; their uses, counted by conditional writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    BindParameter,
    String,
    Table,
    and_,
    bindparam,
    cast,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from adapters.db.changes import Changes
from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Links, Many, Mapper
from adapters.db.tables import (
    customer_groups,
    discount_condition_resources,
    discount_conditions,
    discount_regions,
    discount_rules,
    discount_uses,
    discounts,
    product_collections,
    product_tag_links,
    product_tags,
    product_types,
    products,
)
from adapters.db.transaction import Transaction
from adapters.db.types import UtcDateTime
from core.domain.discount import (
    Allocation,
    ConditionOperator,
    ConditionTerms,
    ConditionType,
    Discount,
    DiscountCondition,
    DiscountNotFound,
    DiscountRule,
    DiscountTerms,
    DiscountType,
)
from core.domain.events import Event
from ports.discounts import DiscountUse

CONDITION = Mapper(
    DiscountCondition,
    discount_conditions,
    links=(Links("resource_ids", discount_condition_resources, "condition_id", "resource_id"),),
    skipped=(),
    given=("discount_rule_id",),
)
RULE = Mapper(
    DiscountRule,
    discount_rules,
    many=(Many(field="conditions", mapper=CONDITION, parent="discount_rule_id"),),
)
DISCOUNT = Mapper(Discount, discounts, links=(Links("region_ids", discount_regions, "discount_id", "region_id"),))

_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_BY_CODE = roots(DISCOUNT, discounts.c.code == bindparam("code"))
_IDS_OF = select(discounts.c.code, discounts.c.id).where(
    discounts.c.code.in_(bindparam("codes", expanding=True)), discounts.c.deleted_at.is_(None)
)
_RULE_OF = select(discount_conditions.c.discount_rule_id).where(discount_conditions.c.id == bindparam("id"))

_parents = discounts.alias("parents")
_TERMS = (
    select(
        discounts.c.id,
        discounts.c.code,
        discounts.c.rule_id,
        discounts.c.is_disabled,
        discounts.c.starts_at,
        discounts.c.ends_at,
        discounts.c.usage_limit,
        discounts.c.usage_limit_per_customer,
        discounts.c.usage_count,
        func.coalesce(discounts.c.parent_discount_id, discounts.c.id).label("regions_of"),
        discount_rules.c.type,
        discount_rules.c.value,
        discount_rules.c.allocation,
    )
    .join(discount_rules, discount_rules.c.id == discounts.c.rule_id)
    .outerjoin(_parents, _parents.c.id == discounts.c.parent_discount_id)
    .where(discounts.c.id.in_(_IDS), discounts.c.deleted_at.is_(None), _parents.c.deleted_at.is_(None))
)
_REGIONS = select(discount_regions).where(discount_regions.c.discount_id.in_(_IDS))
_MATCHED = (
    select(
        discount_conditions.c.id,
        discount_conditions.c.discount_rule_id,
        discount_conditions.c.type,
        discount_conditions.c.operator,
        discount_condition_resources.c.resource_id,
    )
    .outerjoin(
        discount_condition_resources,
        and_(
            discount_condition_resources.c.condition_id == discount_conditions.c.id,
            discount_condition_resources.c.resource_id.in_(bindparam("resources", expanding=True)),
        ),
    )
    .where(discount_conditions.c.discount_rule_id.in_(_IDS))
    .order_by(discount_conditions.c.discount_rule_id, discount_conditions.c.position)
)
_TAGS = select(product_tag_links.c.product_id, product_tag_links.c.tag_id).where(
    product_tag_links.c.product_id.in_(_IDS)
)

_uses = discount_uses.c
_OF_BUYER = or_(_uses.customer_id == bindparam("customer_id"), _uses.email == bindparam("email"))
_USED = (
    select(_uses.discount_id, func.count().label("used"))
    .where(_uses.discount_id.in_(_IDS), _OF_BUYER)
    .group_by(_uses.discount_id)
)
_COUNT = (
    update(discounts)
    .where(
        discounts.c.id == bindparam("discount"),
        or_(discounts.c.usage_limit.is_(None), discounts.c.usage_count < discounts.c.usage_limit),
    )
    .values(usage_count=discounts.c.usage_count + 1)
)
# The row of the discount is locked by the statement before, so nobody else counts meanwhile.
_so_far = (
    select(func.count())
    .select_from(discount_uses)
    .where(_uses.discount_id == bindparam("discount"), _OF_BUYER)
    .scalar_subquery()
)
_USE = (
    insert(discount_uses)
    .from_select(
        ["discount_id", "order_id", "customer_id", "email", "used_at"],
        select(
            discounts.c.id,
            cast(bindparam("order"), String),
            cast(bindparam("customer_id"), String),
            cast(bindparam("email"), String),
            bindparam("at", type_=UtcDateTime()),
        ).where(
            discounts.c.id == bindparam("discount"),
            or_(discounts.c.usage_limit_per_customer.is_(None), _so_far < discounts.c.usage_limit_per_customer),
        ),
    )
    .execution_options(preserve_rowcount=True)
)
_USES_OF = select(_uses.discount_id).where(_uses.order_id == bindparam("order")).order_by(_uses.discount_id)
_UNUSE = delete(discount_uses).where(_uses.discount_id == bindparam("discount"), _uses.order_id == bindparam("order"))
_UNCOUNT = (
    update(discounts)
    .where(discounts.c.id == bindparam("discount"), discounts.c.usage_count > 0)
    .values(usage_count=discounts.c.usage_count - 1)
)

_RESOURCES: Mapping[ConditionType, Table] = {
    ConditionType.PRODUCTS: products,
    ConditionType.PRODUCT_TYPES: product_types,
    ConditionType.PRODUCT_COLLECTIONS: product_collections,
    ConditionType.PRODUCT_TAGS: product_tags,
    ConditionType.CUSTOMER_GROUPS: customer_groups,
}


class _Rules(SqlCollection[DiscountRule]):
    mapper = RULE
    label = "Discount rule"


class SqlDiscounts(SqlCollection[Discount]):
    mapper = DISCOUNT
    missing = DiscountNotFound
    label = "Discount"

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._rules = _Rules(transaction)
        self.moved = False

    def get(self, id: str) -> Discount:
        found = self.known(id)
        if found is None:
            raise DiscountNotFound(f"Discount with id {id} was not found")
        return found

    def known(self, id: str) -> Discount | None:
        try:
            return super().get(id)
        except DiscountNotFound:
            return None

    def by_code(self, code: str) -> Discount | None:
        return self._first(_BY_CODE, {"code": code})

    def rule(self, id: str) -> DiscountRule:
        return self._rules.get(id)

    def add_rule(self, rule: DiscountRule) -> None:
        self._rules.add(rule)

    def rule_of_condition(self, condition_id: str) -> str | None:
        rows = self._transaction.rows(_RULE_OF, {"id": condition_id})
        return rows[0]["discount_rule_id"] if rows else None

    def known_resources(self, type: ConditionType, ids: Iterable[str]) -> set[str]:
        table = _RESOURCES[type]
        known = select(table.c.id).where(table.c.id.in_(_IDS), table.c.deleted_at.is_(None))
        wanted = sorted(set(ids))
        return {row["id"] for row in self._transaction.rows(known, {"ids": wanted})} if wanted else set()

    # For carts

    def ids_of(self, codes: Iterable[str]) -> Mapping[str, str]:
        wanted = sorted(set(codes))
        rows = self._transaction.rows(_IDS_OF, {"codes": wanted}) if wanted else []
        return {row["code"]: row["id"] for row in rows}

    def terms(
        self, ids: Sequence[str], resources: Iterable[str], customer_id: str | None, email: str | None
    ) -> list[DiscountTerms]:
        rows = self._transaction.rows(_TERMS, {"ids": sorted(set(ids))}) if ids else []
        if not rows:
            return []
        regions = self._regions(rows)
        conditions = self._conditions(rows, resources)
        used = self._used(rows, customer_id, email)
        pictures = {
            row["id"]: DiscountTerms(
                id=row["id"],
                code=row["code"],
                type=DiscountType(row["type"]),
                value=row["value"],
                allocation=None if row["allocation"] is None else Allocation(row["allocation"]),
                conditions=tuple(conditions.get(row["rule_id"], ())),
                region_ids=frozenset(regions.get(row["regions_of"], ())),
                is_disabled=row["is_disabled"],
                starts_at=row["starts_at"],
                ends_at=row["ends_at"],
                usage_limit=row["usage_limit"],
                usage_count=row["usage_count"],
                usage_limit_per_customer=row["usage_limit_per_customer"],
                used_by_buyer=used.get(row["id"], 0),
            )
            for row in rows
        }
        return [pictures[id] for id in ids if id in pictures]

    def _regions(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for row in self._transaction.rows(_REGIONS, {"ids": sorted({row["regions_of"] for row in rows})}):
            found.setdefault(row["discount_id"], set()).add(row["region_id"])
        return found

    def _conditions(
        self, rows: Sequence[Mapping[str, Any]], resources: Iterable[str]
    ) -> dict[str, list[ConditionTerms]]:
        asked = {"ids": sorted({row["rule_id"] for row in rows}), "resources": sorted(set(resources))}
        matched: dict[tuple[str, str, str, str], set[str]] = {}
        for row in self._transaction.rows(_MATCHED, asked):
            kind = row["discount_rule_id"], row["id"], row["type"], row["operator"]
            found = matched.setdefault(kind, set())
            if row["resource_id"] is not None:
                found.add(row["resource_id"])
        conditions: dict[str, list[ConditionTerms]] = {}
        for (rule_id, _, type, operator), found in matched.items():
            terms = ConditionTerms(
                type=ConditionType(type), operator=ConditionOperator(operator), matched=frozenset(found)
            )
            conditions.setdefault(rule_id, []).append(terms)
        return conditions

    def _used(self, rows: Sequence[Mapping[str, Any]], customer_id: str | None, email: str | None) -> dict[str, int]:
        limited = sorted(row["id"] for row in rows if row["usage_limit_per_customer"] is not None)
        if not limited:
            return {}
        asked = {"ids": limited, "customer_id": customer_id, "email": email}
        return {row["discount_id"]: row["used"] for row in self._transaction.rows(_USED, asked)}

    def tags_of(self, product_ids: Iterable[str]) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        wanted = sorted(set(product_ids))
        for row in self._transaction.rows(_TAGS, {"ids": wanted}) if wanted else []:
            found.setdefault(row["product_id"], set()).add(row["tag_id"])
        return {id: frozenset(tags) for id, tags in found.items()}

    # Counting

    def claim(self, use: DiscountUse) -> bool:
        counted = self._transaction.run(_COUNT, {"discount": use.discount_id})
        if counted.rowcount != 1:
            return False
        self.moved = True
        asked = {
            "discount": use.discount_id,
            "order": use.order_id,
            "customer_id": use.customer_id,
            "email": use.email,
            "at": use.at,
        }
        return self._transaction.run(_USE, asked).rowcount == 1

    def give_back(self, order_id: str) -> None:
        for row in self._transaction.rows(_USES_OF, {"order": order_id}):
            of = {"discount": row["discount_id"]}
            if self._transaction.run(_UNUSE, {**of, "order": order_id}).rowcount == 1:
                self._transaction.run(_UNCOUNT, of)
                self.moved = True

    # For the unit of work

    def collect(self, changes: Changes) -> list[Event]:
        return [*super().collect(changes), *self._rules.collect(changes)]

    def committed(self) -> None:
        super().committed()
        self._rules.committed()
