"""Answers that are not 200, in Stripe's form. Source: https://docs.stripe.com/api/errors."""

from typing import Any

Tree = dict[str, Any]


class Refusal(Exception):
    """error: the object under ``error`` in the body; entries that are None are left out."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        type: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        error = {"type": type, "message": message, "code": code, "param": param, **more}
        self.error = {name: value for name, value in error.items() if value is not None}


def missing(kind: str, id: str, param: str = "id") -> Refusal:
    return Refusal(f"No such {kind}: '{id}'", status=404, code="resource_missing", param=param)


def wrong(param: str, message: str, code: str = "parameter_invalid") -> Refusal:
    return Refusal(message, code=code, param=param)


def unexpected_state(intent: Tree, verb: str) -> Refusal:
    return Refusal(
        f"You cannot {verb} this PaymentIntent because it has a status of {intent['status']}.",
        code="payment_intent_unexpected_state",
        payment_intent=intent,
    )
