"""Invitations of customers."""

from datetime import timedelta

import pytest

from core.domain.actor import ANONYMOUS, ActorKind
from core.domain.customer import EmailTaken
from core.domain.customer_group import CustomerGroup
from core.domain.errors import Invalid
from core.domain.invite import (
    InviteAlreadyAccepted,
    InviteExpired,
    InviteNotFound,
    InvitePending,
    InviteRevoked,
    RevokedInviteNotResent,
)
from core.use_cases.invite.accept_invite import Acceptance, AcceptInvite
from core.use_cases.invite.create_invite import CreateInvite, NewInvite
from core.use_cases.invite.look_up_invite import LookUpInvite
from core.use_cases.invite.resend_invite import ResendInvite
from core.use_cases.invite.revoke_invite import RevokeInvite
from tests.people import ADMIN, PASSWORD, Shop

ACCEPTANCE = Acceptance(password=PASSWORD)


class Desk:
    def __init__(self) -> None:
        self.shop = shop = Shop()
        self.create = CreateInvite(shop.begin, shop.clock, shop.ids)
        self.look_up = LookUpInvite(shop.begin, shop.derived, shop.clock)
        self.accept = AcceptInvite(shop.begin, shop.derived, shop.passwords, shop.tokens, shop.clock, shop.ids)
        self.revoke = RevokeInvite(shop.begin, shop.clock)
        self.resend = ResendInvite(shop.begin, shop.clock)

    def invite(self, email: str = "ada@example.com") -> str:
        return self.create(ADMIN, NewInvite(email=email))

    def token(self, id: str) -> str:
        """What the mail would carry now."""
        return self.shop.derived.derive("invite", id, self.shop.memory.invites[id].revision)


def test_an_invitation_is_good_for_a_week_and_is_mailed() -> None:
    desk = Desk()

    id = desk.invite(" Ada@Example.com")

    invite = desk.shop.memory.invites[id]
    assert invite.email == "ada@example.com"
    assert invite.expires_at == desk.shop.clock.now() + timedelta(days=7)
    assert invite.invited_by == ADMIN.id
    assert desk.shop.job_kinds() == ["mail_invite"]


def test_making_one_leaves_one_audit_row() -> None:
    desk = Desk()
    desk.invite()

    assert [(row.action, row.actor_id) for row in desk.shop.memory.audit_log] == [("invite.create", ADMIN.id)]


@pytest.mark.parametrize("days", [1, 30])
def test_the_time_to_accept_can_be_chosen(days: int) -> None:
    desk = Desk()

    id = desk.create(ADMIN, NewInvite(email="ada@example.com", expires_in_days=days))

    assert desk.shop.memory.invites[id].expires_at == desk.shop.clock.now() + timedelta(days=days)


@pytest.mark.parametrize(
    "new",
    [
        NewInvite(email="nonsense"),
        NewInvite(email="ada@example.com", expires_in_days=0),
        NewInvite(email="ada@example.com", expires_in_days=31),
        NewInvite(email="ada@example.com", first_name=""),
        NewInvite(email="ada@example.com", last_name="x" * 51),
        NewInvite(email="ada@example.com", customer_group_ids=("cgrp_unknown",)),
    ],
)
def test_what_cannot_be_is_refused(new: NewInvite) -> None:
    with pytest.raises(Invalid):
        Desk().create(ADMIN, new)


def test_somebody_with_an_account_is_not_invited() -> None:
    desk = Desk()
    desk.shop.register()

    with pytest.raises(EmailTaken):
        desk.invite()


def test_an_address_has_one_invitation_at_a_time() -> None:
    desk = Desk()
    desk.invite()

    with pytest.raises(InvitePending):
        desk.invite()


def test_an_invitation_that_ran_out_makes_room_for_a_new_one() -> None:
    desk = Desk()
    old = desk.invite()
    old_token = desk.token(old)
    desk.shop.after(days=7)

    new = desk.invite()

    assert desk.look_up(ANONYMOUS, desk.token(new)).email == "ada@example.com"
    with pytest.raises(InviteExpired):
        desk.look_up(ANONYMOUS, old_token)
    with pytest.raises(InvitePending):
        desk.resend(ADMIN, old)


def test_looking_up_tells_whom_it_is_for() -> None:
    desk = Desk()
    id = desk.create(ADMIN, NewInvite(email="ada@example.com", first_name="Ada", last_name="L"))

    seen = desk.look_up(ANONYMOUS, desk.token(id))

    assert (seen.email, seen.first_name, seen.last_name) == ("ada@example.com", "Ada", "L")
    assert seen.expires_at == desk.shop.memory.invites[id].expires_at


@pytest.mark.parametrize("token", ["", "nonsense", "invite-invite_unknown-1", "x" * 5_000])
def test_what_is_no_token_is_not_found(token: str) -> None:
    with pytest.raises(InviteNotFound):
        Desk().look_up(ANONYMOUS, token)


def test_a_download_token_opens_no_invitation() -> None:
    desk = Desk()
    token = desk.shop.derived.derive("download", desk.invite(), 1)

    with pytest.raises(InviteNotFound):
        desk.look_up(ANONYMOUS, token)


