"""From a letter to words: subject, HTML and plain text.

Templates lie in ``templates/``, one pair per kind of letter. Data never becomes markup: HTML escapes
it, and in plain text and subjects each value stays on its line.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import css_inline
from babel.dates import format_datetime
from babel.numbers import format_decimal, get_currency_symbol
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from adapters.email.order_news import words_of
from core.domain.mail import (
    AccountChangedLetter,
    CheckoutRefundLetter,
    DownloadsLetter,
    GiftCardsLetter,
    InviteLetter,
    Letter,
    OrderClaimLetter,
    OrderLetter,
    OrderNewsLetter,
    PasswordResetLetter,
    RefundLetter,
)
from core.domain.money import Money, exponent

LANGUAGE = "en"
SUBJECT_MAX = 200

_TEMPLATES = Path(__file__).parent / "templates"
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_TOO_MANY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """subject: one line. html: a whole document with inlined styles. text: lines of readable text."""

    subject: str
    html: str
    text: str


def render(letter: Letter) -> Rendered:
    name, subject = _kind(letter)
    subject = one_line(subject)[:SUBJECT_MAX]
    words = words_of(letter, money) if isinstance(letter, OrderNewsLetter) else None
    html = _HTML.get_template(f"{name}.html").render(letter=letter, subject=subject, words=words)
    text = _TEXT.get_template(f"{name}.txt").render(letter=letter, words=words)
    return Rendered(
        subject=subject,
        html=css_inline.inline(html, load_remote_stylesheets=False),
        text=_TOO_MANY_LINES.sub("\n\n", text).strip() + "\n",
    )


def one_line(value: object) -> str:
    """Text without line breaks and other control characters, which could pass for something else."""
    return _BREAKS.sub(" ", str(value))


def money(value: Money) -> str:
    """``EUR 12.50`` as people in the language write it, with the decimals of ISO 4217: €12.50, ¥1,500.

    Currencies without a sign of their own get their code: 1.250 KWD.
    """
    places = exponent(value.currency)
    pattern = "#,##0" + ("." + "0" * places if places else "")
    number = format_decimal(abs(value.major), pattern, locale=LANGUAGE, decimal_quantization=False)
    code = value.currency.upper()
    sign = get_currency_symbol(code, locale=LANGUAGE)
    minus = "-" if value.amount < 0 else ""
    return f"{minus}{number}\u00a0{code}" if sign == code else f"{minus}{sign}{number}"


def moment(value: datetime) -> str:
    """``8 January 2026, 12:00 UTC``."""
    return format_datetime(value.astimezone(UTC), "d MMMM y, HH:mm 'UTC'", locale=LANGUAGE)


def _kind(letter: Letter) -> tuple[str, str]:
    """The templates' name and the subject."""
    match letter:
        case InviteLetter():
            return "invite", f"Your invitation to {letter.shop}"
        case OrderLetter():
            return "order", f"Your order {letter.display_id} at {letter.shop}"
        case DownloadsLetter():
            return "downloads", f"Your downloads for order {letter.display_id}"
        case RefundLetter():
            return "refund", f"Your refund for order {letter.display_id}"
        case CheckoutRefundLetter():
            return "checkout_refund", f"Your payment to {letter.shop} is on its way back"
        case GiftCardsLetter():
            return "gift_cards", f"Your gift {'card' if len(letter.cards) == 1 else 'cards'} for {letter.shop}"
        case OrderNewsLetter():
            return "order_news", words_of(letter, money).subject
        case PasswordResetLetter():
            return "password_reset", f"A new password for {letter.shop}"
        case AccountChangedLetter():
            what = "password" if letter.email is None else "e-mail address"
            return "account_changed", f"Your {what} at {letter.shop} was changed"
        case OrderClaimLetter():
            return "order_claim", f"Orders you placed at {letter.shop}"


def _environment(*, escape: bool) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=select_autoescape(["html"]) if escape else False,  # noqa: S701  # plain text has no markup
        undefined=StrictUndefined,
        finalize=None if escape else one_line,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["money"] = money
    environment.filters["moment"] = moment
    return environment


_HTML = _environment(escape=True)
_TEXT = _environment(escape=False)
