"""What the shop is called and which currencies it sells in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.domain.actor import Actor
from core.domain.errors import FieldProblem, Invalid, NotFound
from core.domain.values import Metadata, merge_metadata
from core.use_cases.replay import replayed
from ports.unit_of_work import Begin, UnitOfWork

TEMPLATES = ("swap_link_template", "payment_link_template", "invite_link_template")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreChanges:
    """None leaves a thing as it is. templates: by names of ``TEMPLATES``. currencies: replace all there are."""

    name: str | None = None
    templates: Mapping[str, str | None] = field(default_factory=dict)
    default_currency_code: str | None = None
    currencies: Sequence[str] | None = None
    metadata: Metadata | None = None


class UpdateStore:
    """Raises Invalid, DefaultCurrencyKept. Source: https://docs.medusajs.com/v1/api/admin#store_poststore."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, changes: StoreChanges) -> None:
        with self._begin(actor, "store.update") as work:
            store = work.shop.store()
            if changes.name is not None:
                if not changes.name.strip():
                    raise Invalid("name should not be empty", fields=[FieldProblem("name", "should not be empty")])
                store.name = changes.name
            for name in TEMPLATES:
                if name in changes.templates:
                    setattr(store, name, changes.templates[name])
            if changes.currencies is not None or changes.default_currency_code is not None:
                codes = store.currency_codes if changes.currencies is None else _known(work, changes.currencies)
                default = changes.default_currency_code
                store.set_currencies(codes, default.lower() if default is not None else None)
            store.metadata = merge_metadata(store.metadata, changes.metadata)
            work.commit()


class AddCurrency:
    """Raises Invalid for an unknown one, CurrencyAdded."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, code: str) -> None:
        with self._begin(actor, "store.add_currency") as work:
            wanted = code.lower()
            if not work.shop.known_currencies([wanted]):
                raise Invalid(f"Currency {code[:10]} not found")
            work.shop.store().add_currency(wanted)
            work.commit()


class RemoveCurrency:
    """One that is not there is gone already. Raises DefaultCurrencyKept. Regions that use it keep it."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, code: str) -> None:
        with self._begin(actor, "store.remove_currency") as work:
            store = work.shop.store()
            if code.lower() in store.currency_codes:
                store.remove_currency(code.lower())
                work.commit()


class PriceCurrency:
    """Whether prices in a currency contain their tax. Raises NotFound.
    Source: https://docs.medusajs.com/v1/api/admin#currencies_postcurrenciescurrency."""

    def __init__(self, begin: Begin) -> None:
        self._begin = begin

    @replayed
    def __call__(self, actor: Actor, code: str, includes_tax: bool | None) -> None:
        with self._begin(actor, "currency.update") as work:
            wanted = code.lower()
            if not work.shop.known_currencies([wanted]):
                raise NotFound(f"Currency with code: {code[:10]} was not found")
            if includes_tax is not None:
                work.shop.price_with_tax(wanted, includes_tax)
            work.commit()


def _known(work: UnitOfWork, codes: Sequence[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(code.lower() for code in codes))
    known = work.shop.known_currencies(wanted)
    for code in wanted:
        if code not in known:
            raise Invalid(f"Currency with code {code[:10]} does not exist")
    return wanted
