"""账号的写入: one account with one role at a time; rosters and bulk come with their own area."""

from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.models import RoleGrant, User
from shuangjian.foundation.accounts.role import REGION_ROLES, SCHOOL_ROLES, Role
from shuangjian.foundation.audit.services import record_action
from shuangjian.foundation.registry.models import Region, School


class AccountRefusedError(ValueError):
    """The account was not made; the message says in Chinese why and what to do."""


@transaction.atomic
def open_account(
    *, actor: Actor, username: str, name: str, password: str, role: Role, on: date,
    region: Region | None = None, school: School | None = None,
) -> User:  # fmt: skip
    """Open an account (开通账号) with one role on one scope.

    Args:
        actor: the operator; accounts are opened at the command line only.
        username: unique.
        name: the person's.
        password: checked against the site's rules.
        role: a bureau's role with ``region``, or a school's with ``school``.
        on: the first day of the role.
        region: of a bureau's role.
        school: of a school's role.

    Raises:
        AccountRefusedError: not the operator, a taken name, a weak password, scope and role differ.
    """
    if not actor.has(Role.OPERATOR):
        raise AccountRefusedError("只有系统操作员可以开通账号。请不带 --as 运行。")
    if (role in REGION_ROLES) != (region is not None) or (role in SCHOOL_ROLES) != (
        school is not None
    ):
        raise AccountRefusedError(
            "教育局的角色要写 --region，学校的角色要写 --school，两者只写一个。"
            "教师和家长的账号随名册开通。"
        )
    if User.objects.filter(username=username).exists():
        raise AccountRefusedError(f"用户名“{username}”已被使用。请换一个。")
    try:
        validate_password(password)
    except ValidationError as error:
        raise AccountRefusedError("；".join(error.messages) + " 请换一个密码。") from error
    user = User.objects.create_user(username, name=name, password=password)
    RoleGrant.objects.create(user=user, role=role, region=region, school=school, starts_on=on)
    record_action(
        actor=actor.label,
        user_id=actor.user_id,
        action="account.open",
        subject=f"user:{user.pk}",
        detail={"role": str(role)},
    )
    return user
