"""Does everybody who paid have access, and nobody else?"""

from collections import Counter
from datetime import datetime, timedelta

from core.domain.dispute import DisputeState
from core.domain.download import DownloadState, Entitlement
from core.domain.order import Order, OrderLine, OrderStatus
from core.use_cases.check.violation import Violation, Violations, violation
from ports.books import CountedDownload, FileOnSale, OrderRecord

PATIENCE = timedelta(hours=1)
"""What the queue may still be doing is not judged before."""


def check_access(record: OrderRecord, now: datetime) -> Violations:
    """An entitlement for each paid and not refunded digital line and file on sale; none without."""
    order = record.order
    if order is None:
        return
    by_line: dict[str, list[Entitlement]] = {}
    for entitlement in record.entitlements:
        by_line.setdefault(entitlement.line_item_id, []).append(entitlement)
    yield from _unique(record.entitlements)
    for entitlement in record.entitlements:
        yield from _deserved(order, entitlement)
    if order.settled and order.dispute_state is None and _stands(order):
        for line in order.digital_lines:
            if _left(order, line):
                yield from _given(order, line, by_line.get(line.id, []), record.files, now)


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


def _deserved(order: Order, entitlement: Entitlement) -> Violations:
    line = next((line for line in order.items if line.id == entitlement.line_item_id), None)
    if line is None:
        if entitlement.state is DownloadState.GRANTED:
            yield _undeserved(entitlement, order, "its line is not of this order")
    elif entitlement.state is DownloadState.GRANTED:
        # An edit that staff confirmed unpaid leaves what was paid for before.
        if not order.settled and not order.captured_total:
            yield _undeserved(entitlement, order, "the order is not paid")
        elif not _stands(order) or not _left(order, line):
            yield _undeserved(entitlement, order, "the money went back")
        elif order.dispute_state is DisputeState.LOST:
            yield _undeserved(entitlement, order, "a dispute was lost")
        elif entitlement.quantity > _left(order, line) or (
            order.settled and entitlement.quantity != _left(order, line)
        ):
            yield violation(
                "entitlement_quantity",
                entitlement.id,
                f"Download {entitlement.id} is for {entitlement.quantity} units; {_left(order, line)} are paid for.",
            )


def _undeserved(entitlement: Entitlement, order: Order, why: str) -> Violation:
    return violation(
        "entitlement_paid", entitlement.id, f"Download {entitlement.id} of order {order.id} is open though {why}."
    )


def _given(
    order: Order, line: OrderLine, held: list[Entitlement], files: tuple[FileOnSale, ...], now: datetime
) -> Violations:
    """Files that were on offer when the order was placed."""
    chains = {entitlement.chain_id for entitlement in held}
    for file in files:
        meant = file.product_id == line.product_id and file.variant_id in (None, line.variant_id)
        if meant and file.created_at <= order.placed_at and file.since <= now - PATIENCE:
            if file.chain_id not in chains:
                yield violation(
                    "entitlement_given",
                    line.id,
                    f"Line {line.id} of order {order.id} is paid for, but gives no access to the file {file.id}.",
                )
            chains.add(file.chain_id)


def _stands(order: Order) -> bool:
    return not order.fully_refunded and order.status is not OrderStatus.CANCELED


def _left(order: Order, line: OrderLine) -> int:
    return max(0, line.quantity - order.refunded_quantity(line.id))
