"""/admin/discounts: what requests may carry. Names are those of Medusa v1; ``usage_limit_per_customer`` is ours."""

from collections.abc import Mapping, Sequence
from typing import Any

from adapters.http.body_fields import Body, Bool, Int, Many, Metadata, Moment, Part, Str, Word
from core.domain.discount import CODE_MAX, Allocation, ConditionOperator, ConditionType, DiscountType
from core.use_cases.discount.parts import ConditionInput

_TYPES = tuple(type.value for type in DiscountType)
_ALLOCATIONS = tuple(allocation.value for allocation in Allocation)
_OPERATORS = tuple(operator.value for operator in ConditionOperator)
_LISTS = tuple(type.value for type in ConditionType)
_COUNT_MAX = 2**31 - 1


def _ids() -> Many:
    return Many(Str(required=True, max=255), max=1_000)


class ResourcesBody(Body):
    products = _ids()
    product_types = _ids()
    product_collections = _ids()
    product_tags = _ids()
    customer_groups = _ids()


class ConditionBody(ResourcesBody):
    operator = Word(*_OPERATORS, required=True)


class KnownConditionBody(ConditionBody):
    id = Str(max=255)


class NewRuleBody(Body):
    description = Str(max=1_000)
    type = Word(*_TYPES, required=True)
    value = Int(required=True)
    allocation = Word(*_ALLOCATIONS, required=True)
    conditions = Many(Part(ConditionBody), max=10)


class RuleBody(Body):
    id = Str(required=True, max=255)
    description = Str(max=1_000)
    value = Int()
    allocation = Word(*_ALLOCATIONS)
    conditions = Many(Part(KnownConditionBody), max=10)


class _DiscountBody(Body):
    is_disabled = Bool()
    starts_at = Moment()
    ends_at = Moment()
    valid_duration = Str(max=100)
    usage_limit = Int(max=_COUNT_MAX)
    usage_limit_per_customer = Int(max=_COUNT_MAX)
    metadata = Metadata()


class NewDiscountBody(_DiscountBody):
    code = Str(required=True, max=CODE_MAX)
    is_dynamic = Bool()
    rule = Part(NewRuleBody, required=True)
    regions = Many(Str(required=True, max=255), required=True)


class DiscountBody(_DiscountBody):
    code = Str(min=1, max=CODE_MAX)
    rule = Part(RuleBody)
    regions = Many(Str(required=True, max=255))


class DynamicCodeBody(Body):
    """usage_limit: taken and not used, as in Medusa v1.20: a code has its discount's."""

    code = Str(required=True, max=CODE_MAX)
    usage_limit = Int(max=_COUNT_MAX)
    metadata = Metadata()


class ResourceBody(Body):
    id = Str(required=True, max=255)


class BatchBody(Body):
    resources = Many(Part(ResourceBody), required=True, min=1)


def condition_from(body: Mapping[str, Any]) -> ConditionInput:
    return ConditionInput(
        id=body.get("id"),
        operator=body.get("operator"),
        resources={name: body[name] for name in _LISTS if body.get(name)},
    )


def conditions_from(given: Sequence[Mapping[str, Any]] | None) -> tuple[ConditionInput, ...]:
    return tuple(condition_from(body) for body in given or ())
