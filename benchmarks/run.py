"""``make bench``: CPU per request, requests per second, latencies and memory of the real server.

    python -m benchmarks.run [--seconds 3] [--connections 4] [--port 9471]

CPU is the server's own, over all its processes; requests per second are a lower bound, because the
driver shares the machine. The bare route is the limit everything else is compared with.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Callable, Mapping

from benchmarks.server import Server, serving
from benchmarks.story import LINES, Caller, prepare


def main() -> None:
    arguments = argparse.ArgumentParser(prog="make bench", description=__doc__)
    arguments.add_argument("--seconds", type=float, default=3.0, help="per line")
    arguments.add_argument("--connections", type=int, default=4)
    arguments.add_argument("--port", type=int, default=9471)
    asked = arguments.parse_args()
    print("Making a shop and starting its server ...", flush=True)
    with serving(asked.port) as server:
        ids = prepare(server.port)
        print(f"{'':44}{'CPU ms':>8}{'x bare':>8}{'per s':>8}{'p50':>8}{'p95':>8}{'p99':>8}  (ms)")
        bare = None
        for name, deed, weight, as_admin in LINES:
            cpu, rate, times = _measure(server, ids, deed, asked.seconds, asked.connections, as_admin=as_admin)
            cost = 1000 * cpu / weight
            bare = bare or cost
            p50, p95, p99 = (1000 * times[int(len(times) * q)] / weight for q in (0.5, 0.95, 0.99))
            print(
                f"{name:44}{cost:8.2f}{cost / bare:8.1f}{rate * weight:8.0f}{p50:8.1f}{p95:8.1f}{p99:8.1f}",
                flush=True,
            )
        print(f"memory of the server: {server.rss():.0f} MiB")


def _measure(
    server: Server,
    ids: Mapping[str, str],
    deed: Callable[[Caller, Mapping[str, str]], None],
    seconds: float,
    connections: int,
    *,
    as_admin: bool,
) -> tuple[float, float, list[float]]:
    """CPU seconds per round, rounds per second, and how long each round took, sorted."""
    times: list[list[float]] = [[] for _ in range(connections)]
    callers = [Caller(server.port, ids["admin"] if as_admin else None) for _ in range(connections)]
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
