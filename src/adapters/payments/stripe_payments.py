"""Stripe: a payment session is a PaymentIntent, a refund is a Refund, and the client is never believed."""

import hashlib
from collections.abc import Mapping
from typing import Any, Literal, cast

import stripe
from stripe.params import PaymentIntentCreateParams, PaymentIntentUpdateParams

from adapters.payments.stripe_amounts import from_stripe, to_stripe
from adapters.payments.stripe_browser_data import check_browser_data
from adapters.payments.stripe_errors import UNEXPECTED_STATE, code_of, translated
from core.domain.money import Money
from core.domain.payment import PaymentDeclined, ProviderPayment, RefundReport, SavedMethod, SessionStatus
from core.domain.values import Metadata

API_BASE = "https://api.stripe.com"
CONNECT_SECONDS = 2
# Three tries of six seconds and the pauses between them: the twenty seconds a payment may take.
ANSWER_SECONDS = 6
RETRIES = 2
PAGE = 100
LOST = ("failed", "canceled")

CaptureMethod = Literal["automatic", "manual"]
_STATUS = {
    "succeeded": SessionStatus.AUTHORIZED,
    "requires_capture": SessionStatus.AUTHORIZED,
    "requires_action": SessionStatus.REQUIRES_MORE,
    "canceled": SessionStatus.CANCELED,
}  # everything else is pending: the buyer or the bank is not done


