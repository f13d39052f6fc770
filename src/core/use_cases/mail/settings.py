"""What mails need to know of the shop's settings."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MailSettings:
    """storefront_url: without trailing slash. paths: of the storefront, with ``{token}`` in them.

    shop_name: None is the store's own name.
    """

    storefront_url: str
    invite_path: str = "/invites/{token}"
    download_path: str = "/downloads/{token}"
    shop_name: str | None = None

    def invite_link(self, token: str) -> str:
        return self.storefront_url + self.invite_path.replace("{token}", token)

    def download_link(self, token: str) -> str:
        return self.storefront_url + self.download_path.replace("{token}", token)
