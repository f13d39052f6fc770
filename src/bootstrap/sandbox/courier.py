"""Sending events to the shop's webhook address, signed, by a thread of its own.

It can misbehave as the internet does: send twice, late, in another order, tampered with, or signed long
ago. Source: https://docs.stripe.com/webhooks#verify-manually.
"""

import hashlib
import hmac
import json
import queue
import threading
import time
from dataclasses import asdict, dataclass, field, replace

import requests

from bootstrap.sandbox.refusals import Tree

TIMEOUT = 10
AGE = 3_600
TRIES = 3
BETWEEN = 0.2
IDLE = 0.02


@dataclass(frozen=True, slots=True)
class Manner:
    """How events are sent. copies: how often each. delay: seconds before each. held: kept back until
    ``flush``. tampered: the body is changed after signing. old: signed an hour ago. secret: another
    one than the shop's, to be refused."""

    copies: int = 1
    delay: float = 0.0
    held: bool = False
    tampered: bool = False
    old: bool = False
    secret: str | None = None


@dataclass(slots=True)
class Delivery:
    """One attempt to hand over an event. status: the shop's answer, None when there was none."""

    event_id: str
    type: str
    status: int | None
    manner: Manner

    def shown(self) -> Tree:
        told = asdict(self)
        told["manner"].pop("secret")
        return told


@dataclass(slots=True)
class _Parcel:
    event: Tree
    manner: Manner
    tries: int = 0


@dataclass(slots=True)
class _State:
    held: list[Tree] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    open: int = 0


class Courier:
    """url: where to send; without one, events are only listed. secret: the endpoint's signing secret."""

    def __init__(self, url: str | None, secret: str) -> None:
        self.url = url
        self.secret = secret
        self.manner = Manner()
        self._state = _State()
        self._lock = threading.Lock()
        self._parcels: queue.Queue[_Parcel | None] = queue.Queue()
        self._http = requests.Session()
        self._http.trust_env = False
        self._thread = threading.Thread(target=self._work, name="sandbox-webhooks", daemon=True)
        self._thread.start()

    def take(self, event: Tree) -> None:
        """A new event; it goes out in the present manner."""
        if self.manner.held:
            with self._lock:
                self._state.held.append(event)
            return
        self.send(event, self.manner)

    def send(self, event: Tree, manner: Manner) -> None:
        if self.url is None:
            return
        for _ in range(manner.copies):
            with self._lock:
                self._state.open += 1
            self._parcels.put(_Parcel(event, manner))

    def flush(self, *, reverse: bool = False, only: list[str] | None = None) -> int:
        """Send what was held back, oldest or newest first; how many. only: these event types, the rest
        is forgotten."""
        with self._lock:
            held, self._state.held = self._state.held, []
        chosen = [event for event in held if only is None or event["type"] in only]
        for event in reversed(chosen) if reverse else chosen:
            self.send(event, replace(self.manner, held=False))
        return len(chosen)

    @property
    def deliveries(self) -> list[Delivery]:
        with self._lock:
            return list(self._state.deliveries)

    def settle(self, timeout: float = 10) -> bool:
        """Wait until everything is handed over or given up."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            with self._lock:
                if self._state.open == 0:
                    return True
            time.sleep(IDLE)
        return False

    def stop(self) -> None:
        self._parcels.put(None)
        self._thread.join(TIMEOUT)
        self._http.close()

    def _work(self) -> None:
        while (parcel := self._parcels.get()) is not None:
            if parcel.manner.delay:
                time.sleep(parcel.manner.delay)
            status = self._post(parcel)
            again = (status is None or status >= 500) and parcel.tries + 1 < TRIES
            with self._lock:
                delivery = Delivery(parcel.event["id"], parcel.event["type"], status, parcel.manner)
                self._state.deliveries.append(delivery)
                self._state.open -= 0 if again else 1
            if again:
                time.sleep(BETWEEN)
                parcel.tries += 1
                self._parcels.put(parcel)

    def _post(self, parcel: _Parcel) -> int | None:
        body = json.dumps(parcel.event, indent=2)
        manner = parcel.manner
        signed_at = int(time.time()) - (AGE if manner.old else 0)
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": signature(body, manner.secret or self.secret, signed_at),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        if manner.tampered:
            body = body.replace('"livemode": false', '"livemode":  false')
        try:
            return self._http.post(self.url or "", data=body.encode(), headers=headers, timeout=TIMEOUT).status_code
        except requests.RequestException:
            return None  # listed as a delivery without an answer, and tried again


def signature(body: str, secret: str, at: int) -> str:
    """The ``Stripe-Signature`` header for a body signed at ``at`` (seconds since 1970)."""
    mac = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"
