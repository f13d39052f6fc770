"""Who may use a download, and which file it stands for: what opening, redeeming and mailing share."""

from collections.abc import Callable
from typing import TypeVar

from core.domain.actor import Actor
from core.domain.download import DownloadNotFound, Entitlement, FileUnavailable, NotOwner
from core.domain.errors import Unauthenticated
from core.domain.order import Order
from core.domain.product_file import ProductFile, ProductFileNotFound
from core.use_cases.order.handing_over import hand_over, lock_carts
from ports.tokens import DerivedTokens
from ports.unit_of_work import UnitOfWork

PURPOSE = "download"
R = TypeVar("R")


def read_token(derived: DerivedTokens, token: str) -> tuple[str, int]:
    """Id and revision of the download a token stands for. Raises DownloadNotFound."""
    reference = derived.read(PURPOSE, token)
    if reference is None:
        raise DownloadNotFound("this download does not exist")
    return reference.subject_id, reference.revision


def find(work: UnitOfWork, id: str, revision: int) -> Entitlement:
    """Raises DownloadNotFound, also for tokens of an older revision."""
    entitlement = work.downloads.get(id)
    if entitlement.revision != revision:
        raise DownloadNotFound("this download does not exist")
    return entitlement


def claiming_at_need(use: Callable[[bool], R]) -> R:
    """Use a download in a unit of work of its own: as its owner, or else with the order locked before it, so that
    it can be claimed. use: given whether to lock the order."""
    try:
        return use(False)
    except _OrderFirst:
        return use(True)


def find_own(work: UnitOfWork, actor: Actor, id: str, revision: int, *, claiming: bool) -> Entitlement:
    """The caller's download. claiming: see ``claiming_at_need``.

    An order of a guest is claimed on the way: who holds a mailed token and is signed in with the
    address the order was placed with has proved to be the buyer. Raises DownloadNotFound, Unauthenticated, NotOwner.
    """
    order = _locked_order(work, id) if claiming else None
    entitlement = find(work, id, revision)
    if actor.customer_id is None:
        raise Unauthenticated("sign in as a customer to download")
    if entitlement.customer_id == actor.customer_id:
        return entitlement
    if order is None:
        raise _OrderFirst
    customer = work.customers.get(actor.customer_id)
    if work.customers.is_registered(order.customer_id) or not customer.has_account or customer.email != order.email:
        raise NotOwner("this download belongs to somebody else")
    hand_over(work, order, customer)
    return entitlement


def _locked_order(work: UnitOfWork, download_id: str) -> Order | None:
    """Before its download, as everywhere; None where there is no such download."""
    order_id = work.downloads.order_of(download_id)
    if order_id is None:
        return None
    lock_carts(work, order_id)
    return work.orders.get(order_id)


class _OrderFirst(Exception):
    """Whether the caller may have it takes a look at the order, which is locked before its downloads."""


def newest_deliverable(work: UnitOfWork, entitlement: Entitlement) -> ProductFile:
    """The newest version the buyer is entitled to and the shop still holds. Raises FileUnavailable."""
    newest = work.files.newest_ready(entitlement.chain_id) if entitlement.follows_chain else None
    if newest is not None and newest.id == entitlement.file_id:
        return newest
    versions = [newest] if newest is not None else []
    try:
        bought = work.files.get(entitlement.file_id)
    except ProductFileNotFound:
        bought = None
    if bought is not None and bought.deliverable:
        versions.append(bought)
    if not versions:
        raise FileUnavailable("this file is not available any more")
    return max(versions, key=lambda version: version.file_version)
