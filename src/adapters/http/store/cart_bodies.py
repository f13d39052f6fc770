"""/store/carts: what requests may carry. Names are those of Medusa v1."""

from adapters.http.body_fields import Body, Either, Int, Many, Metadata, Part, Str
from adapters.http.store.address_bodies import AddressBody
from core.domain.cart import LINES_MAX, QUANTITY_MAX
from core.domain.values import EMAIL_MAX


class CodeBody(Body):
    code = Str(required=True, max=255)


class LineBody(Body):
    variant_id = Str(required=True, max=255)
    quantity = Int(required=True, min=1, max=QUANTITY_MAX)
    metadata = Metadata()


class ItemBody(Body):
    variant_id = Str(required=True, max=255)
    quantity = Int(required=True, min=1, max=QUANTITY_MAX)


class QuantityBody(Body):
    quantity = Int(required=True, min=0, max=QUANTITY_MAX)
    metadata = Metadata()


class NewCartBody(Body):
    region_id = Str(max=255)
    country_code = Str(max=2)
    sales_channel_id = Str(max=255)
    items = Many(Part(ItemBody), max=LINES_MAX)
    context = Metadata()
    metadata = Metadata()


class CartBody(Body):
    region_id = Str(max=255)
    country_code = Str(max=2)
    email = Str(max=EMAIL_MAX)
    sales_channel_id = Str(max=255)
    billing_address = Either(Str(max=255), Part(AddressBody))
    shipping_address = Either(Str(max=255), Part(AddressBody))
    gift_cards = Many(Part(CodeBody), max=10)
    discounts = Many(Part(CodeBody), max=10)
    customer_id = Str(max=255)
    context = Metadata()
    metadata = Metadata()


class ProviderBody(Body):
    provider_id = Str(required=True, max=255)


class SessionDataBody(Body):
    """Medusa's documentation also names the provider in the body; the one in the path counts."""

    data = Metadata(required=True)
    provider_id = Str(max=255)


class ShippingBody(Body):
    option_id = Str(required=True, max=255)
    data = Metadata()
