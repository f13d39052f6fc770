"""What happened to downloads: evidence in disputes, and a way to notice misuse.

Kept without anything that identifies a device: the network as a keyed hash, of the browser its family
(which is all that actors carry).
"""

import hashlib
from dataclasses import replace

from core.domain.actor import Actor
from core.domain.download import DownloadLogEntry, Entitlement, LogAction
from ports.clock import Clock, Ids
from ports.tokens import DerivedTokens
from ports.unit_of_work import Begin

OK = "ok"


class AccessLog:
    def __init__(self, begin: Begin, derived: DerivedTokens, clock: Clock, ids: Ids) -> None:
        self._begin = begin
        self._derived = derived
        self._clock = clock
        self._ids = ids

    def entry(
        self, actor: Actor, entitlement: Entitlement, action: LogAction, outcome: str, session_id: str | None
    ) -> DownloadLogEntry:
        return DownloadLogEntry(
            id=self._ids.new("dlog"),
            download_id=entitlement.id,
            order_id=entitlement.order_id,
            action=action,
            outcome=outcome,
            at=self._clock.now(),
            customer_id=actor.customer_id,
            session_id=session_id,
            network=self._hashed(actor.network),
            agent=actor.agent,
        )

    def refusal(self, actor: Actor, download_id: str, code: str, session_id: str | None = None) -> None:
        """Note a refusal in a commit of its own, since that of the refused act was undone."""
        # Without the idempotency claim: nothing was executed.
        with self._begin(replace(actor, idempotency_claim=None), "download.refuse") as work:
            entitlement = work.downloads.get(download_id)
            work.downloads.log(self.entry(actor, entitlement, LogAction.REFUSE, code, session_id))
            work.commit()

    def _hashed(self, network: str | None) -> str | None:
        if network is None:
            return None
        # There are few enough networks to try them all, so the hash needs the shop's key in it.
        plain = hashlib.sha256(network.encode()).hexdigest()
        keyed = self._derived.derive("network", plain, 0)
        return hashlib.sha256(keyed.encode()).hexdigest()[:32]
