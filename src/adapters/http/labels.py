"""Tags and types of products, as both surfaces list them."""

from marshmallow import Schema

from adapters.http.query_fields import AnyOf, Compare, Moment, Search
from adapters.http.shown import Shown

LABEL = "id,value,created_at,updated_at"
TAG = Shown(shape="product_tag", one="product_tag", many="product_tags", default=LABEL)
TYPE = Shown(shape="product_type", one="product_type", many="product_types", default=LABEL)


class LabelFilters(Schema):
    q = Search()
    id = AnyOf()
    value = AnyOf()
    created_at = Compare(Moment())
    updated_at = Compare(Moment())
    discount_condition_id = AnyOf()
