"""What buyers see of their downloads: everything, and the token, which is made anew for each answer."""

from dataclasses import replace

from adapters.http.fields import REVISION
from adapters.http.query import Query
from adapters.http.shown import Shown, by_default, equals, listing, tree_of
from core.domain.actor import Actor
from ports.reads import Reads, Tree
from ports.tokens import DerivedTokens

DOWNLOAD = Shown(shape="download", one="download", many="downloads", default="*,*product,*file")
PURPOSE = "download"


def own_download(reads: Reads, derived: DerivedTokens, actor: Actor, query: Query, id: str) -> Tree:
    """Of a download whose owner the caller was found to be."""
    wanted = _with_revision(by_default(DOWNLOAD, query))
    return _with_token(derived, tree_of(DOWNLOAD, reads, actor, wanted, [equals("id", id)]))


def own_downloads(reads: Reads, derived: DerivedTokens, actor: Actor, query: Query) -> Tree:
    """The caller's own, as a page."""
    page = listing(DOWNLOAD, reads, actor, _with_revision(query), [equals("customer_id", actor.customer_id)])
    rows = page[DOWNLOAD.many]
    if not isinstance(rows, list):
        raise TypeError("a page holds a list of rows")
    return {**page, DOWNLOAD.many: [_with_token(derived, row) for row in rows]}


def _with_revision(query: Query) -> Query:
    if query.chosen is None:
        raise TypeError("there is nothing chosen to show")
    return replace(query, chosen=query.chosen.revised)


def _with_token(derived: DerivedTokens, row: Tree) -> Tree:
    revision = row.pop(REVISION)
    if not isinstance(revision, int):
        raise TypeError(f"a download's revision is {revision!r}")
    return {"id": row["id"], "token": derived.derive(PURPOSE, str(row["id"]), revision), **row}
