"""/store/customers: a forgotten password."""

from typing import Any

from dependency_injector.wiring import Provide, inject

from adapters.http.access import PUBLIC
from adapters.http.body_fields import Body, Str
from adapters.http.budgets import MAILED_TOKEN, RESET
from adapters.http.store.customers.resource import customers
from adapters.http.store.shown_customer import CUSTOMER, show_customer
from core.domain.actor import Actor
from core.domain.customer import PASSWORD_MAX, PASSWORD_MIN
from core.domain.values import EMAIL_MAX
from core.use_cases.customer.request_password_reset import RequestPasswordReset
from core.use_cases.customer.reset_password import ResetPassword

TOKEN_MAX = 1_000


class MailboxBody(Body):
    email = Str(required=True, max=EMAIL_MAX)


class NewPasswordBody(Body):
    email = Str(required=True, max=EMAIL_MAX)
    token = Str(required=True, max=TOKEN_MAX)
    password = Str(required=True, min=PASSWORD_MIN, max=PASSWORD_MAX)


@customers.on("POST", "/password-token", allow=PUBLIC, body=MailboxBody, budgets=RESET, repeatable=True, status=204)
@inject
def request_reset(
    actor: Actor, body: dict[str, Any], request: RequestPasswordReset = Provide["request_password_reset"]
) -> None:
    """Mail a link for a new password, if there is such an account. The answer is the same if there is none."""
    request(actor, body["email"])


@customers.on(
    "POST",
    "/password-reset",
    allow=PUBLIC,
    shows=CUSTOMER,
    body=NewPasswordBody,
    budgets=MAILED_TOKEN,
    answers=show_customer,
    statuses=(401,),
)
@inject
def reset_password(actor: Actor, body: dict[str, Any], reset: ResetPassword = Provide["reset_password"]) -> str:
    """Set a new password by a mailed token. It works once and ends all logins."""
    return reset(actor, body["email"], body["token"], body["password"])


@customers.on(
    "POST",
    "/reset-password",
    allow=PUBLIC,
    shows=CUSTOMER,
    body=NewPasswordBody,
    budgets=MAILED_TOKEN,
    answers=show_customer,
    statuses=(401,),
)
@inject
def reset_password_by_older_name(
    actor: Actor, body: dict[str, Any], reset: ResetPassword = Provide["reset_password"]
) -> str:
    """The same as password-reset, under its older name."""
    return reset(actor, body["email"], body["token"], body["password"])
