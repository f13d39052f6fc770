"""The life of invitations, searched in memory."""

from hypothesis import Phase, settings

from tests.machines.invitations import InvitationMachine

TestInviteLifeCycle = InvitationMachine.TestCase
TestInviteLifeCycle.settings = settings(
    max_examples=100,
    stateful_step_count=20,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)
