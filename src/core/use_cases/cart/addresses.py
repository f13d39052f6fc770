"""Addresses as clients send them, made into a cart's own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from core.domain.cart import Cart
from core.domain.errors import FieldProblem, Invalid, NotAllowed, NotFound
from core.domain.region import Region
from core.domain.values import Address, Metadata, merge_metadata
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork

FIELDS = (
    "first_name",
    "last_name",
    "phone",
    "company",
    "address_1",
    "address_2",
    "city",
    "country_code",
    "province",
    "postal_code",
)


class AddressNotKnown(Invalid):
    """Neither the cart nor its customer has an address of this id."""


class CountryNotKnown(NotFound):
    """No country has this code."""


class NoAddress(Invalid):
    """The cart is to be sent to an address that nobody has given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressInput:
    """The fields a client sent; those it left out keep what they were."""

    values: Mapping[str, str | None]
    metadata: Metadata | None = None

    def __post_init__(self) -> None:
        unknown = self.values.keys() - set(FIELDS)
        if unknown:
            raise Invalid(f"an address has no {', '.join(sorted(unknown))}")


def revised(old: Address | None, given: AddressInput, ids: Ids, *, customer_id: str | None = None) -> Address:
    """The old address with the given fields replaced, or a new one of this customer's."""
    base = old or Address(id=ids.new("addr"), customer_id=customer_id)
    values = dict(given.values)
    country = values.get("country_code")
    if country is not None:
        values["country_code"] = country.strip().lower()
    return replace(base, **values, metadata=merge_metadata(base.metadata, given.metadata))  # type: ignore[arg-type]


def check_there_is(work: UnitOfWork, given: AddressInput, known: Collection[str] = ()) -> None:
    """Raises CountryNotKnown for the code of no country. known: codes that need not be looked up."""
    country = given.values.get("country_code")
    code = country.strip().lower() if country is not None else None
    if code is not None and code not in known and not work.regions.known_countries([code]):
        raise CountryNotKnown(f"Country with country_code {code} does not exist.")


def check_country(region: Region, address: Address | None) -> None:
    """Raises Invalid when the address lies outside the region."""
    country = address.country_code if address is not None else None
    if country is not None and country not in region.country_codes:
        problem = "Shipping country must be in the cart region"
        raise Invalid(problem, fields=[FieldProblem("shipping_address.country_code", problem)])


def derive_country(cart: Cart, region: Region, country_code: str | None, ids: Ids) -> None:
    """A country given, or the only one of the region, is filled into the shipping address."""
    if country_code is not None:
        code = country_code.strip().lower()
        if code not in region.country_codes:
            raise NotAllowed("Shipping country not in region")
    elif len(region.country_codes) == 1:
        code = region.country_codes[0]
    else:
        return
    cart.shipping_address = revised(cart.shipping_address, AddressInput(values={"country_code": code}), ids)