def test_accepting_makes_the_account_and_logs_it_in() -> None:
    desk = Desk()
    desk.shop.memory.customer_groups["cgrp_1"] = CustomerGroup(id="cgrp_1", name="VIP", version=1)
    new = NewInvite(
        email="ada@example.com", first_name="Ada", last_name="Lovelace", customer_group_ids=("cgrp_1", "cgrp_1")
    )
    id = desk.create(ADMIN, new)

    accepted = desk.accept(ANONYMOUS, desk.token(id), Acceptance(password=PASSWORD, last_name="King", phone="1"))

    customer = desk.shop.memory.customers[accepted.customer_id]
    assert (customer.email, customer.has_account, customer.group_ids) == ("ada@example.com", True, ("cgrp_1",))
    assert (customer.first_name, customer.last_name, customer.phone) == ("Ada", "King", "1")
    assert accepted.token is not None
    claims = desk.shop.tokens.read(accepted.token)
    assert (claims.actor_kind, claims.actor_id) == (ActorKind.CUSTOMER, customer.id)
    assert desk.shop.memory.invites[id].customer_id == customer.id


def test_a_group_that_is_gone_by_then_does_not_stand_in_the_way() -> None:
    desk = Desk()
    desk.shop.memory.customer_groups["cgrp_1"] = CustomerGroup(id="cgrp_1", name="VIP", version=1)
    id = desk.create(ADMIN, NewInvite(email="ada@example.com", customer_group_ids=("cgrp_1",)))
    desk.shop.memory.customer_groups.clear()

    accepted = desk.accept(ANONYMOUS, desk.token(id), ACCEPTANCE)

    assert desk.shop.memory.customers[accepted.customer_id].group_ids == ()


def test_an_invitation_is_accepted_once() -> None:
    desk = Desk()
    token = desk.token(desk.invite())
    desk.accept(ANONYMOUS, token, ACCEPTANCE)

    with pytest.raises(InviteAlreadyAccepted):
        desk.accept(ANONYMOUS, token, ACCEPTANCE)
    with pytest.raises(InviteAlreadyAccepted):
        desk.look_up(ANONYMOUS, token)
    assert len(desk.shop.memory.customers) == 1


def test_an_account_made_meanwhile_is_not_made_again() -> None:
    desk = Desk()
    token = desk.token(desk.invite())
    desk.shop.register()

    with pytest.raises(EmailTaken):
        desk.accept(ANONYMOUS, token, ACCEPTANCE)


def test_a_guest_with_the_address_can_be_invited_and_accept() -> None:
    desk = Desk()
    guest_id = desk.shop.add_guest()

    accepted = desk.accept(ANONYMOUS, desk.token(desk.invite()), ACCEPTANCE)

    assert accepted.customer_id != guest_id


@pytest.mark.parametrize(
    "acceptance",
    [
        Acceptance(password="short"),
        Acceptance(password="x" * 101),
        Acceptance(password=PASSWORD, first_name="x" * 51),
    ],
)
def test_what_cannot_be_an_account_is_refused_and_can_be_corrected(acceptance: Acceptance) -> None:
    desk = Desk()
    token = desk.token(desk.invite())
    with pytest.raises(Invalid):
        desk.accept(ANONYMOUS, token, acceptance)

    assert desk.accept(ANONYMOUS, token, ACCEPTANCE).token


def test_an_invitation_runs_out() -> None:
    desk = Desk()
    token = desk.token(desk.invite())
    desk.shop.after(days=7)

    with pytest.raises(InviteExpired):
        desk.accept(ANONYMOUS, token, ACCEPTANCE)


def test_a_withdrawn_invitation_makes_no_account() -> None:
    desk = Desk()
    id = desk.invite()
    desk.revoke(ADMIN, id)
    desk.revoke(ADMIN, id)

    with pytest.raises(InviteRevoked):
        desk.accept(ANONYMOUS, desk.token(id), ACCEPTANCE)
    with pytest.raises(RevokedInviteNotResent):
        desk.resend(ADMIN, id)
    assert desk.invite() != id


def test_what_was_accepted_can_neither_be_withdrawn_nor_sent_again() -> None:
    desk = Desk()
    id = desk.invite()
    desk.accept(ANONYMOUS, desk.token(id), ACCEPTANCE)

    with pytest.raises(InviteAlreadyAccepted):
        desk.revoke(ADMIN, id)
    with pytest.raises(InviteAlreadyAccepted):
        desk.resend(ADMIN, id)


def test_sending_again_kills_the_old_link_and_starts_the_week_anew() -> None:
    desk = Desk()
    id = desk.invite()
    old = desk.token(id)
    desk.shop.after(days=8)

    desk.resend(ADMIN, id)

    with pytest.raises(InviteNotFound):
        desk.accept(ANONYMOUS, old, ACCEPTANCE)
    assert desk.shop.memory.invites[id].expires_at == desk.shop.clock.now() + timedelta(days=7)
    assert desk.shop.job_kinds() == ["mail_invite", "mail_invite"]
    assert desk.accept(ANONYMOUS, desk.token(id), ACCEPTANCE).token


def test_nothing_is_sent_again_to_somebody_who_has_an_account_by_now() -> None:
    desk = Desk()
    id = desk.invite()
    desk.shop.register()

    with pytest.raises(EmailTaken):
        desk.resend(ADMIN, id)


def test_an_unknown_invitation_is_not_found() -> None:
    desk = Desk()

    for act in (desk.revoke, desk.resend):
        with pytest.raises(InviteNotFound):
            act(ADMIN, "invite_unknown")


def test_no_token_is_kept_anywhere() -> None:
    desk = Desk()
    id = desk.invite()

    assert desk.token(id) not in repr(desk.shop.memory)
