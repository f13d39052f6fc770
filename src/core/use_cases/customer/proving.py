"""Issuing and finding proofs of mailboxes: what password reset and claiming orders share."""

from datetime import datetime

from core.domain.mailbox_proof import LIVES, MailboxProof, ProofId, ProofNotFound, ProofRefused, Purpose
from ports.tokens import DerivedTokens
from ports.unit_of_work import UnitOfWork

REVISION = 1
"""A proof is never issued anew under the same id."""


def issue_proof(
    work: UnitOfWork,
    id: str,
    purpose: Purpose,
    customer_id: str,
    email: str,
    now: datetime,
    order_ids: tuple[str, ...] = (),
) -> MailboxProof:
    """Add the newest proof of this kind; it ends those before it."""
    work.proofs.void(customer_id, now, purpose=purpose, email=email)
    proof = MailboxProof(
        id=ProofId(id),
        purpose=purpose,
        customer_id=customer_id,
        email=email,
        expires_at=now + LIVES[purpose],
        order_ids=order_ids,
    )
    work.proofs.add(proof)
    return proof


def token_of(derived: DerivedTokens, proof: MailboxProof) -> str:
    return derived.derive(proof.purpose, proof.id, REVISION)


def find_proof(work: UnitOfWork, derived: DerivedTokens, purpose: Purpose, token: str, now: datetime) -> MailboxProof:
    """The usable proof this token stands for. Raises ProofRefused."""
    reference = derived.read(purpose, token)
    if reference is None or reference.revision != REVISION:
        raise refused(purpose)
    try:
        proof = work.proofs.get(reference.subject_id)
    except ProofNotFound:
        raise refused(purpose) from None
    if proof.purpose is not purpose or not proof.usable(now):
        raise refused(purpose)
    return proof


def refused(purpose: Purpose) -> ProofRefused:
    kind = "password reset token" if purpose is Purpose.PASSWORD_RESET else "token"
    return ProofRefused(f"Invalid or expired {kind}")
