"""Everything the HTTP surface can be told, in one frozen object that bootstrap fills."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.http.network import Networks, network_of

JSON_BODY_MAX = 1024 * 1024
QUERY_STRING_MAX = 8 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """public_url: base of links to ourselves, without a trailing slash.

    cors_origins: exact origins (``https://shop.example``) browsers may call from, also with cookies.
    trusted_proxies: how many proxies in front of us append to ``X-Forwarded-For``.
    trusted_storefronts: networks from which storefronts ask that name the buyer's address in that header.
    cookie_secret: signs session cookies; old_cookie_secrets still verify, for rotation.
    max_upload_bytes: largest multipart body of an upload route.
    catalogue_bytes: what each process may keep of the catalogue's answers, in three equal parts: whole answers,
    bodies that customers share, single products.
    request_seconds: what a request may take before its answer is logged as slow.
    metrics_token: who shows it may read /metrics; None: nobody may.
    gateway_currencies, gateway_locales: what ``x-currency`` and ``x-locale`` may name, the default first.
    return_origins: where buyers may be sent after a payment, exact origins; an origin that ends in ``:*``
    stands for every port.
    """

    public_url: str
    cookie_secret: str
    old_cookie_secrets: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
    trusted_proxies: int = 0
    trusted_storefronts: Networks = ()
    production: bool = False
    secure_cookies: bool = False
    rate_limits_on: bool = True
    account_lookup: bool = True
    max_upload_bytes: int = 512 * 1024 * 1024
    catalogue_bytes: int = 96 * 1024 * 1024
    request_seconds: float = 30.0
    version: str = "0.1.0"
    metrics_token: str | None = field(default=None, repr=False)
    gateway_currencies: tuple[str, ...] = ("EUR", "USD", "GBP", "PLN")
    gateway_locales: tuple[str, ...] = ("en", "de", "pl")
    return_origins: tuple[str, ...] = ()

    def network_of(self, environ: Mapping[str, Any]) -> str | None:
        """Whose request it is, as budgets count them. environ: as WSGI has it."""
        return network_of(environ, self.trusted_proxies, self.trusted_storefronts)

    @property
    def shelf_bytes(self) -> int:
        return self.catalogue_bytes // 3
