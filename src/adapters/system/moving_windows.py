"""Where the moving windows of the rate limits lie within one process.

The library's own memory storage keeps an entry for every key it ever saw and walks through all of
them on a timer; under an attack from many addresses that costs more than the attack. This one
forgets a window when it has emptied and does its sweeping a little at a time.
"""

from collections import deque
from threading import Lock
from typing import TypedDict

from limits.storage.base import MovingWindowSupport, Storage

from ports.clock import Clock

SWEEP_EVERY = 64  # calls
SWEEP_AT_ONCE = 256  # windows


class _Window(TypedDict):
    expiry: int
    times: deque[float]


class MovingWindows(Storage, MovingWindowSupport):
    """Seconds throughout; times are Unix time by the shop's clock. Safe between threads."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._windows: dict[str, _Window] = {}
        self._lock = Lock()
        self._calls = 0

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        with self._lock:
            times = self._of(key, expiry)
            if len(times) + amount > limit:
                return False
            times.extend([self._now()] * amount)
            self._windows[key] = _Window(expiry=expiry, times=times)
            self._sweep()
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        with self._lock:
            times = self._of(key, expiry)
            return (times[0], len(times)) if times else (self._now(), 0)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        with self._lock:
            times = self._of(key, expiry)
            times.extend([self._now()] * amount)
            self._windows[key] = _Window(expiry=expiry, times=times)
            return len(times)

    def get(self, key: str) -> int:
        with self._lock:
            window = self._windows.get(key)
            return len(self._of(key, window["expiry"])) if window else 0

    def get_expiry(self, key: str) -> float:
        with self._lock:
            window = self._windows.get(key)
            return window["times"][-1] + window["expiry"] if window and window["times"] else self._now()

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            forgotten = len(self._windows)
            self._windows.clear()
            return forgotten

    def clear(self, key: str) -> None:
        with self._lock:
            self._windows.pop(key, None)

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def __len__(self) -> int:
        return len(self._windows)

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _of(self, key: str, expiry: int) -> deque[float]:
        """The times within the window, oldest first; older ones are dropped."""
        window = self._windows.get(key)
        times = window["times"] if window else deque[float]()
        horizon = self._now() - expiry
        while times and times[0] <= horizon:
            times.popleft()
        return times

    def _sweep(self) -> None:
        """Drop emptied windows among those that were made first."""
        self._calls += 1
        if self._calls % SWEEP_EVERY:
            return
        for key in [key for key, _ in zip(self._windows, range(SWEEP_AT_ONCE), strict=False)]:
            window = self._windows.pop(key)
            if self._of_window(window):
                self._windows[key] = window  # at the end of the queue again

    def _of_window(self, window: _Window) -> bool:
        return bool(window["times"]) and window["times"][-1] > self._now() - window["expiry"]
