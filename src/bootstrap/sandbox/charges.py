"""What was taken, what went back, and what is disputed."""

from bootstrap.sandbox.books import Books
from bootstrap.sandbox.form import check_known, merged, required, whole
from bootstrap.sandbox.refusals import Refusal, Tree

_REFUND = ("payment_intent", "charge", "amount", "metadata", "reason")
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


class Charges:
    def __init__(self, books: Books) -> None:
        self._books = books

    def take(self, intent: Tree, method: Tree, *, capture: bool) -> Tree:
        """The charge of a payment that went through. Its metadata is the intent's, copied once."""
        charge = self._open(intent, method, status="succeeded", paid=True, captured=capture)
        charge["amount_captured"] = intent["amount"] if capture else 0
        self._books.happened("charge.succeeded", charge)
        return charge

    def fail(self, intent: Tree, method: Tree, code: str, message: str) -> Tree:
        charge = self._open(intent, method, status="failed", paid=False, captured=False)
        charge |= {"failure_code": code, "failure_message": message}
        self._books.happened("charge.failed", charge)
        return charge

    def capture(self, charge: Tree, amount: int) -> None:
        charge |= {"captured": True, "amount_captured": amount}
        self._books.happened("charge.captured", charge)

    def release(self, charge: Tree) -> None:
        """An authorisation that is not captured is shown as refunded."""
        charge |= {"refunded": True, "amount_refunded": charge["amount"]}
        self._books.happened("charge.refunded", charge)

    def refund(self, form: Tree) -> Tree:
        check_known(form, _REFUND)
        charge = self._charge_of(form)
        left = charge["amount_captured"] - charge["amount_refunded"]
        if left == 0:
            raise Refusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
        if charge["disputed"]:
            raise Refusal(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
        given = whole(form, "amount")
        amount = left if given is None else given
        if amount > left:
            raise Refusal(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})", param="amount"
            )
        reason = form.get("reason")
        if reason is not None and reason not in _REASONS:
            raise Refusal(f"Invalid reason: must be one of {', '.join(_REASONS)}", param="reason")
        refund = self._books.open(
            "refund",
            amount=amount,
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=charge["payment_intent"],
            status="succeeded",
            reason=reason,
            failure_reason=None,
            metadata=merged({}, form),
        )
        self._count(charge, amount)
        self._books.happened("refund.created", refund)
        self._books.happened("charge.refunded", charge)
        return refund

    def update_refund(self, id: str, form: Tree) -> Tree:
        check_known(form, ("metadata",))
        refund = self._books.get("refund", id)
        refund["metadata"] = merged(refund["metadata"], form)
        return refund

    def fail_refund(self, id: str) -> Tree:
        """The buyer's bank sends the money back: the refund did not happen after all."""
        refund = self._books.get("refund", id)
        if refund["status"] != "succeeded":
            raise Refusal("This refund cannot fail any more.")
        refund |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}
        self._count(self._books.get("charge", refund["charge"]), -refund["amount"])
        for event in ("refund.updated", "refund.failed", "charge.refund.updated"):
            self._books.happened(event, refund)
        return refund

    def dispute(self, form: Tree) -> Tree:
        """form: payment_intent or charge; amount (default: all), reason (default: fraudulent)."""
        charge = self._charge_of(form)
        if charge["disputed"]:
            raise Refusal("This charge is disputed already.")
        charge["disputed"] = True
        dispute = self._books.open(
            "dispute",
            amount=whole(form, "amount") or charge["amount_captured"],
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=charge["payment_intent"],
            reason=form.get("reason", "fraudulent"),
            status="needs_response",
            metadata={},
        )
        self._books.happened("charge.dispute.created", dispute)
        self._books.happened("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def close_dispute(self, id: str, status: str) -> Tree:
        """status: won or lost."""
        dispute = self._books.get("dispute", id)
        if status not in ("won", "lost") or dispute["status"] in ("won", "lost"):
            raise Refusal("An open dispute is closed as won or lost.", param="status")
        dispute["status"] = status
        if status == "won":
            self._books.get("charge", dispute["charge"])["disputed"] = False
            self._books.happened("charge.dispute.funds_reinstated", dispute)
        self._books.happened("charge.dispute.closed", dispute)
        return dispute

    def _open(self, intent: Tree, method: Tree, *, status: str, paid: bool, captured: bool) -> Tree:
        return self._books.open(
            "charge",
            amount=intent["amount"],
            amount_captured=0,
            amount_refunded=0,
            currency=intent["currency"],
            customer=intent["customer"],
            payment_intent=intent["id"],
            payment_method=method["id"],
            payment_method_details={"type": "card", "card": method["card"]},
            receipt_email=intent["receipt_email"],
            metadata=dict(intent["metadata"]),
            status=status,
            paid=paid,
            captured=captured,
            refunded=False,
            disputed=False,
            failure_code=None,
            failure_message=None,
        )

    def _charge_of(self, form: Tree) -> Tree:
        if "charge" in form:
            return self._books.get("charge", form["charge"], "charge")
        intent = self._books.get("payment_intent", required(form, "payment_intent"), "payment_intent")
        if intent["status"] != "succeeded":
            raise Refusal(
                f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
                code="payment_intent_unexpected_state",
            )
        return self._books.get("charge", intent["latest_charge"])

    @staticmethod
    def _count(charge: Tree, amount: int) -> None:
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] >= charge["amount_captured"]
