"""Payment providers and payment sessions as the gateway shows them."""

from __future__ import annotations

from adapters.http.gateway.views import present
from core.domain.payment import SessionStatus
from core.use_cases.cart.open_payment import OpenedPayment
from ports.reads import Tree

# What storefronts made for other servers call our providers.
ALIASES = {
    "pp_stripe": "stripe",
    "pp_stripe_stripe": "stripe",
    "pp_system_default": "manual",
    "pp_system": "manual",
    "pp_manual": "manual",
    "pp_manual_manual": "manual",
}
REDIRECTING = ("stripe", "paypal")
STATUSES = {
    SessionStatus.AUTHORIZED: "AUTHORIZED",
    SessionStatus.CANCELED: "CANCELLED",
    SessionStatus.ERROR: "FAILED",
}  # everything else is PENDING: the buyer or the bank is not done
CAPTURED = ("captured", "succeeded")  # the providers' words for money that is taken


def provider_id(name: str) -> str:
    """The shop's own name of a provider."""
    return ALIASES.get(name, name)


def provider_view(id: str) -> Tree:
    """requiresRedirect: the storefront has to lead the buyer through the provider's own steps."""
    return {
        "id": id,
        "name": id,
        "type": id,
        "isEnabled": True,
        "requiresRedirect": any(name in id for name in REDIRECTING),
        "config": {},
    }


def session_view(cart_id: str, payment: OpenedPayment) -> Tree:
    """Of the provider's data only what the buyer's browser needs. metadata: what the client sent, with the
    addresses the buyer comes back to."""
    data = payment.data
    status = "CAPTURED" if data.get("status") in CAPTURED else STATUSES.get(payment.status, "PENDING")
    returns = present(returnUrl=payment.return_url, cancelUrl=payment.cancel_url)
    return present(
        id=payment.session_id,
        cartId=cart_id,
        providerId=payment.provider_id,
        status=status,
        redirectUrl=redirect_of(data),
        clientSecret=_text(data.get("client_secret")),
        metadata={**(payment.metadata or {}), **returns} or None,
    )


def redirect_of(data: object) -> str | None:
    """The provider's page, where the buyer has to go to one."""
    return _text(data.get("redirect_url")) if isinstance(data, dict) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
