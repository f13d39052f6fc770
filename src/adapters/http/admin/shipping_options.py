"""/admin/shipping-options"""

from collections.abc import Mapping, Sequence
from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.body_fields import Anything, Body, Bool, Int, Many, Metadata, Part, Str, Word
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Exactly, Flag, Moment, Search
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from core.domain.shop import PriceType, RequirementType
from core.use_cases.shipping.create_shipping_option import CreateShippingOption, NewShippingOption
from core.use_cases.shipping.delete_shipping_option import DeleteShippingOption
from core.use_cases.shipping.requirements import RequirementInput
from core.use_cases.shipping.update_shipping_option import ShippingOptionChanges, UpdateShippingOption
from ports.reads import Reads, Tree

SHIPPING = "shipping"
SHIPPING_OPTION = Shown(
    shape="shipping_option",
    one="shipping_option",
    many="shipping_options",
    default="*,*region,*profile,*requirements",
)
shipping_options = Resource("admin_shipping_options", __name__, "/admin/shipping-options", ADMIN)


class RequirementBody(Body):
    type = Word(*(type.value for type in RequirementType), required=True)
    amount = Int(required=True, min=0)


class KeptRequirementBody(RequirementBody):
    id = Str(max=255)


class NewShippingOptionBody(Body):
    name = Str(required=True, max=255)
    region_id = Str(required=True, max=255)
    provider_id = Str(required=True, max=255)
    profile_id = Str(max=255)
    data = Anything(required=True)
    price_type = Word(*(type.value for type in PriceType), required=True)
    amount = Int()
    requirements = Many(Part(RequirementBody), max=10)
    is_return = Bool()
    admin_only = Bool()
    metadata = Metadata()
    includes_tax = Bool()


class ShippingOptionBody(Body):
    name = Str(min=1, max=255)
    amount = Int()
    admin_only = Bool()
    metadata = Metadata()
    requirements = Many(Part(KeptRequirementBody), required=True, max=10)
    includes_tax = Bool()


class ShippingOptionFilters(Schema):
    q = Search()
    id = AnyOf()
    name = Exactly()
    region_id = AnyOf()
    is_return = Exactly(Flag())
    admin_only = Exactly(Flag())
    created_at = Compare(Moment())
    updated_at = Compare(Moment())
    deleted_at = Compare(Moment())


@inject
def show_written(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(SHIPPING_OPTION, reads, actor, query, result)


@shipping_options.on("GET", "", allow=admin(SHIPPING), lists=SHIPPING_OPTION, query=ShippingOptionFilters)
@inject
def list_options(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List ways to ship and to send back, for customers or staff."""
    return listing(SHIPPING_OPTION, reads, actor, query)


@shipping_options.on(
    "POST", "", allow=admin(SHIPPING), shows=SHIPPING_OPTION, body=NewShippingOptionBody, answers=show_written
)
@inject
def create(
    actor: Actor,
    body: dict[str, Any],
    create_option: CreateShippingOption = Provide["create_shipping_option"],
) -> str:
    """Offer a way to ship."""
    given = {name: value for name, value in body.items() if value is not None}
    given["price_type"] = PriceType(given["price_type"])
    given["requirements"] = _requirements(body.get("requirements") or ())
    return create_option(actor, NewShippingOption(**given))


@shipping_options.on("GET", "/<option_id>", allow=admin(SHIPPING), shows=SHIPPING_OPTION)
@inject
def show(actor: Actor, query: Query, option_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a way to ship."""
    return detail(SHIPPING_OPTION, reads, actor, query, option_id)


@shipping_options.on(
    "POST",
    "/<option_id>",
    allow=admin(SHIPPING),
    shows=SHIPPING_OPTION,
    body=ShippingOptionBody,
    answers=show_written,
)
@inject
def update(
    actor: Actor,
    option_id: str,
    body: dict[str, Any],
    change: UpdateShippingOption = Provide["update_shipping_option"],
) -> str:
    """Change a way to ship; the requirements given replace what there was."""
    rules = _requirements(body.pop("requirements"))
    change(actor, option_id, ShippingOptionChanges(requirements=rules, **body))
    return option_id


@shipping_options.on("DELETE", "/<option_id>", allow=admin(SHIPPING), repeatable=True)
@inject
def delete(
    actor: Actor, option_id: str, delete_option: DeleteShippingOption = Provide["delete_shipping_option"]
) -> Tree:
    """Stop offering a way to ship."""
    delete_option(actor, option_id)
    return {"id": option_id, "object": "shipping-option", "deleted": True}


def _requirements(given: Sequence[Mapping[str, Any]]) -> tuple[RequirementInput, ...]:
    return tuple(
        RequirementInput(type=RequirementType(one["type"]), amount=one["amount"], id=one.get("id")) for one in given
    )
