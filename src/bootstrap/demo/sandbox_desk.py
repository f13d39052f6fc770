"""Stripe's side of the sale: what the buyer's browser does there, and what the account's owner sees and does."""

from time import monotonic, sleep

from bootstrap.demo.caller import CHANGE_PATIENCE, GLANCE, Answer, Caller
from bootstrap.demo.story import Story, expect

CARD = "pm_card_visa"
WHOSE = "Stripe"


class SandboxDesk:
    """url: of ``perseus sandbox-stripe``."""

    def __init__(self, story: Story, url: str, *, key: str, publishable_key: str) -> None:
        self._story = story
        self._browser = Caller(story, url, whose=WHOSE)
        self._browser.token = publishable_key
        self._owner = Caller(story, url, whose=WHOSE)
        self._owner.token = key
        self._quiet = Caller(story, url, told=False)
        self._quiet.token = key

    def confirm(self, intent_id: str, client_secret: str) -> Answer:
        """As Stripe.js does it in a browser, with a card that works."""
        fields = {"client_secret": client_secret, "payment_method": CARD}
        return self._browser.post_form(f"/v1/payment_intents/{intent_id}/confirm", fields)

    def refund(self, intent_id: str, amount: int) -> None:
        """In the dashboard, behind the shop's back."""
        self._owner.post("/_sandbox/refunds", {"payment_intent": intent_id, "amount": amount})

    def charges(self, intent_id: str) -> list[Answer]:
        return list(self._quiet.get("/v1/charges", params={"payment_intent": intent_id})["data"])

    def hold_webhooks(self) -> None:
        """Until ``let_webhooks_go``."""
        self._quiet.post("/_sandbox/webhooks", {"held": True})

    def let_webhooks_go(self) -> int:
        """Post what was held back; how many webhooks that were."""
        before = len(self.webhooks())
        sent = int(self._quiet.post("/_sandbox/webhooks/flush", {"reverse": True})["sent"])
        self._quiet.post("/_sandbox/webhooks", {})
        self._expect_answers(before, sent, 200)
        return sent

    def webhooks(self) -> list[Answer]:
        """Every webhook that was posted, with what the shop answered."""
        return list(self._quiet.get("/_sandbox/deliveries")["data"])

    def say_again(self, events: list[str], *, expected: int, **manner: object) -> int:
        """Post these events once more; how many that were. manner: copies, tampered, old, secret."""
        before = len(self.webhooks())
        copies = int(str(manner.get("copies", 1)))
        for event in events:
            self._quiet.post(f"/_sandbox/events/{event}/resend", manner)
        self._expect_answers(before, len(events) * copies, expected)
        return len(events) * copies

    def _expect_answers(self, before: int, more: int, expected: int) -> None:
        deadline = monotonic() + CHANGE_PATIENCE
        while len(seen := self.webhooks()) < before + more:
            expect(monotonic() < deadline, f"Not all webhooks were posted within {CHANGE_PATIENCE} seconds.")
            sleep(GLANCE)
        answers = {delivery["status"] for delivery in seen[before:]}
        expect(answers == {expected}, f"The shop should answer these webhooks with {expected}, not {answers}.")
