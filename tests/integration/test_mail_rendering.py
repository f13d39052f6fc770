"""The words of the mails: right, escaped, and readable without a browser."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser

import pytest

from adapters.email.rendering import moment, money, render
from core.domain.mail import Letter, RefundLetter
from core.domain.money import Money
from tests.contracts.mailer import (
    EVERY_LETTER,
    NASTY,
    a_downloads_letter,
    a_link,
    a_refund,
    an_invite,
    an_order,
)

by_kind = pytest.mark.parametrize("letter", EVERY_LETTER, ids=lambda letter: type(letter).__name__)


class Page(HTMLParser):
    """What a mail program makes of the HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


class TestEveryLetter:
    @by_kind
    def test_subject_is_one_line(self, letter: Letter) -> None:
        spoiled = replace(letter, shop="Aurora\r\nBcc: everybody@shop.test\u2028x")
        subject = render(spoiled).subject

        assert subject.isprintable()
        assert len(subject.splitlines()) == 1

    @by_kind
    def test_no_data_becomes_markup(self, letter: Letter) -> None:
        plain, spoiled = Page(render(letter).html), Page(render(replace(letter, shop=NASTY)).html)

        assert spoiled.tags == plain.tags
        assert "49" not in render(replace(letter, shop="{{ 7 * 7 }}")).html

    @by_kind
    def test_styles_stand_at_the_elements_and_nothing_is_fetched(self, letter: Letter) -> None:
        html = render(letter).html

        assert "<style" not in html
        assert 'style="' in html
        assert "<img" not in html
        assert "<script" not in html
        assert "src=" not in html

    @by_kind
    def test_text_is_readable_in_a_plain_client(self, letter: Letter) -> None:
        text = render(letter).text

        assert "<" not in text.replace(NASTY, "")
        assert "\n\n\n" not in text
        assert text.startswith("Hello")
        assert text.rstrip().endswith(letter.shop)
        assert all(len(line) <= 78 for line in text.splitlines())

    @by_kind
    def test_a_value_in_plain_text_stays_on_its_line(self, letter: Letter) -> None:
        spoiled = replace(letter, shop="Aurora\nFree money: https://evil.test")

        assert not any(line.startswith("Free money") for line in render(spoiled).text.splitlines())


class TestInvitation:
    def test_link_is_in_both_bodies(self) -> None:
        rendered = render(an_invite())

        assert an_invite().link in Page(rendered.html).links
        assert an_invite().link in rendered.text.split("\n")

    def test_expiry_is_told(self) -> None:
        assert "8 January 2026, 12:00 UTC" in render(an_invite()).text

    @pytest.mark.parametrize(("name", "greeting"), [("Ada", "Hello Ada,"), (None, "Hello,"), ("", "Hello,")])
    def test_greeting_knows_the_name_if_there_is_one(self, name: str | None, greeting: str) -> None:
        assert render(an_invite(first_name=name)).text.split("\n")[0] == greeting


class TestOrder:
    def test_lines_and_totals_are_told(self) -> None:
        text = render(an_order()).text

        assert "2 x Sydney Nights (4K): €29.76" in text
        assert "Total: €29.76" in text
        assert "Tax: €4.76" in text

    def test_what_did_not_happen_is_not_mentioned(self) -> None:
        text = render(an_order()).text

        assert "Discount" not in text
        assert "Shipping" not in text
        assert "still being checked" not in text

    def test_titles_of_products_are_escaped(self) -> None:
        page = Page(render(an_order()).html)

        assert "script" not in page.tags
        assert NASTY in page.words

    def test_download_is_linked_with_its_terms(self) -> None:
        rendered = render(an_order())

        assert a_link().url in Page(rendered.html).links
        assert a_link().url in rendered.text.split("\n")
        assert "sydney-nights.zip, 52.4 MB, 5 downloads left" in rendered.text
        assert "Until 8 January 2026, 12:00 UTC" in rendered.text

    def test_download_without_bounds_names_none(self) -> None:
        text = render(an_order((a_link(limit=None, expires_at=None),))).text

        assert "left" not in text
        assert "Until" not in text

    def test_order_without_downloads_has_no_links(self) -> None:
        rendered = render(an_order(()))

        assert Page(rendered.html).links == []
        assert "DOWNLOADS" not in rendered.text

    def test_files_that_follow_later_are_announced(self) -> None:
        assert "still being checked" in render(an_order((), pending=True)).text

    def test_guest_is_told_how_to_get_in(self) -> None:
        for letter in (an_order(guest=True), a_downloads_letter(guest=True)):
            assert "sign in or create an account" in render(letter).text
            assert "sign in or create an account" in render(letter).html
        assert "sign in" not in render(an_order()).text


class TestRefund:
    def test_amount_note_and_lost_access_are_told(self) -> None:
        text = render(a_refund()).text

        assert "¥1,500" in text
        assert "as agreed" in text
        assert "- Sydney Nights" in text

    def test_nothing_lost_is_not_mentioned(self) -> None:
        letter: RefundLetter = replace(a_refund(note=None), access_ended=())

        assert "access" not in render(letter).text


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (1_250, "eur", "€12.50"),
        (123_456_789, "usd", "$1,234,567.89"),
        (1_500, "jpy", "¥1,500"),
        (1_250, "kwd", "1.250\u00a0KWD"),
        (1_250, "iqd", "1.250\u00a0IQD"),
        (1, "chf", "0.01\u00a0CHF"),
        (-5, "eur", "-€0.05"),
        (0, "eur", "€0.00"),
        (10**17 + 1, "eur", "€1,000,000,000,000,000.01"),
    ],
)
def test_money_is_written_to_the_last_minor_unit(amount: int, currency: str, written: str) -> None:
    assert money(Money(amount, currency)) == written


def test_moments_are_told_in_utc() -> None:
    there = datetime(2026, 1, 8, 23, 30, tzinfo=timezone(timedelta(hours=-5)))

    assert moment(there) == "9 January 2026, 04:30 UTC"
    assert moment(datetime(2026, 1, 8, tzinfo=UTC)) == "8 January 2026, 00:00 UTC"
