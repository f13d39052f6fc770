"""Telling the demo: numbered steps, the calls they make, and what came back.

Colours on a terminal, plain lines elsewhere. Raises DemoFailed at the first thing that is not as it
should be.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

from rich.console import Console
from rich.text import Text

LABEL_WIDTH = 20
CUT_AT = 88
SEGMENT_MAX = 50
PATIENCE_SHOWN = 5  # seconds between signs of life while something takes its time


class DemoFailed(Exception):
    """The shop did not do what it should; the message is for the person watching."""


def cut(value: object) -> str:
    """One line of readable length."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join(text.split())
    return text if len(text) <= CUT_AT else f"{text[: CUT_AT - 3]}..."


def shown_path(path: str) -> str:
    """A path with its tokens shortened, so that what comes behind them can still be read."""
    return "/".join(
        part if len(part) <= SEGMENT_MAX else f"{part[: SEGMENT_MAX // 2]}..." for part in path.split("/")
    )


class Story:
    """Prints as it goes, so that waiting is never silent."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._steps = 0

    def say(self, text: str = "", style: str = "") -> None:
        self._console.print(Text(text, style=style))

    def step(self, sentence: str) -> None:
        self._steps += 1
        self.say()
        self._console.print(Text.assemble((f"{self._steps:2}. ", "bold cyan"), (sentence, "bold")))

    def call(self, method: str, path: str, status: int, *, whose: str = "") -> None:
        colour = "green" if status < 400 else "yellow"
        self._console.print(
            Text.assemble("    ", (whose, "dim"), f"{method} {shown_path(path)}  ", (str(status), colour))
        )

    def show(self, label: str, value: object, *, whole: bool = False) -> None:
        text = str(value) if whole else cut(value)
        self._console.print(Text.assemble((f"      {label:{LABEL_WIDTH}} ", "dim"), text))

    def show_all(self, values: Mapping[str, object]) -> None:
        for label, value in values.items():
            self.show(label, value)

    @contextmanager
    def waiting(self, sentence: str) -> Iterator[None]:
        """Around something that takes a moment: what it is, signs of life, then how long it took."""
        started = monotonic()
        if self._console.is_terminal:
            with self._console.status(sentence):
                yield
        else:
            with self._signs_of_life(sentence):
                yield
        self.say(f"    {sentence}: done in {monotonic() - started:.1f} s")

    @contextmanager
    def _signs_of_life(self, sentence: str) -> Iterator[None]:
        over = Event()

        def tell() -> None:
            seconds = 0
            while not over.wait(PATIENCE_SHOWN):
                seconds += PATIENCE_SHOWN
                self.say(f"    {sentence}: {seconds} s so far", "dim")

        teller = Thread(target=tell, daemon=True)
        teller.start()
        try:
            yield
        finally:
            over.set()
            teller.join()


def expect(holds: bool, sentence: str) -> None:
    """Raises DemoFailed with the sentence unless it holds."""
    if not holds:
        raise DemoFailed(sentence)
