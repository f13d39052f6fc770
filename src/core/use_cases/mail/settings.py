"""What mails need to know of the shop's settings."""

from dataclasses import dataclass
from urllib.parse import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """storefront_url, admin_url: without trailing slash. paths: of the storefront, with ``{token}`` in them.

    shop_name: None is the store's own name.
    """

    storefront_url: str
    invite_path: str = "/invites/{token}"
    download_path: str = "/downloads/{token}"
    reset_path: str = "/password-reset?token={token}"
    claim_path: str = "/orders/claim?token={token}"
    admin_url: str = "http://localhost:7001"
    shop_name: str | None = None

    def invite_link(self, token: str) -> str:
        return self.storefront_url + self.invite_path.replace("{token}", token)

    def download_link(self, token: str) -> str:
        return self.storefront_url + self.download_path.replace("{token}", token)

    def reset_link(self, token: str, email: str) -> str:
        """Carries the address too, which the storefront has to send back with the token."""
        path = self.reset_path.replace("{token}", token)
        return f"{self.storefront_url}{path}{'&' if '?' in path else '?'}email={quote(email, safe='')}"

    def user_reset_link(self, token: str, email: str) -> str:
        """Of Medusa's dashboard, or of one that has the same page."""
        return f"{self.admin_url}/reset-password?token={token}&email={quote(email, safe='')}"

    def claim_link(self, token: str) -> str:
        return self.storefront_url + self.claim_path.replace("{token}", token)
