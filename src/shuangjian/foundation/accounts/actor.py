"""行为人: who acts, and on what scope, as of a day. Every read and write takes one."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from shuangjian.foundation.accounts.models import RoleGrant, User
from shuangjian.foundation.accounts.role import Role


@dataclass(frozen=True)
class Grant:
    """A role on a scope (授权): the region's path, or the school's id."""

    role: Role
    region_path: str | None = None
    school_id: int | None = None


@dataclass(frozen=True)
class Actor:
    """行为人: a signed-in user with the roles in force, or the operator of the command line."""

    label: str
    user_id: int | None = None
    grants: tuple[Grant, ...] = ()
    teacher_id: int | None = None
    guardian_id: int | None = None
    extra_roles: frozenset[Role] = field(default_factory=frozenset)

    @property
    def roles(self) -> frozenset[Role]:
        """Every role the actor holds somewhere."""
        return frozenset(grant.role for grant in self.grants) | self.extra_roles

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds one of ``roles`` somewhere."""
        return not self.roles.isdisjoint(roles)

    def region_paths(self, *roles: Role) -> tuple[str, ...]:
        """The paths of the regions on which the actor holds one of ``roles``."""
        return tuple(
            grant.region_path
            for grant in self.grants
            if grant.region_path is not None and grant.role in roles
        )

    def school_ids(self, *roles: Role) -> tuple[int, ...]:
        """The schools on which the actor holds one of ``roles``."""
        return tuple(
            grant.school_id
            for grant in self.grants
            if grant.school_id is not None and grant.role in roles
        )


OPERATOR = Actor(label="系统操作员", grants=(Grant(Role.OPERATOR, region_path="000000"),))


def actor_of(user: User, *, on: date) -> Actor:
    """The actor (行为人) that ``user`` is on a day; an inactive user holds nothing."""
    if not user.is_active:
        return Actor(label=user.name, user_id=user.pk)
    in_force = RoleGrant.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gt=on), user=user, starts_on__lte=on
    ).select_related("region")
    grants = tuple(
        Grant(
            role=Role(grant.role),
            region_path=str(grant.region.path) if grant.region is not None else None,
            school_id=grant.school_id,
        )
        for grant in in_force.order_by("id")
    )
    return Actor(
        label=user.name,
        user_id=user.pk,
        grants=grants,
        teacher_id=user.teacher_id,
        guardian_id=user.guardian_id,
        extra_roles=_roles_by_work(user, on=on),
    )


def _roles_by_work(user: User, *, on: date) -> frozenset[Role]:
    """The roles that follow from 任课 and 监护关系 rather than from a grant."""
    roles: set[Role] = set()
    if user.guardian_id is not None:
        roles.add(Role.GUARDIAN)
    if user.teacher is not None:
        assignments = user.teacher.assignments.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on
        )
        for is_class_teacher in assignments.values_list("is_class_teacher", flat=True):
            roles.add(Role.CLASS_TEACHER if is_class_teacher else Role.TEACHER)
    return frozenset(roles)
