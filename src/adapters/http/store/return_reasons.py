"""/store/return-reasons"""

from dependency_injector.wiring import Provide, inject

from adapters.http.access import EVERYONE
from adapters.http.query import Query
from adapters.http.routing import STORE, Resource
from adapters.http.shown import Shown, context_of, detail
from core.domain.actor import Actor
from ports.reads import Condition, Operator, Paging, Reads, Tree

REASON = Shown(
    shape="return_reason",
    one="return_reason",
    many="return_reasons",
    default="*,*parent_return_reason,*return_reason_children",
)
REASONS_MAX = 1_000
TOP_LEVEL = Condition("parent_return_reason_id", Operator.NULL, True)
return_reasons = Resource("store_return_reasons", __name__, "/store/return-reasons", STORE)


def top_level(reads: Reads, actor: Actor, query: Query) -> Tree:
    """All reasons and categories that are under no category, the oldest first; never paged, as in Medusa."""
    if query.chosen is None:
        raise TypeError("declare the route with shows=")
    paging = Paging(limit=REASONS_MAX, order=(("created_at", False),))
    page = reads.page("return_reason", [TOP_LEVEL], query.chosen.selection, context_of(actor, query), paging)
    return {"return_reasons": [query.chosen.trim(row) for row in page.rows]}


@return_reasons.on("GET", "", allow=EVERYONE, shows=REASON)
@inject
def list_reasons(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the reasons for returns, grouped under their categories."""
    return top_level(reads, actor, query)


@return_reasons.on("GET", "/<reason_id>", allow=EVERYONE, shows=REASON)
@inject
def show(actor: Actor, query: Query, reason_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a reason for returns."""
    return detail(REASON, reads, actor, query, reason_id)
