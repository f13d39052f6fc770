"""Stripe's request bodies: ``metadata[cart_id]=x&expand[0]=latest_charge`` as a tree of texts.

What a call does not know it refuses, as Stripe does, so that a misspelt parameter shows in a test.
"""

import re
from collections.abc import Iterable

from bootstrap.sandbox.refusals import Refusal, Tree, wrong

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_PART = re.compile(r"\[([^\[\]]*)\]")


def decode(pairs: Iterable[tuple[str, str]]) -> Tree:
    """The pairs as nested dicts; lists (``a[]``, ``a[0]``) become dicts by position, see ``entries``."""
    root: Tree = {}
    for key, value in pairs:
        found = _KEY.fullmatch(key)
        if found is None:
            raise wrong(key, f"Received unknown parameter: {key}", "parameter_unknown")
        place, path = root, [found.group(1), *_PART.findall(found.group(2))]
        for name in path[:-1]:
            inner = place.setdefault(name or str(len(place)), {})
            if not isinstance(inner, dict):
                raise wrong(key, f"Invalid hash: {key}")
            place = inner
        place[path[-1] or str(len(place))] = value
    return root


def entries(value: object) -> list[str]:
    """A list as it came through the form, in order."""
    if isinstance(value, dict):
        return [str(entry) for entry in value.values()]
    return [] if value in (None, "") else [str(value)]


def check_known(form: Tree, known: Iterable[str]) -> None:
    for name in form.keys() - {"expand", *known}:
        raise wrong(name, f"Received unknown parameter: {name}", "parameter_unknown")


def whole(form: Tree, name: str, *, least: int = 1) -> int | None:
    """A whole number, or None where it is not given."""
    if name not in form:
        return None
    text = form[name]
    if not isinstance(text, str) or not re.fullmatch(r"-?[0-9]{1,15}", text):
        raise wrong(name, f"Invalid integer: {text}", "parameter_invalid_integer")
    if int(text) < least:
        raise wrong(name, f"This value must be greater than or equal to {least}.", "parameter_invalid_integer")
    return int(text)


def required(form: Tree, name: str) -> str:
    if not form.get(name):
        raise Refusal(f"Missing required param: {name}.", code="parameter_missing", param=name)
    return str(form[name])


def merged(old: Tree, form: Tree) -> Tree:
    """Metadata after an update: keys are merged, an empty text removes one."""
    given = form.get("metadata", {})
    if given == "":
        return {}
    if not isinstance(given, dict):
        raise wrong("metadata", "Invalid hash: metadata")
    return {key: value for key, value in {**old, **given}.items() if value != ""}
