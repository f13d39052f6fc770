"""Settings of printing on demand by Gelato."""

import re
from dataclasses import dataclass, field

from bootstrap.environment import Environment

HEADER = "x-gelato-webhook-secret"


@dataclass(frozen=True, slots=True, kw_only=True)
class GelatoSettings:
    api_key: str = field(repr=False)
    api_base: str = "https://order.gelatoapis.com"


def gelato(read: Environment, *, production: bool) -> GelatoSettings | None:
    """Gelato is there as soon as there is a key."""
    settings = GelatoSettings(
        api_key=read.secret("GELATO_API_KEY").strip(),
        api_base=read.url("GELATO_API_BASE", "https://order.gelatoapis.com"),
    )
    if not settings.api_key:
        return None
    if production and not read.secrets("GELATO_WEBHOOK_SECRET"):
        read.problem("GELATO_WEBHOOK_SECRET is missing; GELATO_API_KEY needs the secret shared with the webhook.")
    return settings


def gelato_webhook_header(read: Environment) -> str:
    header = read.text("GELATO_WEBHOOK_HEADER", HEADER).lower()
    if not re.fullmatch(r"[a-z0-9-]{1,64}", header):
        read.problem(f"GELATO_WEBHOOK_HEADER must be the name of an HTTP header, not {header!r}.")
        return HEADER
    return header
