"""What holds for every test: how long searches are, and no network beyond this machine."""

import gc
import os
import sys

from hypothesis import HealthCheck, settings

LOOPBACK = ("127.0.0.1", "::1", "localhost")

# No deadline: two cores and a neighbour's build would make it a lottery.
settings.register_profile("default", deadline=None, print_blob=True)
settings.register_profile(
    "deep",
    deadline=None,
    print_blob=True,
    max_examples=2_000,
    stateful_step_count=100,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def _refuse_strangers(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and address[0] not in LOOPBACK:
        raise RuntimeError(f"a test tried to reach {address[0]}; tests talk to 127.0.0.1 only")


sys.addaudithook(_refuse_strangers)


def pytest_collection_finish() -> None:
    """All modules are there by now, and stay: from here on the collector of cycles need not go through
    them again and again, which took a quarter of the time."""
    gc.collect()
    gc.freeze()
