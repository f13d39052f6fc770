"""Mail through Resend (https://resend.com/docs/api-reference/emails/send-email)."""

import logging
import re
import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, TypeVar

import requests
import resend
from resend.exceptions import NoContentError, ResendError

from adapters.email.rendering import one_line, render
from core.domain.mail import DeliveryStatus, Letter, MailerUnavailable, MailRefused, MailReport
from ports.mailer import Outgoing

API_BASE = "https://api.resend.com"
CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 10.0
MAX_ANSWER = 64 << 10
RATE = 2
"""Requests per second that every account may make."""
KEY_TAG = "mail_id"
"""The tag that carries our own id of the mail; the service repeats it in what it tells about the mail."""
TRIES = 3
LONGEST_PAUSE = 2.0

_NOT_IN_TAG = re.compile(r"[^A-Za-z0-9_-]")
_UNREACHABLE = "HttpClientError"  # what the library calls refused connections and timeouts
_STILL_RUNNING = "concurrent_idempotent_requests"
_LAST_EVENT = {
    "sent": DeliveryStatus.SENT,
    "delivery_delayed": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "opened": DeliveryStatus.DELIVERED,
    "clicked": DeliveryStatus.DELIVERED,
    "bounced": DeliveryStatus.BOUNCED,
    "complained": DeliveryStatus.BOUNCED,
    "suppressed": DeliveryStatus.BOUNCED,
    "failed": DeliveryStatus.FAILED,
}  # whatever else it may say is not final
_REASONS = {
    DeliveryStatus.BOUNCED: "the address does not take mail, or its owner does not want it",
    DeliveryStatus.FAILED: "the service could not send it",
}
_TAKEN_IN_OTHER_WORDS = "invalid_idempotent_request"

T = TypeVar("T")
log = logging.getLogger("perseus.mail")


