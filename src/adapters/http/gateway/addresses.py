"""Addresses, both ways. The gateway's names are its own; ``taxId``, ``apartment`` and ``email`` lie in the
address's metadata, and ``province`` is its ``region``, shown as ``district`` too.

Texts are trimmed, empty ones count as not given; countries are upper-case outside, lower-case inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, pre_load

from adapters.http.body_fields import Str
from adapters.http.gateway.surface import LenientBody
from adapters.http.gateway.views import present
from core.domain.values import EMAIL_MAX, Metadata
from core.use_cases.cart.addresses import FIELDS, AddressInput
from ports.reads import Tree

COLUMNS = {
    "first_name": "first_name",
    "last_name": "last_name",
    "company_name": "company",
    "street_name": "address_1",
    "street_number": "address_2",
    "city": "city",
    "postal_code": "postal_code",
    "country": "country_code",
    "phone": "phone",
}
IN_METADATA = {"tax_id": "taxId", "apartment": "apartment", "email": "email"}


class AddressBody(LenientBody):
    first_name = Str(max=255, data_key="firstName")
    last_name = Str(max=255, data_key="lastName")
    company_name = Str(max=255, data_key="companyName")
    tax_id = Str(max=255, data_key="taxId")
    country = Str(required=True, min=2, max=2)
    district = Str(max=255)
    region = Str(max=255)
    street_name = Str(required=True, max=255, data_key="streetName")
    street_number = Str(max=255, data_key="streetNumber")
    apartment = Str(max=255)
    city = Str(required=True, max=255)
    postal_code = Str(required=True, max=255, data_key="postalCode")
    email = Str(max=EMAIL_MAX)
    phone = Str(max=255)

    @pre_load
    def trim(self, data: Any, **_: object) -> Any:
        """Before lengths are checked, so that blanks are no street."""
        if not isinstance(data, Mapping):
            raise ValidationError("must be an object")
        return {name: value.strip() if isinstance(value, str) else value for name, value in data.items()}


def received(body: Mapping[str, Any]) -> AddressInput:
    """A checked body as the core takes it: the whole address, so that what was left out is emptied."""
    values = {column: body.get(name) or None for name, column in COLUMNS.items()}
    values["province"] = body.get("region") or body.get("district") or None
    return AddressInput(
        values={name: values[name] for name in FIELDS},
        metadata={key: body.get(name) or "" for name, key in IN_METADATA.items()},
    )


def shown(address: Any) -> Tree | None:
    """An address row for the answer; None where there is none, or nothing in it but a country."""
    if not isinstance(address, Mapping) or not address.get("address_1"):
        return None
    metadata: Metadata = address.get("metadata") or {}
    province = address.get("province") or ""
    return present(
        firstName=address.get("first_name"),
        lastName=address.get("last_name"),
        companyName=address.get("company"),
        taxId=_text(metadata.get("taxId")),
        country=str(address.get("country_code") or "").upper(),
        district=province,
        region=province,
        streetName=address.get("address_1"),
        streetNumber=address.get("address_2"),
        apartment=_text(metadata.get("apartment")),
        city=address.get("city") or "",
        postalCode=address.get("postal_code") or "",
        email=_text(metadata.get("email")),
        phone=address.get("phone"),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
