"""/admin/store"""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import admin
from adapters.http.body_fields import Body, Many, Metadata, Str
from adapters.http.query import Query
from adapters.http.routing import ADMIN, Resource
from adapters.http.shown import Shown, tree_of
from core.domain.actor import Actor
from core.use_cases.store.edit_store import TEMPLATES, AddCurrency, RemoveCurrency, StoreChanges, UpdateStore
from ports.fulfillments import FulfillmentProviders
from ports.payments import PaymentProviders
from ports.reads import Reads, Tree
from ports.taxes import TaxProviders

STORE_READ, STORE = "store_settings", "store"
SHOP = Shown(
    shape="store", one="store", many="stores", default="*,*currencies,*default_currency,*default_sales_channel"
)
store = Resource("admin_store", __name__, "/admin/store", ADMIN)

# By these Medusa's dashboard decides what to show. Flags of what this shop has not are off.
FEATURES = {
    "analytics": False,
    "medusa_v2": False,
    "order_editing": True,
    "product_categories": True,
    "publishable_api_keys": True,
    "sales_channels": True,
    "tax_inclusive_pricing": True,
    "workflows": False,
}


class StoreBody(Body):
    name = Str(min=1, max=255)
    swap_link_template = Str(max=2_000)
    payment_link_template = Str(max=2_000)
    invite_link_template = Str(max=2_000)
    default_currency_code = Str(min=1, max=3)
    currencies = Many(Str(min=1, max=3), max=300)
    metadata = Metadata()


@inject
def show_written(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    return {"store": tree_of(SHOP, reads, actor, query, [])}


@store.on("GET", "", allow=admin(STORE_READ), shows=SHOP)
@inject
def show(
    actor: Actor,
    query: Query,
    reads: Reads = Provide["reads"],
    payments: PaymentProviders = Provide["payment_providers"],
    fulfillments: FulfillmentProviders = Provide["fulfillment_providers"],
) -> Tree:
    """Show the shop, with what it can do."""
    shop = tree_of(SHOP, reads, actor, query, [])
    shop["payment_providers"] = _installed(payments.ids())
    shop["fulfillment_providers"] = _installed(fulfillments.ids())
    shop["feature_flags"] = [{"key": name, "value": on} for name, on in FEATURES.items()]
    shop["modules"] = []
    return {"store": shop}


@store.on("POST", "", allow=admin(STORE), shows=SHOP, body=StoreBody, answers=show_written)
@inject
def update(actor: Actor, body: dict[str, Any], change: UpdateStore = Provide["update_store"]) -> str:
    """Change the shop."""
    templates = {name: body.pop(name) for name in TEMPLATES if name in body}
    change(actor, StoreChanges(templates=templates, **body))
    return "store"


@store.on("POST", "/currencies/<code>", allow=admin(STORE), shows=SHOP, answers=show_written)
@inject
def add_currency(actor: Actor, code: str, add: AddCurrency = Provide["add_currency"]) -> str:
    """Sell in one more currency."""
    add(actor, code)
    return "store"


@store.on("DELETE", "/currencies/<code>", allow=admin(STORE), shows=SHOP, answers=show_written)
@inject
def remove_currency(actor: Actor, code: str, remove: RemoveCurrency = Provide["remove_currency"]) -> str:
    """Sell in one currency less."""
    remove(actor, code)
    return "store"


@store.on("GET", "/payment-providers", allow=admin(STORE_READ))
@inject
def list_payment_providers(payments: PaymentProviders = Provide["payment_providers"]) -> Tree:
    """List the installed ways to pay."""
    return {"payment_providers": _installed(payments.ids())}


@store.on("GET", "/tax-providers", allow=admin(STORE_READ))
@inject
def list_tax_providers(taxes: TaxProviders = Provide["tax_providers"]) -> Tree:
    """List the installed tax services besides the shop's own."""
    own = taxes.get(None).id
    return {"tax_providers": _installed([id for id in taxes.ids() if id != own])}


def _installed(ids: list[str]) -> list[Tree]:
    return [{"id": id, "is_installed": True} for id in ids]
