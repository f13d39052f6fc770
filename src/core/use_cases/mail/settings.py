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
    swap_path: str = "/swaps/{token}"
    order_edit_path: str = "/order-edits/{token}"
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

    def swap_link(self, cart_id: str) -> str:
        """To the cart in which the buyer settles an exchange."""
        return self.storefront_url + self.swap_path.replace("{token}", cart_id)

    def order_edit_link(self, edit_id: str) -> str:
        return self.storefront_url + self.order_edit_path.replace("{token}", edit_id)
