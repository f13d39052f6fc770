"""/store/return-reasons"""

from dependency_injector.wiring import Provide, inject

from adapters.http.access import EVERYONE
from adapters.http.paging import oldest_first
from adapters.http.query import Query
from adapters.http.routing import STORE, Resource
from adapters.http.shown import Shown, detail, listing
from core.domain.actor import Actor
from ports.reads import Condition, Operator, Reads, Tree

REASON = Shown(
    shape="return_reason",
    one="return_reason",
    many="return_reasons",
    default="*,*parent_return_reason,*return_reason_children",
)
TOP_LEVEL = Condition("parent_return_reason_id", Operator.NULL, True)
return_reasons = Resource("store_return_reasons", __name__, "/store/return-reasons", STORE)


def top_level(reads: Reads, actor: Actor, query: Query) -> Tree:
    """Reasons and categories that are under no category, the oldest first unless asked otherwise."""
    return listing(REASON, reads, actor, oldest_first(query), [TOP_LEVEL])


@return_reasons.on("GET", "", allow=EVERYONE, lists=REASON, limit=None)
@inject
def list_reasons(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
    """List the reasons for returns, grouped under their categories."""
    return top_level(reads, actor, query)


@return_reasons.on("GET", "/<reason_id>", allow=EVERYONE, shows=REASON)
@inject
def show(actor: Actor, query: Query, reason_id: str, reads: Reads = Provide["reads"]) -> Tree:
    """Show a reason for returns."""
    return detail(REASON, reads, actor, query, reason_id)
