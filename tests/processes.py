"""Processes for races and for being killed: each starts as a copy of one that has imported the shop.

Importing it takes most of two seconds, and a race has two processes. The one that is copied is started
by the first who wants one, has no threads, has opened nothing, and ends with the tests.
"""

import os
import sys
from functools import cache
from multiprocessing import forkserver, get_context
from multiprocessing.context import ForkServerContext


@cache
def processes() -> ForkServerContext:
    context = get_context("forkserver")
    context.set_forkserver_preload(["bootstrap.app", "tests.integration.shops"])
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # it must find what these tests are about
    try:
        forkserver.ensure_running()
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before
    return context
