"""/admin/products/:id/variants/:variant_id/references: what goes with a variant"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dependency_injector.wiring import Provide, inject
from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.admin.products.resource import PRODUCTS, products
from adapters.http.body_fields import Body, Int, Str
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf
from adapters.http.shown import Shown, context_of, detail, equals, listing
from core.domain.actor import Actor
from core.domain.variant_reference import TYPE_MAX
from core.use_cases.variant_reference.add_variant_reference import AddVariantReference, NewVariantReference
from core.use_cases.variant_reference.move_variant_reference import MoveVariantReference
from core.use_cases.variant_reference.remove_variant_reference import RemoveVariantReference
from ports.reads import Reads, Selection, Tree

REFERENCE = Shown(
    shape="variant_reference",
    one="productReference",
    many="productReferences",
    default="*,*targetProduct,targetProduct.product.*,targetProduct.prices.*",
)
BY_RANK = (("rank", False),)
RANK_MAX = 2**31 - 1


class ReferenceFilters(Schema):
    referenceType = AnyOf(field="reference_type")  # noqa: N815 - the clients' spelling


class NewReferenceBody(Body):
    target_product_variant_id = Str(required=True, max=255)
    reference_type = Str(required=True, max=TYPE_MAX)
    rank = Int(min=0, max=RANK_MAX)


class ReferenceBody(Body):
    rank = Int(required=True, min=0, max=RANK_MAX)


@inject
def show_added(actor: Actor, query: Query, result: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(REFERENCE, reads, actor, query, result)


@inject
def show_moved(actor: Actor, query: Query, reference_id: str, reads: Reads = Provide["reads"]) -> Tree:
    return detail(REFERENCE, reads, actor, query, reference_id)


@products.on(
    "GET",
    "/<product_id>/variants/<variant_id>/references",
    allow=admin(PRODUCTS),
    lists=REFERENCE,
    query=ReferenceFilters,
)
@inject
def list_references(
    actor: Actor, query: Query, product_id: str, variant_id: str, reads: Reads = Provide["reads"]
) -> Tree:
    """List what goes with a variant, by rank."""
    of_product = [equals("id", variant_id), equals("product_id", product_id)]
    reads.one("variant", of_product, Selection(columns=frozenset({"id"})), context_of(actor, query))
    if query.paging is not None and query.paging.ranked:
        query = replace(query, paging=replace(query.paging, order=BY_RANK))
    return listing(REFERENCE, reads, actor, query, [equals("source_product_variant_id", variant_id)])


@products.on(
    "POST",
    "/<product_id>/variants/<variant_id>/references",
    allow=admin(PRODUCTS),
    shows=REFERENCE,
    body=NewReferenceBody,
    answers=show_added,
)
@inject
def add_reference(
    actor: Actor,
    product_id: str,
    variant_id: str,
    body: Mapping[str, Any],
    add: AddVariantReference = Provide["add_variant_reference"],
) -> str:
    """Say that another variant goes with this one; without a rank it comes last."""
    new = NewVariantReference(
        target_variant_id=body["target_product_variant_id"],
        reference_type=body["reference_type"],
        rank=body.get("rank"),
    )
    return add(actor, product_id, variant_id, new)


@products.on(
    "POST",
    "/<product_id>/variants/<variant_id>/references/<reference_id>",
    allow=admin(PRODUCTS),
    shows=REFERENCE,
    body=ReferenceBody,
    answers=show_moved,
)
@inject
def move_reference(
    actor: Actor,
    product_id: str,
    variant_id: str,
    reference_id: str,
    body: Mapping[str, Any],
    move: MoveVariantReference = Provide["move_variant_reference"],
) -> str:
    """Give it another place in the order; the others move up or down."""
    move(actor, product_id, variant_id, reference_id, body["rank"])
    return reference_id


def told_deleted(reference_id: str) -> Tree:
    return {"id": reference_id, "object": "product_reference", "deleted": True}


@products.on(
    "DELETE",
    "/<product_id>/variants/<variant_id>/references/<reference_id>",
    allow=admin(PRODUCTS),
    answers=told_deleted,
)
@inject
def remove_reference(
    actor: Actor,
    product_id: str,
    variant_id: str,
    reference_id: str,
    remove: RemoveVariantReference = Provide["remove_variant_reference"],
) -> str:
    """Take it back."""
    remove(actor, product_id, variant_id, reference_id)
    return reference_id
