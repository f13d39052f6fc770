"""Mail through a mail server (RFC 5321)."""

import contextlib
import logging
import smtplib
import ssl
from collections import OrderedDict
from email.message import EmailMessage
from threading import Lock

from adapters.email.message import build_message
from core.domain.mail import Letter, MailerUnavailable, MailRefused
from ports.clock import Clock

TIMEOUT_SECONDS = 10.0
REMEMBERED = 10_000

log = logging.getLogger("perseus.mail")


class SmtpMailer:
    """security: ``starttls`` (a server without it is not used), ``tls`` from the first byte, or ``none``.

    SMTP knows no idempotency keys. This process remembers what it has sent; beyond that, a message
    repeated after a lost answer carries the same Message-ID, which receivers use to show it once.
    """

    def __init__(
        self,
        host: str,
        port: int,
        sender: str,
        clock: Clock,
        *,
        username: str | None = None,
        password: str | None = None,
        security: str = "starttls",
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        self._host = host
        self._port = port
        self._sender = sender
        self._clock = clock
        self._username = username
        self._password = password
        self._security = security
        self._timeout = timeout_seconds
        self._sent: OrderedDict[str, str] = OrderedDict()
        self._lock = Lock()

    def send(self, to: str, letter: Letter, *, idempotency_key: str) -> str:
        with self._lock:
            if idempotency_key in self._sent:
                return self._sent[idempotency_key]
        message = build_message(
            to, letter, sender=self._sender, key=idempotency_key, at=self._clock.now(), encoding=None
        )
        self._deliver(message)
        message_id = str(message["Message-ID"])
        with self._lock:
            self._sent[idempotency_key] = message_id
            if len(self._sent) > REMEMBERED:
                self._sent.popitem(last=False)
        log.info("sent %s as %s", type(letter).__name__, message_id)
        return message_id

    def _deliver(self, message: EmailMessage) -> None:
        try:
            server = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            raise MailerUnavailable(f"the mail server cannot be used: {_about(error)}") from error
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise _recipient_refused(error) from error
        except smtplib.SMTPDataError as error:
            raise _refused_or_later(error.smtp_code, "the mail server does not take this message") from error
        except smtplib.SMTPNotSupportedError as error:
            raise MailRefused("the mail server cannot write to such addresses") from error
        except (smtplib.SMTPException, OSError) as error:
            raise MailerUnavailable(f"the mail server did not take the message: {_about(error)}") from error
        finally:
            # The message has been taken or not by now; a server that is rude at parting changes nothing.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        server: smtplib.SMTP
        if self._security == "tls":
            server = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            if self._security == "starttls":
                server.starttls(context=context)
            if self._username is not None and self._password is not None:
                server.login(self._username, self._password)
        except BaseException:
            server.close()
            raise
        return server


def _recipient_refused(error: smtplib.SMTPRecipientsRefused) -> MailRefused | MailerUnavailable:
    code, _ = next(iter(error.recipients.values()))
    return _refused_or_later(code, "the mail server does not know this address")


def _refused_or_later(code: int, sentence: str) -> MailRefused | MailerUnavailable:
    """5xx is final, 4xx asks to try again (greylisting): RFC 5321, section 4.2.1."""
    sentence = f"{sentence} ({code})"
    return MailRefused(sentence) if code >= 500 else MailerUnavailable(sentence)


def _about(error: Exception) -> str:
    # Without what the server said at log-in, which may repeat the credentials.
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__}{f' {code}' if code else ''}"
