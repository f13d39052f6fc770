"""``make bench``: CPU per request, requests per second, latencies, statements and memory of the real server.

    python -m benchmarks.run [--seconds 3] [--connections 4] [--port 9471] [--engines sqlite,postgres]

Each engine gets a shop of 1,000 products of three variants in two currencies and 100,000 orders. CPU is the
server's own, over all its processes (on PostgreSQL without the database's); requests per second are a lower
bound, because the driver shares the machine. The bare route is the limit everything else is compared with.
Statements are counted beforehand, in this process, on the same database.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable, Mapping

from benchmarks.server import Server, database, serving
from benchmarks.statements import counted
from benchmarks.story import LINES, Caller, Line, prepare

PRODUCTS, ORDERS = 1_000, 100_000


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make bench", description=__doc__)
    arguments.add_argument("--seconds", type=float, default=3.0, help="per line")
    arguments.add_argument("--connections", type=int, default=4)
    arguments.add_argument("--port", type=int, default=9471)
    arguments.add_argument("--engines", default="sqlite,postgres")
    asked = arguments.parse_args()
    for engine in asked.engines.split(","):
        with database(engine) as environment:
            _bench(engine, environment, asked)


def _bench(engine: str, environment: Mapping[str, str], asked: argparse.Namespace) -> None:
    print(f"{engine}: making a shop of {PRODUCTS} products and {ORDERS} orders ...", flush=True)
    ids, statements = counted(environment, PRODUCTS, ORDERS)
    with serving(asked.port, environment) as server:
        ids = {**ids, **prepare(server.port)}
        print(f"{'':44}{'CPU ms':>8}{'budget':>8}{'x bare':>8}{'per s':>8}{'p50':>8}{'p95':>8}{'p99':>8}{'SQL':>6}")
        bare = None
        for line in LINES:
            cpu, rate, times = _measure(server, ids, line, asked.seconds, asked.connections)
            cost = 1000 * cpu / line.weight
            bare = bare or cost
            p50, p95, p99 = (1000 * times[int(len(times) * q)] / line.weight for q in (0.5, 0.95, 0.99))
            budget = line.budgets.get(engine)
            print(
                f"{line.name:44}{cost:8.2f}{'-' if budget is None else f'{budget:.2f}':>8}{cost / bare:8.1f}"
                f"{rate * line.weight:8.0f}{p50:8.1f}{p95:8.1f}{p99:8.1f}{statements[line.name]:6}",
                flush=True,
            )
        print(f"memory of the server: {server.rss():.0f} MiB")


def _measure(
    server: Server, ids: Mapping[str, str], line: Line, seconds: float, connections: int
) -> tuple[float, float, list[float]]:
    """CPU seconds per round, rounds per second, and how long each round took, sorted."""
    deed: Callable[[Caller, Mapping[str, str]], None] = line.deed
    times: list[list[float]] = [[] for _ in range(connections)]
    callers = [Caller(server.port, ids["admin"] if line.as_admin else None) for _ in range(connections)]
    for caller in callers:
        deed(caller, ids)
    end = time.monotonic() + seconds

    def work(caller: Caller, taken: list[float]) -> None:
        while (start := time.monotonic()) < end:
            deed(caller, ids)
            taken.append(time.monotonic() - start)

    threads = [threading.Thread(target=work, args=pair) for pair in zip(callers, times, strict=True)]
    before, began = server.cpu(), time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    used, passed = server.cpu() - before, time.monotonic() - began
    every = sorted(each for taken in times for each in taken)
    return used / len(every), len(every) / passed, every


if __name__ == "__main__":
    main()
