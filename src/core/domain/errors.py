"""Everything the shop can refuse to do.

Two levels. The *kind* (NotFound, Conflict, Gone, ...) says what sort of refusal it is; adapters
translate kinds, never individual errors. The *concrete* error sits beside the rule that raises it
and adds only a stable, machine-readable ``code``. Nothing here knows that HTTP exists.
Codes and their meaning for callers are listed in docs/errors.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One field of a request and what is wrong with it."""

    field: str
    message: str


class DomainError(Exception):
    """A refusal the caller can understand. Anything else that escapes is a bug.

    extra: further top-level entries of the answer (``reason`` of a rejected file, fresh totals).
    """

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str, *, extra: Mapping[str, object] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.extra: Mapping[str, object] = dict(extra or {})


class Invalid(DomainError):
    """The request itself is wrong and would be wrong at any time."""

    code = "VALIDATION_ERROR"

    def __init__(
        self,
        message: str,
        *,
        fields: Sequence[FieldProblem] = (),
        extra: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, extra=extra)
        self.fields = tuple(fields)


class UnknownField(Invalid):
    """A name in the request that this call does not know."""

    code = "UNKNOWN_FIELD"


class NotAllowed(DomainError):
    """Well formed, but the present state of things forbids it."""

    code = "NOT_ALLOWED"


class Unauthenticated(DomainError):
    """No credentials, or none that hold."""

    code = "UNAUTHORIZED"


class Forbidden(DomainError):
    """Known caller, but not theirs to do."""

    code = "FORBIDDEN"


class NotFound(DomainError):
    """There is no such thing, or the caller may not know that there is."""

    code = "NOT_FOUND"


class HiddenFromCaller(NotFound):
    """It is a registered customer's, and somebody else is asking. To surfaces that do not let on that it
    exists it is what it derives from, NotFound; others may ask for the owner's credentials."""


class Duplicate(DomainError):
    """Something that must be unique exists already."""

    code = "DUPLICATE"


class Conflict(DomainError):
    """It clashes with the state the thing is in."""

    code = "CONFLICT"


class ConcurrentUpdate(Conflict):
    """Somebody else saved it meanwhile; the same request may succeed when repeated."""

    code = "CONFLICT_RETRY"


class Gone(DomainError):
    """It existed and is over for good."""

    code = "GONE"


class DoneAndDeleted(Gone):
    """What was asked for was done, and before it could be shown somebody else deleted what it was done to.
    Not NotFound, which says that nothing was done."""

    code = "DONE_AND_DELETED"


class PaymentRefused(DomainError):
    """The payment provider declined."""

    code = "PAYMENT_FAILED"


class RateLimited(DomainError):
    """Too often. ``retry_after`` is in whole seconds."""

    code = "RATE_LIMITED"

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """Something the shop depends on cannot be reached. Nothing was changed."""

    code = "UPSTREAM_UNAVAILABLE"
    retry_after = 5


class OutcomeUnknown(Unavailable):
    """The one case in which something may have been changed: the answer of whoever keeps it was lost."""
