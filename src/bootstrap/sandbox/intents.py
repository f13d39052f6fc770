"""PaymentIntents: from the first amount to the money. Source: https://docs.stripe.com/payments/paymentintents/lifecycle."""

import copy
import secrets
import time

from bootstrap.sandbox.amounts import check_amount, check_currency
from bootstrap.sandbox.books import Books
from bootstrap.sandbox.cards import Outcome
from bootstrap.sandbox.charges import Charges
from bootstrap.sandbox.form import check_known, entries, merged, required, whole
from bootstrap.sandbox.people import People
from bootstrap.sandbox.refusals import Refusal, Tree, unexpected_state, wrong

_TEXTS = ("customer", "description", "receipt_email", "setup_future_usage", "statement_descriptor_suffix")
_CREATE = (
    *("amount", "currency", "automatic_payment_methods", "payment_method_types", "capture_method", "metadata"),
    *("payment_method", "confirm", "return_url", "off_session", *_TEXTS),
)
_UPDATE = ("amount", "currency", "metadata", "payment_method", *_TEXTS)
_CONFIRM = (
    *("payment_method", "return_url", "off_session", "client_secret", "use_stripe_sdk", "mandate_data"),
    *("receipt_email", "setup_future_usage"),
)
_CAPTURE_METHODS = ("automatic", "automatic_async", "manual")
BANK = "https://hooks.stripe.test/redirect"  # where a bank would ask its customer; nothing is there
_OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


