"""Comparing what a use case did with what a model says it should have done."""

from collections.abc import Callable
from typing import TypeVar

from core.domain.errors import DomainError

T = TypeVar("T")


def expect(refusal: type[DomainError] | None, act: Callable[[], T]) -> T | None:
    """Do it; fails unless it is refused exactly so, or not at all."""
    try:
        result = act()
    except DomainError as error:
        if type(error) is not refusal:
            raise AssertionError(f"{error!r} instead of {refusal or 'success'}") from error
        return None
    if refusal is not None:
        raise AssertionError(f"{result!r} instead of {refusal}")
    return result
