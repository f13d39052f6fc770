"""The message itself (RFC 5322): headers, and both bodies as alternatives."""

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTPUTF8, default
from email.utils import format_datetime, parseaddr

from adapters.email.rendering import one_line, render
from core.domain.errors import Invalid
from core.domain.mail import Letter, MailRefused
from core.domain.values import normalise_email


def message_id(key: str, sender: str) -> str:
    """The same key always gives the same id, by which receivers recognise a repeated mail."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def build_message(
    to: str, letter: Letter, *, sender: str, key: str, at: datetime, encoding: str | None
) -> EmailMessage:
    """encoding: of the bodies; ``8bit`` keeps them readable in a file, None lets the message choose
    what every server carries. Raises MailRefused for an address no header can hold."""
    words = render(letter)
    message = EmailMessage(policy=default if to.isascii() else SMTPUTF8.clone(linesep="\n"))
    message["From"] = _sender(sender)
    message["To"] = _addressee(to)
    message["Subject"] = words.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(key, sender)
    message["X-Idempotency-Key"] = one_line(key)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(words.text, cte=encoding)
    message.add_alternative(words.html, subtype="html", cte=encoding)
    return message


def _addressee(to: str) -> Address:
    try:
        local, _, domain = normalise_email(to).rpartition("@")
    except Invalid as error:
        raise MailRefused("there is no such e-mail address") from error
    # In two parts, because parsing a whole address refuses letters beyond ASCII (RFC 6531).
    return Address(username=local, domain=domain)


def _sender(sender: str) -> Address:
    name, address = parseaddr(sender)
    return Address(display_name=one_line(name), addr_spec=address)