class ResendMailer:
    """One account per process: the library keeps its key and address in module globals.

    Paces itself to ``rate`` requests per second. A 429 that asks for a short wait is waited for here,
    a longer one is told to the queue. An answer that got lost is safe to ask for again for 24 hours.
    Answers None when the service took the mail before in other words (an earlier answer got lost and
    the letter has changed since): it then has an id that only its webhooks tell.
    """

    def __init__(
        self,
        api_key: str,
        sender: str,
        *,
        api_base: str = API_BASE,
        rate: int = RATE,
        total_seconds: float = TOTAL_SECONDS,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._sender = sender
        self._pause = pause
        self._pace = _Pace(rate)
        resend.api_key = api_key
        resend.api_url = api_base
        resend.default_http_client = _Client(total_seconds)

    def ask(self, message_id: str) -> MailReport | None:
        """``MailTracker``. A key that may only send is not let look: then nothing is known."""
        self._pause(self._pace.wait())
        try:
            told = resend.Emails.get(message_id)
        except ResendError as error:
            refusal = _translated(error)
            if isinstance(refusal, MailerUnavailable):
                raise refusal from error
            log.warning("the mail service does not tell of %s: %s", message_id, refusal.message)
            return None
        except (NoContentError, KeyError, TypeError) as error:
            raise MailerUnavailable("the mail service answered without a mail") from error
        status = _LAST_EVENT.get(str(told.get("last_event")))
        if status is None:
            return None
        return MailReport(mail_id=None, message_id=message_id, status=status, reason=_REASONS.get(status))

    def send(self, to: str, letter: Letter, *, idempotency_key: str) -> str | None:
        message = self._message(to, letter, idempotency_key)

        def call() -> str:
            return str(resend.Emails.send(message, {"idempotency_key": idempotency_key})["id"])

        message_id = self._asked(call, idempotency_key)
        if message_id is not None:
            log.info("sent %s as %s", type(letter).__name__, message_id)
        return message_id

    def send_batch(self, mails: Sequence[Outgoing], *, idempotency_key: str) -> list[str | None]:
        """``BatchMailer``. Validated strictly: one that is refused has all refused."""
        messages = [self._message(mail.to, mail.letter, mail.mail_id) for mail in mails]

        def call() -> list[str]:
            return [
                str(sent["id"]) for sent in resend.Batch.send(messages, {"idempotency_key": idempotency_key})["data"]
            ]

        ids = self._asked(call, idempotency_key)
        if ids is None:
            return [None] * len(mails)
        if len(ids) != len(mails):
            raise MailerUnavailable("the mail service answered for another number of mails")
        log.info("sent %d mails in one batch", len(ids))
        return list(ids)

    def _asked(self, call: Callable[[], T], key: str) -> T | None:
        """None: taken before, in other words."""
        for left in reversed(range(TRIES)):
            self._pause(self._pace.wait())
            try:
                return call()
            except ResendError as error:
                if str(error.error_type) == _TAKEN_IN_OTHER_WORDS:
                    log.info("%s was taken before, in other words", key)
                    return None
                refusal = _translated(error)
                wait = refusal.retry_after if isinstance(refusal, MailerUnavailable) else LONGEST_PAUSE + 1
                if not left or str(error.code) != "429" or wait > LONGEST_PAUSE:
                    raise refusal from error
                self._pause(wait)
            except (NoContentError, KeyError, TypeError) as error:
                raise MailerUnavailable("the mail service answered without an id") from error
        raise MailerUnavailable("the mail service is asked too often")

    def _message(self, to: str, letter: Letter, key: str) -> resend.Emails.SendParams:
        words = render(letter)
        return {
            "from": self._sender,
            "to": to,
            "subject": words.subject,
            "html": words.html,
            "text": words.text,
            "headers": {"Auto-Submitted": "auto-generated"},
            "tags": [{"name": KEY_TAG, "value": _NOT_IN_TAG.sub("_", key)[:256]}],
        }


def _translated(error: ResendError) -> MailRefused | MailerUnavailable:
    """Which refusals can pass: https://resend.com/docs/api-reference/errors.

    Unreachable, too often, over quota, out of order and still busy with the same key; the rest is final.
    """
    code, kind = str(error.code), str(error.error_type)
    about = f"the mail service answered {code} {one_line(kind)}"
    if kind == _UNREACHABLE:
        return MailerUnavailable("the mail service cannot be reached")
    if code == "429":
        return MailerUnavailable(about, retry_after=_retry_after(error.headers))
    if kind == _STILL_RUNNING or not code.isdecimal() or int(code) >= 500:
        return MailerUnavailable(about)
    # What it says about the message is for the shop's staff: which field, which domain.
    return MailRefused(f"{about}: {one_line(error.message)[:200]}")


def _retry_after(headers: Mapping[str, str]) -> int:
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return min(int(said), 86_400) if said.isascii() and said.isdecimal() else MailerUnavailable.retry_after


class _Pace:
    """At most so many starts per second, over all threads of the process."""

    def __init__(self, rate: int) -> None:
        self._gap = 1 / rate
        self._next = 0.0
        self._lock = Lock()

    def wait(self) -> float:
        """Seconds until the caller's turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + self._gap
            return turn - now


class _Client(resend.HTTPClient):
    """What the library sends with: bounded in time and size, and never following a redirect with the key."""

    def __init__(self, total_seconds: float) -> None:
        self._total = total_seconds

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        json: dict[str, object] | list[object] | None = None,
        files: dict[str, Any] | None = None,
        data: dict[str, str] | None = None,
    ) -> tuple[bytes, int, Mapping[str, str]]:
        deadline = time.monotonic() + self._total
        with requests.request(
            method,
            url,
            headers=headers,
            json=json,
            timeout=(min(CONNECT_SECONDS, self._total), self._total),
            stream=True,
            allow_redirects=False,
        ) as answer:
            body = b""
            for piece in answer.iter_content(8_192):
                body += piece
                if len(body) > MAX_ANSWER or time.monotonic() > deadline:
                    raise requests.exceptions.ReadTimeout("the answer is too long or too slow")
            return body, answer.status_code, answer.headers
