"""Logging in, customers, staff, keys and invitations."""

from dependency_injector.providers import Factory

from bootstrap.containers.foundation import Foundation
from core.use_cases.api_key.create_api_key import CreateApiKey
from core.use_cases.api_key.edit_api_keys import DeleteApiKey, RevokeApiKey, UpdateApiKey
from core.use_cases.api_key.identify_key import IdentifyKey
from core.use_cases.auth.authenticate import Authenticate
from core.use_cases.auth.identify_actor import IdentifyActor
from core.use_cases.auth.identify_outsider import IdentifyOutsider
from core.use_cases.auth.log_out import LogOut
from core.use_cases.auth.refresh_token import RefreshToken
from core.use_cases.auth.start_cookie_session import StartCookieSession
from core.use_cases.customer.add_address import AddAddress
from core.use_cases.customer.change_address import ChangeAddress
from core.use_cases.customer.confirm_order_claim import ConfirmOrderClaim
from core.use_cases.customer.edit_customer import EditCustomer
from core.use_cases.customer.issue_password_token import IssuePasswordToken
from core.use_cases.customer.list_saved_methods import ListSavedMethods
from core.use_cases.customer.register_customer import RegisterCustomer
from core.use_cases.customer.remove_address import RemoveAddress
from core.use_cases.customer.request_order_claim import RequestOrderClaim
from core.use_cases.customer.request_password_reset import RequestPasswordReset
from core.use_cases.customer.reset_password import ResetPassword
from core.use_cases.customer.update_customer import UpdateCustomer
from core.use_cases.customer.use_address_by_default import UseAddressByDefault
from core.use_cases.invite.accept_invite import AcceptInvite
from core.use_cases.invite.create_invite import CreateInvite
from core.use_cases.invite.invite_user import InviteUser, JoinStaff
from core.use_cases.invite.look_up_invite import LookUpInvite
from core.use_cases.invite.resend_invite import ResendInvite
from core.use_cases.invite.revoke_invite import RevokeInvite
from core.use_cases.user.create_user import CreateUser
from core.use_cases.user.edit_users import DeleteUser, UpdateUser
from core.use_cases.user.mail_user_password_changed import MailUserPasswordChanged
from core.use_cases.user.reset_user_password import (
    IssueUserPasswordToken,
    RequestUserPasswordReset,
    ResetUserPassword,
)

begin, look, clock, ids = Foundation.begin, Foundation.look, Foundation.clock, Foundation.ids


class People(Foundation):
    """Use cases of everybody who logs in, or is asked to."""

    # Logging in.
    authenticate = Factory(
        Authenticate,
        begin,
        Foundation.passwords,
        Foundation.access_tokens,
        clock,
        ids,
        Foundation.settings.provided.rate_limits,
    )
    identify_actor = Factory(IdentifyActor, Foundation.identities, clock)
    refresh_token = Factory(RefreshToken, begin, Foundation.access_tokens, clock)
    start_cookie_session = Factory(StartCookieSession, begin, clock, ids)
    log_out = Factory(LogOut, begin, clock)
    register_customer = Factory(RegisterCustomer, begin, Foundation.passwords, ids)
    update_customer = Factory(UpdateCustomer, begin, Foundation.passwords, clock, ids)
    add_address = Factory(AddAddress, begin, ids)
    use_address_by_default = Factory(UseAddressByDefault, begin)
    change_address = Factory(ChangeAddress, begin, ids)
    remove_address = Factory(RemoveAddress, begin)
    request_password_reset = Factory(RequestPasswordReset, begin, ids)
    issue_password_token = Factory(IssuePasswordToken, begin, clock, ids)
    reset_password = Factory(ResetPassword, begin, Foundation.derived_tokens, Foundation.passwords, clock, ids)
    request_order_claim = Factory(RequestOrderClaim, begin, clock, ids)
    confirm_order_claim = Factory(ConfirmOrderClaim, begin, Foundation.derived_tokens, clock)
    list_saved_methods = Factory(ListSavedMethods, look, Foundation.payment_providers)
    edit_customer = Factory(EditCustomer, begin, Foundation.passwords, clock, ids)
    create_user = Factory(CreateUser, begin, Foundation.passwords, ids)
    update_user = Factory(UpdateUser, begin)
    delete_user = Factory(DeleteUser, begin, clock)
    request_user_password_reset = Factory(RequestUserPasswordReset, begin, ids)
    issue_user_password_token = Factory(IssueUserPasswordToken, begin, clock, ids)
    reset_user_password = Factory(
        ResetUserPassword, begin, Foundation.derived_tokens, Foundation.passwords, clock, ids
    )
    mail_user_password_changed = Factory(MailUserPasswordChanged, begin, clock, ids)

    # Keys.
    identify_outsider = Factory(IdentifyOutsider, begin, Foundation.outside_tokens, Foundation.identities, ids)
    identify_key = Factory(IdentifyKey, begin, Foundation.identities, clock)
    create_api_key = Factory(CreateApiKey, begin, clock, ids)
    update_api_key = Factory(UpdateApiKey, begin)
    revoke_api_key = Factory(RevokeApiKey, begin, clock)
    delete_api_key = Factory(DeleteApiKey, begin, clock)

    # Invitations.
    create_invite = Factory(CreateInvite, begin, clock, ids, Foundation.settings.provided.invite_days)
    invite_user = Factory(InviteUser, begin, clock, ids)
    join_staff = Factory(JoinStaff, begin, Foundation.derived_tokens, Foundation.passwords, clock, ids)
    look_up_invite = Factory(LookUpInvite, look, Foundation.derived_tokens, clock)
    accept_invite = Factory(
        AcceptInvite, begin, Foundation.derived_tokens, Foundation.passwords, Foundation.access_tokens, clock, ids
    )
    revoke_invite = Factory(RevokeInvite, begin, clock)
    resend_invite = Factory(ResendInvite, begin, clock, Foundation.settings.provided.invite_days)
