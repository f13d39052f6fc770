"""Every resource of the API, named one by one: what is not listed here is not served."""

from __future__ import annotations

from adapters.http.routing import Resource
from adapters.http.store.regions import regions


def resources() -> list[Resource]:
    """In the order of the documentation."""
    return [
        regions,
    ]
