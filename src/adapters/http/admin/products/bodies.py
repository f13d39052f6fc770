"""/admin/products: what requests may carry. Names are those of Medusa v1; ``requires_shipping`` is ours."""

from adapters.http.body_fields import Body, Bool, Int, Many, Metadata, Part, Str, Word
from core.domain.product import ProductStatus

_STATUSES = tuple(status.value for status in ProductStatus)
_QUANTITY_MAX = 2**31 - 1


class PriceBody(Body):
    id = Str(max=255)
    currency_code = Str(max=3)
    region_id = Str(max=255)
    amount = Int(required=True, min=0)
    min_quantity = Int(min=0, max=_QUANTITY_MAX)
    max_quantity = Int(min=0, max=_QUANTITY_MAX)


class NewPriceBody(PriceBody):
    class Meta(Body.Meta):
        exclude = ("id",)


class ChoiceBody(Body):
    option_id = Str(max=255)
    value = Str(required=True, max=255)


class ChosenBody(Body):
    """A value for an option that is named."""

    option_id = Str(required=True, max=255)
    value = Str(required=True, max=255)


class _MeasuredBody(Body):
    weight = Int(min=0, max=_QUANTITY_MAX)
    length = Int(min=0, max=_QUANTITY_MAX)
    height = Int(min=0, max=_QUANTITY_MAX)
    width = Int(min=0, max=_QUANTITY_MAX)
    hs_code = Str(max=255)
    origin_country = Str(max=255)
    mid_code = Str(max=255)
    material = Str(max=255)
    metadata = Metadata()


class _StockedBody(_MeasuredBody):
    sku = Str(max=255)
    ean = Str(max=255)
    upc = Str(max=255)
    barcode = Str(max=255)
    inventory_quantity = Int(min=-_QUANTITY_MAX, max=_QUANTITY_MAX)
    allow_backorder = Bool()
    manage_inventory = Bool()
    requires_shipping = Bool()
    options = Many(Part(ChoiceBody), max=100)


class NewVariantBody(_StockedBody):
    title = Str(required=True, max=255)
    prices = Many(Part(NewPriceBody), max=1_000)


class VariantBody(_StockedBody):
    id = Str(max=255)
    title = Str(max=255)
    prices = Many(Part(PriceBody), max=1_000)


class ValueBody(Body):
    id = Str(max=255)
    value = Str(required=True, max=255)


class OptionBody(Body):
    title = Str(required=True, max=255)


class IdBody(Body):
    id = Str(required=True, max=255)


class _ProductBody(_MeasuredBody):
    subtitle = Str(max=1_000)
    description = Str()
    discountable = Bool()
    images = Many(Str(required=True, max=2_000), max=100)
    thumbnail = Str(max=2_000)
    handle = Str(max=255)
    status = Word(*_STATUSES)
    type = Part(ValueBody)
    collection_id = Str(max=255)
    tags = Many(Part(ValueBody), max=100)
    categories = Many(Part(IdBody), max=100)
    sales_channels = Many(Part(IdBody), max=100)
    external_id = Str(max=255)


class NewProductBody(_ProductBody):
    title = Str(required=True, max=255)
    is_giftcard = Bool()
    options = Many(Part(OptionBody), max=100)
    variants = Many(Part(NewVariantBody), max=1_000)


class ProductBody(_ProductBody):
    title = Str(max=255)
    variants = Many(Part(VariantBody), max=1_000)
