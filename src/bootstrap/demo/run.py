"""``perseus demo``: a shop made for the occasion, real processes, the walk, and then the shop to play with."""

import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from bootstrap.demo.embedded import embedded_stage
from bootstrap.demo.stage import Stage
from bootstrap.demo.story import DemoFailed, Story
from bootstrap.peers.process import PeerFailed, PeerMissing
from bootstrap.sentences import CommandRefused, check_port

# Ctrl-C, a polite request to end, and, where there is such a thing, a terminal that was closed.
STOPPING = (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM))


def run_demo(*, once: bool, port: int, engines: str) -> None:
    """once: end after the walk. port: 0 is any free one. engines: embedded or
    production. Raises CommandRefused when anything is amiss."""
    for number in STOPPING:
        if number is signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:  # nohup means it
            signal.signal(number, _stop)
    story = Story()
    port = check_port("127.0.0.1", port)
    folder = Path(tempfile.mkdtemp(prefix="perseus-demo-"))
    try:
        with _stage(engines, story, folder, port) as stage:
            stage.walk()
            story.say()
            story.say("Sold, delivered, refunded: everything was as it should be.", "bold green")
            if not once:
                _keep(story, stage)
    except PeerMissing as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise CommandRefused(str(error)) from error
    except (DemoFailed, PeerFailed) as error:
        # The folder stays: whoever looks into it needs the logs and the mails.
        raise CommandRefused(f"{error}\nThe demo stopped here. The logs are {folder}/*.log") from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _stage(engines: str, story: Story, folder: Path, port: int) -> Iterator[Stage]:
    if engines == "embedded":
        with embedded_stage(story, folder, port) as stage:
            yield stage
        return
    # What it starts and talks to is an extra.
    from bootstrap.demo.production import production_stage

    with production_stage(story, folder, port) as stage:
        yield stage


def _keep(story: Story, stage: Stage) -> None:
    story.say()
    for what, value in stage.shown.items():
        story.show(what, value, whole=True)
    story.say("The shop keeps serving. Ctrl-C stops it.")
    try:
        ended = stage.keep()
    except KeyboardInterrupt:
        story.say()
        return
    raise DemoFailed(ended)


def _stop(signal_number: int, frame: FrameType | None) -> None:
    """Stop everything in order, and let nobody disturb that."""
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
