"""A provider whose events a test can make up: signed with a plain word, told in the shop's own words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from core.domain.values import Metadata
from core.domain.webhook_event import InvalidSignature, MalformedEvent, ProviderFact, WebhookEvent
from ports.webhooks import ReceivedEvent, WebhookSource, WebhookSourceNotFound

SIGNATURE = "Signature"
GENUINE = "genuine"


class InMemoryWebhookSource:
    """meanings: what events mean, by their type; a type that is missing means nothing.

    A request is genuine when its header ``Signature`` is the secret; the body is ``{"id", "type"}``.
    """

    def __init__(self, id: str = "memory", *, secret: str | None = GENUINE) -> None:
        self._id = id
        self._secret = secret
        self.meanings: dict[str, ProviderFact] = {}

    @property
    def id(self) -> str:
        return self._id

    def verify(self, raw: bytes, headers: Mapping[str, str], path_secret: str | None = None) -> ReceivedEvent:
        given = next((value for name, value in headers.items() if name.lower() == SIGNATURE.lower()), None)
        if self._secret is None or given != self._secret:
            raise InvalidSignature("the signature does not hold")
        try:
            payload: Metadata = json.loads(raw)
            return ReceivedEvent(event_id=str(payload["id"]), type=str(payload["type"]), payload=payload)
        except (ValueError, KeyError, TypeError) as error:
            raise MalformedEvent("the body is no event") from error

    def facts(self, event: WebhookEvent) -> Sequence[ProviderFact]:
        meaning = self.meanings.get(event.type)
        return () if meaning is None else (meaning,)


class InMemoryWebhookSources:
    def __init__(self, *sources: WebhookSource) -> None:
        self._sources = {source.id: source for source in sources}

    def get(self, id: str) -> WebhookSource:
        if id not in self._sources:
            raise WebhookSourceNotFound(f"there are no events of {id}")
        return self._sources[id]

    def ids(self) -> list[str]:
        return list(self._sources)
