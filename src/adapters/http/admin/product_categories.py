"""/admin/product-categories"""

from collections.abc import Mapping
from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.admin.reference import answers_with
from adapters.http.body_fields import Body, Bool, Int, Many, Metadata, Part, Str
from adapters.http.categories import CATEGORY, StaffsCategoryFilters, list_categories, show_category
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from core.domain.actor import Actor
from core.use_cases.category.create_category import CreateCategory, NewCategory
from core.use_cases.category.delete_category import DeleteCategory
from core.use_cases.category.update_category import CategoryChanges, UpdateCategory
from core.use_cases.product.collect_products import CategorizeProducts
from ports.reads import Reads, Tree

CATEGORIES = "product_categories"
LIMIT = 100  # Medusa v1's
product_categories = Resource("admin_product_categories", __name__, "/admin/product-categories", ADMIN)
written = answers_with(CATEGORY)


class _CategoryBody(Body):
    description = Str()
    handle = Str(max=255)
    is_internal = Bool()
    is_active = Bool()
    parent_category_id = Str(max=255)
    metadata = Metadata()


class NewCategoryBody(_CategoryBody):
    name = Str(required=True, max=255)


class CategoryBody(_CategoryBody):
    name = Str(min=1, max=255)
    rank = Int(min=0, max=2**31 - 1)


class ProductIdBody(Body):
    id = Str(required=True, max=255)


class ProductIdsBody(Body):
    product_ids = Many(Part(ProductIdBody, required=True), required=True, min=1)


@product_categories.on("GET", "", allow=admin(CATEGORIES), lists=CATEGORY, query=StaffsCategoryFilters, limit=LIMIT)
@inject
def list_product_categories(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List categories, by rank."""
    return list_categories(reads, actor, query)


@product_categories.on("POST", "", allow=admin(CATEGORIES), shows=CATEGORY, body=NewCategoryBody, answers=written)
@inject
def create(
    actor: Actor, body: Mapping[str, Any], create_category: CreateCategory = Provide["create_category"]
) -> str:
    """Create a category, the last among its siblings."""
    new = NewCategory(
        name=body["name"],
        handle=body.get("handle") or None,
        description=body.get("description") or "",
        is_active=bool(body.get("is_active")),
        is_internal=bool(body.get("is_internal")),
        parent_category_id=body.get("parent_category_id") or None,
        metadata=body.get("metadata"),
    )
    return create_category(actor, new)


@product_categories.on("GET", "/<category_id>", allow=admin(CATEGORIES), shows=CATEGORY)
@inject
def show(actor: Actor, query: Query, category_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a category with its parent and its children."""
    return show_category(reads, actor, query, category_id)


@product_categories.on(
    "POST", "/<category_id>", allow=admin(CATEGORIES), shows=CATEGORY, body=CategoryBody, answers=written
)
@inject
def update(
    actor: Actor,
    category_id: str,
    body: Mapping[str, Any],
    update_category: UpdateCategory = Provide["update_category"],
) -> str:
    """Change a category, or move it in the tree."""
    values = {name: value for name, value in body.items() if name != "metadata"}
    if "parent_category_id" in values:
        values["parent_category_id"] = values["parent_category_id"] or None
    update_category(actor, category_id, CategoryChanges(values=values, metadata=body.get("metadata")))
    return category_id


@product_categories.on("DELETE", "/<category_id>", allow=admin(CATEGORIES), repeatable=True)
@inject
def delete(actor: Actor, category_id: str, delete_category: DeleteCategory = Provide["delete_category"]) -> Tree:
    """Delete a category without children. Its products stay."""
    delete_category(actor, category_id)
    return {"id": category_id, "object": "product-category", "deleted": True}


@product_categories.on(
    "POST",
    "/<category_id>/products/batch",
    allow=admin(CATEGORIES),
    shows=CATEGORY,
    body=ProductIdsBody,
    answers=written,
)
@inject
def add_products(
    actor: Actor,
    category_id: str,
    body: Mapping[str, Any],
    categorize_products: CategorizeProducts = Provide["categorize_products"],
) -> str:
    """Put products into a category."""
    categorize_products(actor, category_id, [product["id"] for product in body["product_ids"]], member=True)
    return category_id


@product_categories.on(
    "DELETE",
    "/<category_id>/products/batch",
    allow=admin(CATEGORIES),
    shows=CATEGORY,
    body=ProductIdsBody,
    answers=written,
)
@inject
def remove_products(
    actor: Actor,
    category_id: str,
    body: Mapping[str, Any],
    categorize_products: CategorizeProducts = Provide["categorize_products"],
) -> str:
    """Take products out of a category."""
    categorize_products(actor, category_id, [product["id"] for product in body["product_ids"]], member=False)
    return category_id
