"""Who may use a download, and which file it stands for: what opening, redeeming and mailing share."""

from core.domain.actor import Actor
from core.domain.download import DownloadNotFound, Entitlement, FileUnavailable, NotOwner
from core.domain.errors import Unauthenticated
from core.domain.product_file import ProductFile, ProductFileNotFound
from core.use_cases.order.handing_over import hand_over, lock_carts
from ports.tokens import DerivedTokens
from ports.unit_of_work import UnitOfWork

PURPOSE = "download"


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


def check_owner(work: UnitOfWork, actor: Actor, entitlement: Entitlement) -> None:
    """Make sure that the caller is the buyer.

    An order of a guest is claimed on the way: who holds a mailed token and is signed in with the
    address the order was placed with has proved to be the buyer. Raises Unauthenticated, NotOwner.
    """
    if actor.customer_id is None:
        raise Unauthenticated("sign in as a customer to download")
    if entitlement.customer_id == actor.customer_id:
        return
    lock_carts(work, entitlement.order_id)
    order = work.orders.get(entitlement.order_id)
    customer = work.customers.get(actor.customer_id)
    if work.customers.is_registered(order.customer_id) or not customer.has_account or customer.email != order.email:
        raise NotOwner("this download belongs to somebody else")
    hand_over(work, order, customer)


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
