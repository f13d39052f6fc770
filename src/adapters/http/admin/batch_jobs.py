"""/admin/batch-jobs: none can be started, so the list is empty, which dashboards ask for."""

from marshmallow import Schema

from adapters.http.access import admin
from adapters.http.query import Query
from adapters.http.query_fields import AnyOf, Compare, Moment, Text, Whole
from adapters.http.routing import ADMIN, Resource
from ports.reads import Tree

LIMIT = 10
batch_jobs = Resource("admin_batch_jobs", __name__, "/admin/batch-jobs", ADMIN)


class BatchJobFilters(Schema):
    """As Medusa's, so that every client of it may ask."""

    id = AnyOf()
    type = AnyOf()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())
    first = Whole(minimum=0, data_key="offset")
    most = Whole(minimum=0, data_key="limit")
    order = Text()
    fields_ = Text(data_key="fields")
    expand = Text()


@batch_jobs.on("GET", "", allow=admin("batch_jobs"), query=BatchJobFilters)
def list_batch_jobs(query: Query) -> Tree:
    """List imports and exports: there are none."""
    return {"batch_jobs": [], "count": 0, "offset": query.get("first", 0), "limit": query.get("most", LIMIT)}
