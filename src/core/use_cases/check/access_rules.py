"""Does everybody who paid have access, and nobody else?"""

from collections import Counter
from datetime import datetime, timedelta

from core.domain.dispute import DisputeState
from core.domain.download import DownloadState, Entitlement
from core.domain.order import Order, OrderLine
from core.domain.purchase import Purchase
from core.use_cases.check.violation import Violation, Violations, violation
from ports.books import CountedDownload, FileOnSale, OrderRecord

PATIENCE = timedelta(hours=1)
"""What the queue may still be doing is not judged before."""


def check_access(record: OrderRecord, now: datetime) -> Violations:
    """An entitlement for each paid digital line, neither refunded nor exchanged, and file on sale; none
    without. Lines count that swaps of the order send."""
    if record.order is None:
        return
    bought = Purchase(record.order, record.swaps)
    by_line: dict[str, list[Entitlement]] = {}
    for entitlement in record.entitlements:
        by_line.setdefault(entitlement.line_item_id, []).append(entitlement)
    yield from _unique(record.entitlements)
    for entitlement in record.entitlements:
        yield from _deserved(bought, entitlement)
    if bought.order.dispute_state is None:
        for line, since in bought.paid_downloads():
            if bought.left(line):
                yield from _given(bought.order, line, since, by_line.get(line.id, []), record.files, now)


def check_downloads(record: CountedDownload) -> Violations:
    """Each counted download is a session of its own, and no more were counted than the limit allows. A
    refund or the staff may have lowered the limit below what had been used by then."""
    if record.count != record.redeemed:
        yield violation(
            "downloads_counted",
            record.id,
            f"Download {record.id} counts {record.count}, but {record.redeemed} of its sessions were redeemed.",
        )
    if record.limit is None or record.changed or record.granted is None:
        return
    most = max(record.limit, record.granted)
    if record.count > most:
        yield violation(
            "downloads_within_limit", record.id, f"Download {record.id} was used {record.count} of {most} times."
        )


def _unique(entitlements: tuple[Entitlement, ...]) -> Violations:
    for (line_id, file_id), count in Counter((it.line_item_id, it.file_id) for it in entitlements).items():
        if count > 1:
            yield violation(
                "entitlement_unique", line_id, f"Line {line_id} has {count} entitlements to the file {file_id}."
            )


def _deserved(bought: Purchase, entitlement: Entitlement) -> Violations:
    order, line = bought.order, bought.find_line(entitlement.line_item_id)
    if entitlement.state is not DownloadState.GRANTED:
        return
    if line is None:
        yield _undeserved(entitlement, order, "its line is not of this order")
        return
    paid, left = bought.paid(line), bought.left(line)
    # An edit that staff confirmed unpaid leaves what was paid for before.
    if not paid and (line not in order.items or not order.captured_total):
        yield _undeserved(entitlement, order, "it is not paid")
    elif not bought.stands or not left:
        yield _undeserved(entitlement, order, "the money went back")
    elif order.dispute_state is DisputeState.LOST:
        yield _undeserved(entitlement, order, "a dispute was lost")
    elif entitlement.quantity > left or (paid and entitlement.quantity != left):
        yield violation(
            "entitlement_quantity",
            entitlement.id,
            f"Download {entitlement.id} is for {entitlement.quantity} units; {left} are paid for.",
        )


def _undeserved(entitlement: Entitlement, order: Order, why: str) -> Violation:
    return violation(
        "entitlement_paid", entitlement.id, f"Download {entitlement.id} of order {order.id} is open though {why}."
    )


def _given(
    order: Order,
    line: OrderLine,
    since: datetime,
    held: list[Entitlement],
    files: tuple[FileOnSale, ...],
    now: datetime,
) -> Violations:
    """Files that were on offer when the line was bought."""
    chains = {entitlement.chain_id for entitlement in held}
    for file in files:
        meant = file.product_id == line.product_id and file.variant_id in (None, line.variant_id)
        if meant and file.created_at <= since and file.since <= now - PATIENCE:
            if file.chain_id not in chains:
                yield violation(
                    "entitlement_given",
                    line.id,
                    f"Line {line.id} of order {order.id} is paid for, but gives no access to the file {file.id}.",
                )
            chains.add(file.chain_id)
