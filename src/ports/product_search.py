"""Finding products by what people type."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ports.reads import ReadContext


@dataclass(frozen=True, slots=True)
class Found:
    """product_ids: one page, best match first. count: of all pages."""

    product_ids: Sequence[str]
    count: int


class ProductSearch(Protocol):
    """Which live products a text means.

    Meaning  every word of it begins a word of the product's title, subtitle, description, collection's
             title, tags, or of a variant's title or sku; case and accents do not matter. A text without
             any word finds nothing.
    Order    words of the title count most, then subtitle and variants, then collection and tags, then
             the description; the newest first among equals.
    Sees     what the context's audience and sales channels may see, as every other read.
    Step     it knows what a commit changed as soon as that commit is done.
    Errors   Unavailable when it cannot be reached.
    """

    def find(self, text: str, context: ReadContext, *, offset: int, limit: int) -> Found: ...

    def rebuild(self) -> int:
        """Forget everything and read the catalogue anew; how many products it knows then."""
        ...
