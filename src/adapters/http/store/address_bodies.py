"""Addresses in requests, as carts and customers send them. Names are those of Medusa v1."""

from collections.abc import Mapping

from adapters.http.body_fields import Body, Metadata, Str
from core.use_cases.cart.addresses import AddressInput


class AddressBody(Body):
    first_name = Str(max=255)
    last_name = Str(max=255)
    phone = Str(max=255)
    company = Str(max=255)
    address_1 = Str(max=255)
    address_2 = Str(max=255)
    city = Str(max=255)
    country_code = Str(max=2)
    province = Str(max=255)
    postal_code = Str(max=255)
    metadata = Metadata()


def address_from(given: Mapping[str, object]) -> AddressInput:
    """From a checked body to what the use cases take."""
    metadata = given.get("metadata")
    values = {name: value for name, value in given.items() if name != "metadata"}
    return AddressInput(values=values, metadata=metadata)  # type: ignore[arg-type]  # the schema has checked them