class StripePayments:
    """data: ``{"id", "client_secret", "status", "amount", "currency", "capture_method", "last_payment_error"}``
    of the PaymentIntent, amounts in Stripe's units, and ``redirect_url`` while the buyer has to act on a page of
    the bank's; a storefront confirms with the client secret. Where the buyer comes back to is told to Stripe
    with the confirmation, which is the storefront's.

    The buyer confirms in the browser; ``authorize`` only looks what came of it. capture_method:
    ``automatic`` takes the money with the buyer's confirmation, ``manual`` holds it until ``capture``.
    A registered customer is known to Stripe by ``metadata.customer_id``, never by what a client says.
    Each write carries the caller's idempotency key; the library repeats it on 409, 5xx and lost replies.

    Raises PaymentDeclined, PaymentProviderUnavailable; PaymentMismatch for amounts that no amount of
    this shop can be. Source: https://docs.stripe.com/api, docs/payments.md.
    """

    id = "stripe"

    def __init__(
        self,
        api_key: str,
        *,
        api_base: str = API_BASE,
        capture_method: CaptureMethod = "automatic",
        retries: int = RETRIES,
    ) -> None:
        client = stripe.StripeClient(
            api_key,
            base_addresses={"api": api_base},
            max_network_retries=retries,
            http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, ANSWER_SECONDS)),
        )
        self._api = client.v1
        self._capture_method = capture_method

    def initiate(self, amount: Money, context: Metadata, *, idempotency_key: str) -> ProviderPayment:
        asked = to_stripe(amount)
        with translated():
            asking: PaymentIntentCreateParams = {
                "amount": asked,
                "currency": amount.currency,
                "automatic_payment_methods": {"enabled": True},
                "capture_method": self._capture_method,
                "metadata": _texts(context, "cart_id", "payment_collection_id", "session_id", "customer_id"),
            }
            if context.get("email"):
                asking["receipt_email"] = str(context["email"])
            customer = self._customer(context)
            if customer is not None:
                asking["customer"] = customer
            intent = self._api.payment_intents.create(asking, {"idempotency_key": idempotency_key})
        return self._told(intent)

    def update(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        asked = to_stripe(amount)
        with translated():
            intent = self._api.payment_intents.update(
                _id(data),
                {"amount": asked, "currency": amount.currency},
                {"idempotency_key": idempotency_key},
            )
        return self._told(intent)

    def update_data(self, data: Metadata, changes: Metadata, *, idempotency_key: str) -> ProviderPayment:
        wanted = {name: value for name, value in changes.items() if name not in data or value != data[name]}
        check_browser_data(wanted)
        if not wanted:
            return self.retrieve(data)
        with translated():
            intent = self._api.payment_intents.update(
                _id(data), cast("PaymentIntentUpdateParams", wanted), {"idempotency_key": idempotency_key}
            )
        return self._told(intent)

    def retrieve(self, data: Metadata) -> ProviderPayment:
        with translated():
            intent = self._api.payment_intents.retrieve(_id(data), {"expand": ["latest_charge"]})
        return self._told(intent)

    def authorize(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        return self.retrieve(data)

    def capture(self, data: Metadata, amount: Money, *, idempotency_key: str) -> ProviderPayment:
        asked = to_stripe(amount)
        try:
            with translated():
                intent = self._api.payment_intents.capture(
                    _id(data), {"amount_to_capture": asked}, {"idempotency_key": idempotency_key}
                )
        except PaymentDeclined as declined:
            told = self.retrieve(data) if code_of(declined) == UNEXPECTED_STATE else None
            if told is None or not told.captured:
                raise
            return told
        return self._told(intent)

    def refund(self, data: Metadata, amount: Money, *, refund_id: str, idempotency_key: str) -> str:
        asked = to_stripe(amount)
        # Keys are forgotten after a day or so; the refund's own metadata is not.
        made = next((report for report in self.refunds(data) if report.ours == refund_id), None)
        if made is not None:
            if not made.succeeded:
                raise PaymentDeclined("the refund did not go through")
            return made.provider_refund_id
        with translated():
            refund = self._api.refunds.create(
                {"payment_intent": _id(data), "amount": asked, "metadata": {"refund_id": refund_id}},
                {"idempotency_key": idempotency_key},
            )
        if refund.status in LOST:
            raise PaymentDeclined("the refund did not go through")
        return refund.id

    def cancel(self, data: Metadata, *, idempotency_key: str) -> None:
        try:
            with translated():
                self._api.payment_intents.cancel(_id(data), {}, {"idempotency_key": idempotency_key})
        except PaymentDeclined as declined:
            if code_of(declined) != UNEXPECTED_STATE or self.retrieve(data).status is not SessionStatus.CANCELED:
                raise

    def refunds(self, data: Metadata) -> list[RefundReport]:
        with translated():
            page = self._api.refunds.list({"payment_intent": _id(data), "limit": PAGE})
            found = [refund.to_dict() for refund in page.auto_paging_iter()]
        return [self._report(refund) for refund in reversed(found)]

    def saved_methods(self, customer: Metadata) -> list[SavedMethod]:
        with translated():
            known = self._known_customer(customer.get("id"), customer.get("email"))
            if known is None:
                return []
            page = self._api.payment_methods.list({"customer": known, "limit": PAGE})
            found = [method.to_dict() for method in page.auto_paging_iter()]
        return [SavedMethod(provider_id=self.id, data=_method(method)) for method in found]

    # Within

    def _customer(self, context: Metadata) -> str | None:
        """Stripe's id of a registered customer, made on the first payment; None for guests."""
        id, email = context.get("customer_id"), context.get("account_email")
        if not id or not email:
            return None
        known = self._known_customer(id, email)
        if known is not None:
            return known
        mark = hashlib.sha256(str(email).encode()).hexdigest()[:16]
        made = self._api.customers.create(
            {"email": str(email), "metadata": {"customer_id": str(id)}},
            {"idempotency_key": f"{id}:customer:{mark}"},
        )
        return made.id

    def _known_customer(self, id: object, email: object) -> str | None:
        if not id or not email:
            return None
        page = self._api.customers.list({"email": str(email), "limit": PAGE})
        for customer in page.auto_paging_iter():
            if (customer.to_dict().get("metadata") or {}).get("customer_id") == id:
                return str(customer.id)
        return None

    def _told(self, intent: stripe.PaymentIntent) -> ProviderPayment:
        told = intent.to_dict()
        currency = str(told["currency"])
        charge = told.get("latest_charge")
        captured = from_stripe(told.get("amount_received") or 0, currency)
        refunded = charge.get("amount_refunded", 0) if isinstance(charge, Mapping) and captured else 0
        return ProviderPayment(
            reference=str(told["id"]),
            status=_STATUS.get(str(told["status"]), SessionStatus.PENDING),
            amount=from_stripe(told["amount"], currency),
            currency_code=currency,
            captured=captured,
            refunded=from_stripe(refunded, currency),
            data=_shown(told),
            cart_id=(told.get("metadata") or {}).get("cart_id"),
            collection_id=(told.get("metadata") or {}).get("payment_collection_id"),
        )

    def _report(self, refund: Mapping[str, Any]) -> RefundReport:
        currency = str(refund["currency"])
        return RefundReport(
            provider_id=self.id,
            provider_payment_id=str(refund["payment_intent"]),
            provider_refund_id=str(refund["id"]),
            amount=from_stripe(refund["amount"], currency),
            currency_code=currency,
            succeeded=refund["status"] not in LOST,
            ours=(refund.get("metadata") or {}).get("refund_id"),
        )


def _id(data: Metadata) -> str:
    id = data.get("id")
    if not isinstance(id, str) or not id:
        raise PaymentDeclined("the payment provider knows no such payment")
    return id


def _texts(context: Metadata, *names: str) -> dict[str, str]:
    return {name: str(context[name]) for name in names if context.get(name)}


def _shown(intent: Mapping[str, Any]) -> Metadata:
    """What the buyer's browser needs, and no more."""
    names = ("id", "client_secret", "status", "amount", "currency", "capture_method")
    error = intent.get("last_payment_error")
    summary = {name: error.get(name) for name in ("code", "decline_code", "message")} if error else None
    shown = {**{name: intent.get(name) for name in names}, "last_payment_error": summary}
    page = ((intent.get("next_action") or {}).get("redirect_to_url") or {}).get("url")
    return {**shown, "redirect_url": page} if page else shown


def _method(method: Mapping[str, Any]) -> Metadata:
    card = cast("Mapping[str, Any]", method.get("card") or {})
    shown: Metadata = {"id": method["id"], "type": method["type"], "created": method["created"]}
    if card:
        shown["card"] = {name: card.get(name) for name in ("brand", "last4", "exp_month", "exp_year", "funding")}
    return shown
