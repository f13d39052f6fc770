"""Settings of mail through Resend, and of what Resend tells back."""

import base64
from dataclasses import dataclass, field

from bootstrap.environment import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class ResendSettings:
    """rate: requests per second the account may make."""

    api_key: str = field(repr=False)
    api_base: str = "https://api.resend.com"
    rate: int = 2


def resend(read: Environment, *, used: bool) -> ResendSettings | None:
    settings = ResendSettings(
        api_key=read.secret("RESEND_API_KEY").strip(),
        api_base=read.url("RESEND_API_BASE", "https://api.resend.com"),
        rate=read.whole("RESEND_RATE", 2, 1, 1_000),
    )
    if not used:
        return None
    if not settings.api_key:
        read.problem("RESEND_API_KEY is missing; MAIL_ENGINE=resend needs a key that may send.")
    return settings


def resend_webhook_secrets(read: Environment, *, production: bool, used: bool) -> tuple[str, ...]:
    secrets = read.secrets("RESEND_WEBHOOK_SECRET")
    if not all(_is_svix_secret(secret) for secret in secrets):
        read.problem("RESEND_WEBHOOK_SECRET must be as Resend shows it: whsec_ and a key in base64.")
        return ()
    if used and not secrets and production:
        read.problem("RESEND_WEBHOOK_SECRET is missing; MAIL_ENGINE=resend needs the webhook endpoint's secret.")
    return secrets


def _is_svix_secret(secret: str) -> bool:
    try:
        return bool(base64.b64decode(secret.removeprefix("whsec_"), validate=True))
    except ValueError:
        return False
