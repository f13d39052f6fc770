"""What a paid order gives access to, and what a refund takes away again.

Called inside the transaction that settles an order or a swap, that stores a refund, or that follows a
file becoming ready; so money and access never part. Rules: docs/downloads.md.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from core.domain.dispute import DisputeState
from core.domain.download import DownloadId, DownloadState, Entitlement
from core.domain.events import DownloadsGranted
from core.domain.fulfilling import hand_over_downloads
from core.domain.order import Order, OrderLine
from core.domain.product import DownloadPolicy, DownloadVersions
from core.domain.product_file import FileState, ProductFile
from core.domain.purchase import Purchase
from core.domain.swap_sending import hand_over_in_exchange
from core.use_cases.swap.lookup import purchase_of
from ports.clock import Ids
from ports.unit_of_work import UnitOfWork

UNDECIDED = (FileState.PENDING, FileState.CHECKING)
SECOND_LOOK = timedelta(minutes=1)


def grant_downloads(work: UnitOfWork, order: Order, policy: DownloadPolicy, now: datetime, ids: Ids) -> int:
    """Grant what the digital lines of a settled order and of its settled swaps lack; how many files that were.

    policy: the shop's, under each product's own. Repeatable: a line gets each chain of versions once.
    Tells DownloadsGranted when something was new. A line with a file counts as fulfilled.
    """
    if order.dispute_state is not None:
        return 0  # granted when the dispute is won
    bought = purchase_of(work, order)
    paid = {line.id: (line, since) for line, since in bought.paid_downloads() if bought.left(line)}
    if not paid:
        return 0
    held = work.downloads.of_order(order.id)
    _raise_quantities(bought, held, paid)
    lines = [line for line, _ in paid.values()]
    files = _files_of(work, lines)
    offers = work.offers.of([line.variant_id for line in lines if line.variant_id is not None])
    granted = 0
    served = {one.line_item_id for one in held}
    for line, since in paid.values():
        offer = offers.get(line.variant_id or "")
        own_policy = policy.overridden(offer.product_metadata) if offer is not None else policy
        chains = {entitlement.chain_id for entitlement in held if entitlement.line_item_id == line.id}
        for file in _due(files[line.id], chains, since):
            work.downloads.add(_entitlement(bought, line, file, own_policy, now, ids))
            granted += 1
            served.add(line.id)
        _look_again(work, order, files[line.id], now)
    if granted:
        order.events.append(DownloadsGranted(order_id=order.id, batch=ids.new("dlb")))
    hand_over_downloads(order, served, ids.new)
    for swap in bought.standing:
        hand_over_in_exchange(swap, served, ids.new)
    return granted


def cut_down(work: UnitOfWork, order: Order) -> None:
    """Follow an edit of an order: access to what it took off ends, in proportion like a refund's. What it
    put on is granted once it is paid for."""
    bought = purchase_of(work, order)
    for entitlement in work.downloads.of_order(order.id):
        left = _left(bought, entitlement)
        if left < entitlement.quantity:
            entitlement.refunded(left=left, everything=False)


def _raise_quantities(bought: Purchase, held: Collection[Entitlement], paid: Collection[str]) -> None:
    for entitlement in held:
        left = _left(bought, entitlement)
        if entitlement.line_item_id in paid and left > entitlement.quantity:
            entitlement.refunded(left=left, everything=False)


def revoke_refunded(work: UnitOfWork, order: Order) -> list[str]:
    """Follow the refunds of an order, failed ones too, what was given in exchange, and swaps that are
    called off: what is paid for again opens again. Answers the titles of the lines that lost access just
    now. A canceled order grants nothing."""
    bought = purchase_of(work, order)
    everything = not bought.stands
    lost: dict[str, str] = {}
    for entitlement in work.downloads.of_order(order.id):
        line = bought.find_line(entitlement.line_item_id)
        before = entitlement.state
        entitlement.refunded(left=_left(bought, entitlement), everything=everything)
        if line is not None and entitlement.state is DownloadState.REVOKED and before is not DownloadState.REVOKED:
            lost[line.id] = line.title
    return list(lost.values())


def follow_disputes(work: UnitOfWork, order: Order) -> None:
    """Suspend, revoke or restore what the order granted, as its disputes stand. Repeatable; call it when
    one of them has moved."""
    state = order.dispute_state
    for entitlement in work.downloads.of_order(order.id):
        if state is None:
            entitlement.vindicated()
        else:
            if state is DisputeState.OPEN:
                entitlement.vindicated()
            entitlement.disputed(lost=state is DisputeState.LOST)


def _left(bought: Purchase, entitlement: Entitlement) -> int:
    line = bought.find_line(entitlement.line_item_id)
    return bought.left(line) if line is not None else 0


def _files_of(work: UnitOfWork, lines: Collection[OrderLine]) -> dict[str, list[ProductFile]]:
    """By line: the files of its variant, and those of its product that belong to no variant."""
    # In ascending order, so that two orders of the same products never wait for each other crosswise.
    named = sorted({line.product_id for line in lines if line.product_id})
    products = {product_id: work.files.of_product(product_id) for product_id in named}
    files = {}
    for line in lines:
        of_product = products.get(line.product_id or "", [])
        files[line.id] = [file for file in of_product if file.variant_id in (None, line.variant_id)]
    return files


def _due(candidates: Collection[ProductFile], held: Collection[str], bought_at: datetime) -> list[ProductFile]:
    """The newest ready version of each chain the line lacks, in the order the chains were begun.

    A chain begun after the purchase is something else than what was bought; it counts only where the
    buyer would be left with nothing because what was on offer then has been withdrawn since.
    """
    begun: dict[str, datetime] = {}
    for file in candidates:
        begun[file.chain_id] = min(file.created_at, begun.get(file.chain_id, file.created_at))
    bought = [file for file in candidates if begun[file.chain_id] <= bought_at]
    empty_handed = not held and not any(file.on_sale or file.state in UNDECIDED for file in bought)
    newest: dict[str, ProductFile] = {}
    for file in candidates if empty_handed else bought:
        best = newest.get(file.chain_id)
        if file.on_sale and (best is None or file.file_version > best.file_version):
            newest[file.chain_id] = file
    lacking = [file for chain_id, file in newest.items() if chain_id not in held]
    return sorted(lacking, key=lambda file: (begun[file.chain_id], file.chain_id))


def _entitlement(
    bought: Purchase, line: OrderLine, file: ProductFile, policy: DownloadPolicy, now: datetime, ids: Ids
) -> Entitlement:
    left, order = bought.left(line), bought.order
    return Entitlement(
        id=DownloadId(ids.new("dl")),
        order_id=order.id,
        line_item_id=line.id,
        customer_id=order.customer_id,
        product_id=file.product_id,
        variant_id=line.variant_id,
        file_id=file.id,
        chain_id=file.chain_id,
        follows_chain=policy.versions is DownloadVersions.LATEST,
        quantity=left,
        per_unit=policy.limit,
        download_limit=policy.limit * left if policy.limit is not None else None,
        expires_at=now + timedelta(days=policy.days) if policy.days is not None else None,
        granted_at=now,
    )


def _look_again(work: UnitOfWork, order: Order, candidates: Collection[ProductFile], now: datetime) -> None:
    # A file may pass its check while this transaction runs: what follows from that would not see this
    # order as paid yet, and this transaction does not see the file as ready. One of them has to look again.
    for file in candidates:
        if file.state in UNDECIDED:
            work.schedule(
                "grant_waiting_downloads",
                {"file_id": file.id},
                dedupe_key=f"{order.id}:{file.id}:second_look",
                at=now + SECOND_LOOK,
            )
