"""Small values that several aggregates share."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from core.domain.errors import FieldProblem, Invalid

Metadata = dict[str, object]

EMAIL_MAX = 255
# What many requests may heap up on one record; a single one is held to less.
METADATA_KEYS_MAX = 100
METADATA_BYTES_MAX = 64 * 1024
_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f<>,;:\"()\[\]\\]+@[^@\s\x00-\x1f\x7f<>,;:\"()\[\]\\]+")
_NOT_IN_HANDLE = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A postal address. country_code: lower-case ISO 3166-1 alpha-2."""

    id: str
    customer_id: str | None = None
    company: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    city: str | None = None
    country_code: str | None = None
    province: str | None = None
    postal_code: str | None = None
    phone: str | None = None
    metadata: Metadata | None = field(default=None)


def normalise_email(text: str, *, name: str = "email") -> str:
    """One address in the form uniqueness is judged by: trimmed, NFC, lower case.

    Syntax only; special-use domains such as ``.test`` are fine. Raises Invalid.
    """
    email = unicodedata.normalize("NFC", text.strip()).lower()
    local, _, domain = email.rpartition("@")
    fits = len(email) <= EMAIL_MAX and len(local) <= 64 and ".." not in email
    # Control and format characters: two addresses would look like one, or be read backwards.
    seen = all(unicodedata.category(character) not in ("Cc", "Cf") for character in email)
    edges = not (
        local.startswith(".") or local.endswith(".") or domain.startswith(("-", ".")) or domain.endswith(".")
    )
    if not (fits and seen and edges and _EMAIL.fullmatch(email)):
        problem = "must be an email"
        raise Invalid(f"{name} {problem}", fields=[FieldProblem(name, problem)])
    return email


def merge_metadata(old: Mapping[str, object] | None, new: Mapping[str, object] | None) -> Metadata | None:
    """Medusa's rule: keys are merged, a key set to the empty string is removed, None changes nothing.

    Raises Invalid where more would be kept than METADATA_KEYS_MAX keys or METADATA_BYTES_MAX as JSON.
    """
    if new is None:
        return dict(old) if old is not None else None
    merged = {key: value for key, value in {**(old or {}), **new}.items() if value != ""}
    if any(value != "" for value in new.values()):  # taking away is always fine
        check_room("metadata", merged)
    return merged


def check_room(name: str, kept: Metadata) -> Metadata:
    """What callers may heap up on a record in many requests. Raises Invalid where more would be kept than
    METADATA_KEYS_MAX keys or METADATA_BYTES_MAX as JSON. name: what they call it."""
    if len(kept) > METADATA_KEYS_MAX or _bytes(kept) > METADATA_BYTES_MAX:
        problem = f"holds at most {METADATA_KEYS_MAX} keys and {METADATA_BYTES_MAX // 1024} KiB in all"
        raise Invalid(f"{name} {problem}", fields=[FieldProblem(name, problem)])
    return kept


def same_metadata(one: object, other: object) -> bool:
    """Whether they say the same in JSON. Python takes true for 1, and false for 0, which they are not there."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same_metadata(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_metadata, one, other))
    return one == other


def _bytes(metadata: Mapping[str, object]) -> int:
    return len(json.dumps(metadata, ensure_ascii=False, default=str).encode())


def handle_of(title: str) -> str:
    """Kebab case for URLs: ``Sydney Nights`` becomes ``sydney-nights``."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_HANDLE.sub("-", plain).strip("-")