class Intents:
    def __init__(self, books: Books, people: People, charges: Charges) -> None:
        self._books = books
        self._people = people
        self._charges = charges

    def create(self, form: Tree) -> Tree:
        check_known(form, _CREATE)
        required(form, "amount")
        currency = check_currency(required(form, "currency"))
        capture_method = form.get("capture_method", "automatic")
        if capture_method not in _CAPTURE_METHODS:
            raise wrong("capture_method", f"Invalid capture_method: must be one of {', '.join(_CAPTURE_METHODS)}")
        if form.get("customer"):
            self._books.get("customer", form["customer"], "customer")
        automatic = form.get("automatic_payment_methods", {}).get("enabled") == "true"
        intent = self._books.open(
            "payment_intent",
            **{name: form.get(name) or None for name in _TEXTS},
            amount=check_amount(whole(form, "amount"), currency),
            amount_capturable=0,
            amount_received=0,
            currency=currency,
            status="requires_payment_method",
            capture_method=capture_method,
            automatic_payment_methods={"enabled": True} if automatic else None,
            payment_method_types=entries(form.get("payment_method_types")) or ["card"],
            payment_method=None,
            latest_charge=None,
            last_payment_error=None,
            next_action=None,
            canceled_at=None,
            cancellation_reason=None,
            metadata=merged({}, form),
        )
        intent["client_secret"] = f"{intent['id']}_secret_{secrets.token_hex(12)}"
        self._books.happened("payment_intent.created", intent)
        if form.get("payment_method"):
            self._choose(intent, form["payment_method"])
        if form.get("confirm") == "true":
            return self._confirm(intent)
        return intent

    def update(self, id: str, form: Tree) -> Tree:
        check_known(form, _UPDATE)
        intent = self._books.get("payment_intent", id)
        if form.keys() & {"amount", "currency", "payment_method"} and intent["status"] not in _OPEN:
            raise unexpected_state(intent, "change the amount of")
        currency = check_currency(str(form.get("currency", intent["currency"])))
        amount = check_amount(whole(form, "amount") or intent["amount"], currency)
        if amount != intent["amount"] and intent["status"] == "requires_action":
            intent |= {"status": "requires_confirmation", "next_action": None}
        intent |= {"amount": amount, "currency": currency, "metadata": merged(intent["metadata"], form)}
        intent.update({name: form[name] or None for name in _TEXTS if name in form})
        if form.get("payment_method"):
            self._choose(intent, form["payment_method"])
        return intent

    def confirm(self, id: str, form: Tree) -> Tree:
        check_known(form, _CONFIRM)
        intent = self._books.get("payment_intent", id)
        if intent["status"] not in _OPEN:
            raise unexpected_state(intent, "confirm")
        intent.update({name: form[name] or None for name in ("receipt_email", "setup_future_usage") if name in form})
        if form.get("payment_method"):
            self._choose(intent, form["payment_method"])
        if intent["payment_method"] is None:
            raise Refusal(
                "You cannot confirm this PaymentIntent because it's missing a payment method.",
                code="payment_intent_unexpected_state",
                payment_intent=copy.deepcopy(intent),
            )
        confirmed = self._confirm(intent)
        if confirmed["status"] == "requires_action" and form.get("return_url"):
            page = {"url": f"{BANK}/{id}", "return_url": form["return_url"]}
            confirmed["next_action"] = {"type": "redirect_to_url", "redirect_to_url": page}
        return confirmed

    def capture(self, id: str, form: Tree) -> Tree:
        check_known(form, ("amount_to_capture", "metadata"))
        intent = self._books.get("payment_intent", id)
        if intent["status"] != "requires_capture":
            raise unexpected_state(intent, "capture")
        amount = whole(form, "amount_to_capture") or intent["amount_capturable"]
        if amount > intent["amount_capturable"]:
            raise Refusal(
                "You cannot capture more than is authorised.", code="amount_too_large", param="amount_to_capture"
            )
        self._charges.capture(self._books.get("charge", intent["latest_charge"]), amount)
        self._succeed(intent, amount)
        return intent

    def cancel(self, id: str, form: Tree) -> Tree:
        check_known(form, ("cancellation_reason",))
        intent = self._books.get("payment_intent", id)
        if intent["status"] not in (*_OPEN, "requires_capture"):
            raise unexpected_state(intent, "cancel")
        if intent["status"] == "requires_capture":
            self._charges.release(self._books.get("charge", intent["latest_charge"]))
        intent |= {
            "status": "canceled",
            "amount_capturable": 0,
            "next_action": None,
            "canceled_at": int(time.time()),
            "cancellation_reason": form.get("cancellation_reason"),
        }
        self._books.happened("payment_intent.canceled", intent)
        return intent

    def finish(self, id: str, *, succeed: bool) -> Tree:
        """The buyer has answered the bank's question, or the bank's slow transfer has come to its end."""
        intent = self._books.get("payment_intent", id)
        if intent["status"] not in ("requires_action", "processing"):
            raise unexpected_state(intent, "finish")
        method = self._books.get("payment_method", intent["payment_method"])
        intent["next_action"] = None
        if succeed:
            self._pay(intent, method)
        else:
            message = "The provided payment method has failed authentication. You can provide another one."
            self._fail(intent, method, "payment_intent_authentication_failure", None, message)
        return intent

    def _choose(self, intent: Tree, name: str) -> None:
        intent["payment_method"] = self._people.method(name)["id"]
        intent["status"] = "requires_confirmation"

    def _confirm(self, intent: Tree) -> Tree:
        method = self._books.get("payment_method", intent["payment_method"])
        card = self._people.card(method)
        intent |= {"last_payment_error": None, "next_action": None}
        if card.outcome is Outcome.DECLINED:
            code, decline_code, message = card.decline
            self._fail(intent, method, code, decline_code, message)
            raise Refusal(
                message,
                status=402,
                type="card_error",
                code=code,
                decline_code=decline_code,
                charge=intent["latest_charge"],
                payment_intent=copy.deepcopy(intent),
            )
        if card.outcome is Outcome.NEEDS_ACTION:
            intent |= {"status": "requires_action", "next_action": {"type": "use_stripe_sdk", "use_stripe_sdk": {}}}
            self._books.happened("payment_intent.requires_action", intent)
        elif card.outcome is Outcome.PROCESSING:
            intent["status"] = "processing"
            self._books.happened("payment_intent.processing", intent)
        else:
            self._pay(intent, method)
            if card.disputed:
                self._charges.dispute({"charge": intent["latest_charge"]})
        return intent

    def _pay(self, intent: Tree, method: Tree) -> None:
        if intent["customer"] and intent["setup_future_usage"]:
            method["customer"] = intent["customer"]
        at_once = intent["capture_method"] != "manual"
        intent["latest_charge"] = self._charges.take(intent, method, capture=at_once)["id"]
        if at_once:
            self._succeed(intent, intent["amount"])
        else:
            intent |= {"status": "requires_capture", "amount_capturable": intent["amount"]}
            self._books.happened("payment_intent.amount_capturable_updated", intent)

    def _succeed(self, intent: Tree, amount: int) -> None:
        intent |= {"status": "succeeded", "amount_received": amount, "amount_capturable": 0}
        self._books.happened("payment_intent.succeeded", intent)

    def _fail(self, intent: Tree, method: Tree, code: str, decline_code: str | None, message: str) -> None:
        intent["latest_charge"] = self._charges.fail(intent, method, code, message)["id"]
        error = {"type": "card_error", "code": code, "decline_code": decline_code, "message": message}
        intent["last_payment_error"] = {
            **{name: value for name, value in error.items() if value is not None},
            "payment_method": copy.deepcopy(method),
        }
        intent |= {"status": "requires_payment_method", "payment_method": None}
        self._books.happened("payment_intent.payment_failed", intent)
