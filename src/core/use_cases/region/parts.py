"""What a region may be made of: currencies the shop sells in, countries there are, providers installed."""

from collections.abc import Sequence

from core.domain.errors import FieldProblem, Invalid, NotFound
from core.domain.region import CountryTaken, Region
from ports.fulfillments import FulfillmentProviders
from ports.payments import PaymentProviders
from ports.taxes import TaxProviders
from ports.unit_of_work import UnitOfWork


class RegionParts:
    """Checks each part of a region and answers it in the form it is kept in."""

    def __init__(self, payments: PaymentProviders, fulfillments: FulfillmentProviders, taxes: TaxProviders) -> None:
        self._payments = payments
        self._fulfillments = fulfillments
        self._taxes = taxes

    def currency(self, work: UnitOfWork, code: str) -> str:
        """Raises Invalid unless it is among the store's currencies."""
        wanted = code.lower()
        if wanted not in work.shop.store().currency_codes:
            raise _bad("currency_code", "Invalid currency code")
        return wanted

    def countries(self, work: UnitOfWork, codes: Sequence[str], region_id: str) -> tuple[str, ...]:
        """Raises Invalid for unknown ones, CountryTaken for those of another region."""
        wanted = tuple(dict.fromkeys(code.lower() for code in codes))
        names = work.regions.known_countries(wanted)
        for code in wanted:
            if code not in names:
                raise _bad("countries", "Invalid country code")
            holder = work.regions.of_country(code)
            if holder is not None and holder.id != region_id:
                raise CountryTaken(f"{names[code]} already exists in region {holder.id}")
        return wanted

    def payment_providers(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Raises Invalid unless all are installed."""
        return _installed(ids, self._payments.ids(), "payment_providers", "Payment provider not found")

    def fulfillment_providers(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Raises Invalid unless all are installed."""
        return _installed(ids, self._fulfillments.ids(), "fulfillment_providers", "Fulfillment provider not found")

    def tax_provider(self, id: str | None) -> str | None:
        """None is the shop's own, by whatever name it was asked for. Raises Invalid unless it is installed."""
        if id is not None and id not in self._taxes.ids():
            raise _bad("tax_provider_id", "Tax provider not found")
        return None if id == self._taxes.get(None).id else id

    def add(self, work: UnitOfWork, region: Region, part: str, value: str) -> None:
        """One more of a list. part: by its field. Raises NotFound for an unknown provider, and as above."""
        if part == "country_codes":
            (code,) = self.countries(work, [value], region.id)
            region.country_codes = tuple(dict.fromkeys((*region.country_codes, code)))
            return
        kind, installed = (
            ("Payment", self._payments.ids())
            if part == "payment_provider_ids"
            else ("Fulfillment", self._fulfillments.ids())
        )
        if value not in installed:
            raise NotFound(f"{kind} provider {value[:100]} was not found")
        setattr(region, part, tuple(dict.fromkeys((*getattr(region, part), value))))


def _installed(ids: Sequence[str], known: Sequence[str], field: str, problem: str) -> tuple[str, ...]:
    if not set(ids) <= set(known):
        raise _bad(field, problem)
    return tuple(dict.fromkeys(ids))


def _bad(field: str, problem: str) -> Invalid:
    return Invalid(problem, fields=[FieldProblem(field, problem)])
