"""The life of downloads, searched in memory."""

from hypothesis import Phase, settings

from tests.machines.downloads import DownloadMachine

TestDownloadLifeCycle = DownloadMachine.TestCase
TestDownloadLifeCycle.settings = settings(
    max_examples=100,
    stateful_step_count=12,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
