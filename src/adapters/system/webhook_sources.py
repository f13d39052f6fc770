"""The providers whose events the shop takes in."""

from ports.webhooks import WebhookSource, WebhookSourceNotFound


class InstalledWebhookSources:
    """All of them are always there; one without a secret refuses everything it is told."""

    def __init__(self, *sources: WebhookSource) -> None:
        self._sources = {source.id: source for source in sources}

    def get(self, id: str) -> WebhookSource:
        source = self._sources.get(id)
        if source is None:
            raise WebhookSourceNotFound(f"there are no events of {id}")
        return source

    def ids(self) -> list[str]:
        return list(self._sources)
