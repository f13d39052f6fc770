"""The life of invitations, searched in memory."""

from hypothesis import settings

from tests.machines.invitations import InvitationMachine

TestInviteLifeCycle = InvitationMachine.TestCase
TestInviteLifeCycle.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
