"""A shop that runs and can be shown: what the demo needs to know of it, whatever its engines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """walk: the whole sale; raises DemoFailed. shown: what a person needs to go on playing, by what it is.
    keep: blocks for as long as everything runs, and answers a sentence about what ended by itself."""

    walk: Callable[[], None]
    shown: Mapping[str, str]
    keep: Callable[[], str]
