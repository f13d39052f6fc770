"""Settings of sign-in services: whose tokens the gateway takes."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from adapters.system.sign_in_claims import PUBLIC, SHARED, ClaimNames
from bootstrap.environment import Environment

NAME = "SSO_ISSUERS"
SECRET_MIN = 32
LEEWAY_MAX = 300
ISSUERS_MAX = 20
INSTALL = "pip install 'perseus-commerce[sso]'"
_CLAIMS = ("customer_id", "email", "email_verified", "first_name", "last_name")
_KEYS = ("secret", "jwks_file", "jwks_url")
_KNOWN = frozenset({"issuer", "audience", "algorithms", "claims", "trusted", "leeway", *_KEYS})


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerSettings:
    """One of secret, jwks_file, jwks_url says how signatures are checked. leeway: seconds."""

    issuer: str
    audience: str
    algorithms: tuple[str, ...]
    secret: str | None = field(default=None, repr=False)
    jwks_file: Path | None = None
    jwks_url: str | None = None
    claims: ClaimNames = field(default_factory=ClaimNames)
    trusted: bool = False
    leeway: int = 30


class _Wrong(ValueError):
    pass


def issuers(read: Environment) -> tuple[IssuerSettings, ...]:
    """From JSON, or from the JSON file whose path is given."""
    text = read.secret(NAME).strip()
    if not text:
        return ()
    try:
        return _issuers(_json(text))
    except _Wrong as problem:
        read.problem(f"{NAME} {problem}.")
        return ()


def _json(text: str) -> Any:
    if not text.startswith("["):
        try:
            text = Path(text).expanduser().read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise _Wrong("must be a JSON list, or the path of a file with one that can be read") from error
    try:
        return json.loads(text)
    except ValueError as error:
        raise _Wrong("is not JSON") from error


def _issuers(given: Any) -> tuple[IssuerSettings, ...]:
    if not isinstance(given, list) or len(given) > ISSUERS_MAX:
        raise _Wrong(f"must be a list of at most {ISSUERS_MAX} issuers")
    found = tuple(_issuer(each) for each in given)
    if len({each.issuer for each in found}) < len(found):
        raise _Wrong("names an issuer twice")
    if any(set(each.algorithms) & set(PUBLIC) for each in found) and find_spec("cryptography") is None:
        raise _Wrong(f"has algorithms that need one more package: {INSTALL} brings it")
    return found


def _issuer(given: Any) -> IssuerSettings:
    if not isinstance(given, Mapping):
        raise _Wrong("must hold objects")
    if unknown := set(given) - _KNOWN:
        raise _Wrong(f"has a name it does not know: {sorted(unknown)[0]}")
    issuer = _text(given, "issuer")
    claims, trusted, leeway = given.get("claims", {}), given.get("trusted", False), given.get("leeway", 30)
    if not isinstance(claims, Mapping) or set(claims) - set(_CLAIMS) or not all(map(_is_name, claims.values())):
        raise _Wrong(f"takes as claims of {issuer} names for {', '.join(_CLAIMS)}")
    if not isinstance(trusted, bool):
        raise _Wrong(f"takes true or false as trusted of {issuer}")
    if type(leeway) is not int or not 0 <= leeway <= LEEWAY_MAX:
        raise _Wrong(f"takes 0 to {LEEWAY_MAX} seconds as leeway of {issuer}")
    return IssuerSettings(
        issuer=issuer,
        audience=_text(given, "audience"),
        claims=ClaimNames(**claims),
        trusted=trusted,
        leeway=leeway,
        **_signatures(given, issuer),
    )


def _signatures(given: Mapping[str, Any], issuer: str) -> dict[str, Any]:
    """How they are made, and what they are checked with."""
    named = [name for name in _KEYS if given.get(name)]
    if len(named) != 1:
        raise _Wrong(f"needs exactly one of {', '.join(_KEYS)} for {issuer}")
    shared = named[0] == "secret"
    kinds = SHARED if shared else PUBLIC
    algorithms = given.get("algorithms", ["HS256" if shared else "RS256"])
    if not isinstance(algorithms, list) or not algorithms or any(each not in kinds for each in algorithms):
        raise _Wrong(f"takes as algorithms of {issuer} with {named[0]}: {', '.join(kinds)}")
    value = _text(given, named[0])
    if shared and len(value.encode()) < SECRET_MIN:
        raise _Wrong(f"needs a secret of at least {SECRET_MIN} bytes for {issuer}")
    if named[0] == "jwks_url":
        _check_url(value, issuer)
    key: Any = Path(value).expanduser() if named[0] == "jwks_file" else value
    return {"algorithms": tuple(algorithms), named[0]: key}


def _check_url(url: str, issuer: str) -> None:
    """Only what nobody on the way can change: TLS, or this machine."""
    try:
        parts = urlsplit(url)
        near = parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")
        fits = parts.hostname and parts.username is None and (near or parts.scheme == "https")
    except ValueError:
        fits = False
    if not fits:
        raise _Wrong(f"needs an https:// address as jwks_url of {issuer}")


def _text(given: Mapping[str, Any], name: str) -> str:
    if not _is_name(given.get(name)):
        raise _Wrong(f"needs a text as {name}")
    text: str = given[name]
    return text


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 2_000
