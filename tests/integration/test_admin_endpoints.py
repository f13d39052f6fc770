"""Every route that Medusa v1 documents for the resources of this shop is here, or is named here as missing."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.http.resources import resources

TABLE = Path(__file__).with_name("v1_admin_routes.txt")
# Several places for stock: Medusa has these routes only with its inventory and stock location modules.
MISSING = {
    "GET /admin/orders/:/reservations",
    "POST /admin/orders/:/line-items/:/reserve",
    "POST /admin/sales-channels/:/stock-locations",
    "DELETE /admin/sales-channels/:/stock-locations",
}


def _bare(route: str) -> str:
    """Without the names of its parameters."""
    return re.sub(r":\w+|<[^>]+>", ":", " ".join(route.split()))


def test_every_documented_route_is_served_or_known_to_be_missing() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    documented = {_bare(line) for line in lines if not line.startswith("#")}
    served = {_bare(f"{route.method} {route.rule}") for resource in resources() for route in resource.routes}

    assert len(documented) > 200
    assert documented - served == MISSING
