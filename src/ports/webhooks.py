"""Events that providers send: whether they are genuine, and what they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.domain.actor import Actor
from core.domain.errors import NotFound
from core.domain.values import Metadata
from core.domain.webhook_event import ProviderFact, WebhookEvent


class WebhookSourceNotFound(NotFound):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedEvent:
    """A genuine event. event_id: the provider's own, unique at it. payload: the whole JSON object.

    created_at, livemode: None where the provider does not say.
    """

    event_id: str
    type: str
    payload: Metadata
    created_at: datetime | None = None
    livemode: bool | None = None


class WebhookSource(Protocol):
    """One provider's events, e.g. ``stripe``.

    verify   over the raw bytes, before anything is parsed, in constant time; any of two active
             secrets will do. headers: by name, looked up without regard to case. path_secret: the
             last segment of the path, for providers that cannot sign. Without a secret in the
             settings everything is refused. No I/O.
    facts    what a stored event means, in order; none for a type that is none of the shop's
             business. A pure function of the event.
    Errors   ``verify``: InvalidSignature for a missing, bad, foreign, old or future signature
             (300 s either way); MalformedEvent for a genuine body that is no event. ``facts``:
             EventMismatch for another mode or account, MalformedEvent when the payload lacks what
             its type promises.
    Source   https://docs.stripe.com/webhooks, https://docs.svix.com/receiving/verifying-payloads/how-manual.
    """

    @property
    def id(self) -> str: ...

    def verify(self, raw: bytes, headers: Mapping[str, str], path_secret: str | None = None) -> ReceivedEvent: ...

    def facts(self, event: WebhookEvent) -> Sequence[ProviderFact]: ...


class WebhookSources(Protocol):
    """The sources there are. ``get`` raises WebhookSourceNotFound."""

    def get(self, id: str) -> WebhookSource: ...

    def ids(self) -> list[str]: ...


class FactHandler(Protocol):
    """A use case that follows one kind of fact; repeatable, in any order with all others.

    Asks the provider again where money or access hang on it: an event is a hint. Raises EventEarly
    to be tried again later, EventMismatch (or PaymentMismatch) to be parked, Unavailable.
    """

    def __call__(self, actor: Actor, fact: ProviderFact) -> None: ...


FactHandlers = Mapping[type[ProviderFact], FactHandler]
