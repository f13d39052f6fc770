"""Reading settings out of environment variables, collecting everything that is wrong with them."""

import re
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

UNBOUNDED = ("none", "unlimited")
_YES, _NO = ("on", "true", "yes", "1"), ("off", "false", "no", "0")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+")


class Environment:
    """Each reader answers a valid value; for a wrong one it notes a sentence and answers the default.

    Empty and blank variables count as not set.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.problems: list[str] = []

    def problem(self, sentence: str) -> None:
        self.problems.append(sentence)

    def text(self, name: str, default: str = "") -> str:
        value = self._variables.get(name, "").strip()
        if any(ord(letter) < 32 for letter in value):
            self.problem(f"{name} must not hold line breaks or other control characters.")
            return default
        return value or default

    def secret(self, name: str) -> str:
        """As it is, without trimming: blanks may be part of it."""
        return self._variables.get(name, "")

    def secrets(self, name: str) -> tuple[str, ...]:
        """Several, separated by commas: the old and the new one while one is being replaced."""
        return tuple(part.strip() for part in self.secret(name).split(",") if part.strip())

    def choice(self, name: str, options: Sequence[str], default: str, later: Mapping[str, str] | None = None) -> str:
        """One of the options. later: values that will be options, and what to do instead today."""
        value = self.text(name, default).lower()
        if value in options:
            return value
        if later and value in later:
            self.problem(f"{name}={value} is not available yet: {later[value]}")
        else:
            self.problem(f"{name} must be {_or(options)}, not {value!r}.")
        return default

    def flag(self, name: str, *, default: bool) -> bool:
        value = self.text(name, _YES[0] if default else _NO[0]).lower()
        if value not in (*_YES, *_NO):
            self.problem(f"{name} must be on or off, not {value!r}.")
            return default
        return value in _YES

    def whole(self, name: str, default: int, low: int, high: int) -> int:
        value = self.text(name)
        if not value:
            return default
        if not re.fullmatch(r"[0-9]{1,15}", value, re.ASCII) or not low <= int(value) <= high:
            self.problem(f"{name} must be a whole number from {low} to {high}, not {value!r}.")
            return default
        return int(value)

    def whole_or_none(self, name: str, default: int, low: int, high: int) -> int | None:
        """``none`` and ``unlimited`` mean no bound."""
        if self.text(name).lower() in UNBOUNDED:
            return None
        return self.whole(name, default, low, high)

    def url(self, name: str, default: str = "") -> str:
        """An absolute http(s) URL without query, fragment and trailing slash."""
        value = self.text(name, default)
        if not value:
            return ""
        try:
            parts = urlsplit(value)
            fits = parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment)
            fits = fits and parts.username is None and (parts.port is None or parts.port > 0)
        except ValueError:
            fits = False
        if not fits:
            self.problem(f"{name} must be a URL such as https://shop.example, not {value!r}.")
            return default.rstrip("/")
        return value.rstrip("/")

    def origins(self, name: str) -> tuple[str, ...]:
        """Comma-separated origins: scheme, host and port only."""
        origins = [part.strip().rstrip("/") for part in self.text(name).split(",") if part.strip()]
        for origin in origins:
            if not _ORIGIN.fullmatch(origin):
                self.problem(f"{name} takes origins such as https://shop.example, comma-separated, not {origin!r}.")
        return tuple(origin for origin in origins if _ORIGIN.fullmatch(origin))

    def networks(self, name: str) -> tuple[IPv4Network | IPv6Network, ...]:
        """Comma-separated addresses and networks; never the whole internet."""
        networks = []
        for part in (part.strip() for part in self.text(name).split(",") if part.strip()):
            try:
                network = ip_network(part, strict=False)
            except ValueError:
                self.problem(
                    f"{name} takes addresses and networks such as 10.0.0.0/24, comma-separated, not {part!r}."
                )
                continue
            if network.prefixlen == 0:
                self.problem(f"{name} must not be everybody ({part}): callers could choose their own address.")
                continue
            networks.append(network)
        return tuple(networks)

    def path_with_token(self, name: str, default: str) -> str:
        """A path of the storefront with ``{token}`` where the token goes."""
        value = self.text(name, default)
        if (
            not value.startswith("/")
            or value.count("{token}") != 1
            or re.search(r"[{}\s]", value.replace("{token}", ""))
        ):
            self.problem(f"{name} must be a path with {{token}} in it, such as {default}, not {value!r}.")
            return default
        return value


def _or(options: Sequence[str]) -> str:
    return options[0] if len(options) == 1 else f"{', '.join(options[:-1])} or {options[-1]}"
