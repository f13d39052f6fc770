"""Settings of the gateway API: currencies, languages, and where buyers may be sent after a payment."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from bootstrap.environment import Environment

_CURRENCY = re.compile(r"[A-Z]{3}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
# Beside the storefront, for trying out: this machine on every port, and the domain of examples.
TRIALS = ("http://localhost:*", "https://localhost:*", "http://127.0.0.1:*", "https://example.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """currencies (upper-case), locales: the default first. return_origins: ``:*`` is every port."""

    currencies: tuple[str, ...]
    locales: tuple[str, ...]
    return_origins: tuple[str, ...]


def gateway(read: Environment, storefront_url: str, *, production: bool) -> GatewaySettings:
    origins = read.origins("RETURN_ORIGINS")
    if not origins:
        origins = (_origin(storefront_url), *(() if production else TRIALS))
    return GatewaySettings(
        currencies=_listed(read, "GATEWAY_CURRENCIES", "EUR,USD,GBP,PLN", _CURRENCY, "codes such as EUR", upper=True),
        locales=_listed(read, "GATEWAY_LOCALES", "en,de,pl", _LOCALE, "languages such as en or de-AT"),
        return_origins=origins,
    )


def _listed(
    read: Environment, name: str, default: str, form: re.Pattern[str], examples: str, *, upper: bool = False
) -> tuple[str, ...]:
    text = read.text(name, default)
    found = tuple(
        dict.fromkeys(part.strip() for part in (text.upper() if upper else text).split(",") if part.strip())
    )
    wrong = [each for each in found if not form.fullmatch(each)]
    if wrong or not found:
        read.problem(f"{name} takes {examples}, comma-separated, the default first, not {(wrong or [text])[0]!r}.")
        return tuple(default.split(","))
    return found


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
