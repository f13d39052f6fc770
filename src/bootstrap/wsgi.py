"""What a web server loads: ``bootstrap.wsgi:create``, once in each of its processes."""

import gc
import os
import sys
from multiprocessing.util import Finalize

from flask import Flask

from bootstrap.app import create_app
from bootstrap.container import build_container
from bootstrap.logs import configure_process_logs
from bootstrap.sentences import sentence_for
from bootstrap.settings import Settings
from bootstrap.working import beside_server, note_providers

GARBAGE_LOOKED_FOR = 20_000  # new objects


def create() -> Flask:
    """The app with its own container, and a job worker beside it that ends with the process."""
    try:
        return _create()
    except Exception as error:
        sentence = sentence_for(error)
        if sentence is None:
            raise
        print(f"perseus: {sentence}", file=sys.stderr)  # noqa: T201 - nobody else hears it
        sys.exit(1)


def _create() -> Flask:
    settings = Settings.load(os.environ)
    configure_process_logs(settings.log_level)
    container = build_container(settings)
    app = create_app(container)
    note_providers(container)
    worker = beside_server(container)
    worker.start()
    # Server processes end without running atexit; this is what they do run. The job under way is
    # finished, the others go back to the queue at once instead of when their lease is over.
    Finalize(None, worker.stop, exitpriority=10)
    # What lives now lives for ever; the collector need not look at it again.
    gc.collect()
    gc.freeze()
    # A page of products is thousands of objects without a cycle among them; looking for one seven hundred
    # at a time takes a tenth of the work.
    gc.set_threshold(GARBAGE_LOOKED_FOR)
    return app
