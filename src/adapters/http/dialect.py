"""The ways in which refusals are said; ``dialects`` speaks them."""

from enum import Enum


class Dialect(Enum):
    NATIVE = "native"
    SIGN_IN = "sign_in"
    CUSTOM = "custom"
    GATEWAY = "gateway"
