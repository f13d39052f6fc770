"""What Resend tells about mails: signed events, posted by a thread of its own.

Signed by the scheme of https://docs.svix.com/receiving/verifying-payloads/how-manual; events as in
https://resend.com/docs/dashboard/webhooks/event-types.
"""

import base64
import hashlib
import hmac
import json
import logging
import queue
import threading
import time
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import requests

TRIES = 20
BETWEEN = 0.5  # seconds; the first mail may be out before the shop's server is up
TIMEOUT = 10

log = logging.getLogger("perseus.demo.resend")


class ResendReports:
    """url: the shop's webhook address. secret: ``whsec_`` and a key in base64. ``delivered`` fits
    ``ResendServer.on_taken``."""

    def __init__(self, url: str, secret: str) -> None:
        self._url = url
        self._key = base64.b64decode(secret.removeprefix("whsec_"))
        self._waiting: queue.Queue[Mapping[str, object]] = queue.Queue()
        threading.Thread(target=self._work, name="resend-reports", daemon=True).start()

    def delivered(self, message_id: str, mail: Mapping[str, object]) -> None:
        """The mail has reached its mailbox."""
        data = {name: mail[name] for name in ("from", "to", "subject", "tags") if name in mail}
        self._waiting.put(
            {
                "type": "email.delivered",
                "created_at": datetime.now(UTC).isoformat(),
                "data": {"email_id": message_id, **data},
            }
        )

    def _work(self) -> None:
        while True:
            event = self._waiting.get()
            raw, event_id = json.dumps(event).encode(), f"msg_{uuid.uuid4().hex}"
            if not any(self._post(event_id, raw) for _ in range(TRIES)):
                log.warning("%s was given up: the shop did not take it", event_id)

    def _post(self, event_id: str, raw: bytes) -> bool:
        stamp = str(int(time.time()))
        mac = hmac.new(self._key, f"{event_id}.{stamp}.".encode() + raw, hashlib.sha256).digest()
        headers = {
            "Content-Type": "application/json",
            "Svix-Id": event_id,
            "Svix-Timestamp": stamp,
            "Svix-Signature": f"v1,{base64.b64encode(mac).decode()}",
        }
        with requests.Session() as http:
            http.trust_env = False
            try:
                taken = http.post(self._url, data=raw, headers=headers, timeout=TIMEOUT).ok
            except requests.RequestException:
                taken = False  # tried again by the caller
        if not taken:
            time.sleep(BETWEEN)
        return taken
