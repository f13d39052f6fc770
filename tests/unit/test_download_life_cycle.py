"""The life of downloads, searched in memory."""

from hypothesis import settings

from tests.machines.downloads import DownloadMachine

TestDownloadLifeCycle = DownloadMachine.TestCase
TestDownloadLifeCycle.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
