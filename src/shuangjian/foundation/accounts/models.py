"""账号与权限: who may sign in, and the roles each was granted on a scope."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.registry.models import Guardian, Region, School, Teacher


class UserManager(BaseUserManager["User"]):
    """Makes users with a hashed password."""

    def create_user(self, username: str, *, name: str, password: str | None = None) -> "User":
        """A new account; without a password nobody can sign in to it."""
        user = self.model(username=username, name=name)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """用户: one person's account; what they may do stands in their grants."""

    username = models.CharField("登录名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    is_active = models.BooleanField("启用", default=True)
    teacher = models.OneToOneField(Teacher, models.PROTECT, null=True, related_name="user")
    guardian = models.OneToOneField(Guardian, models.PROTECT, null=True, related_name="user")

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = "用户"

    def __str__(self) -> str:
        return self.name


class RoleGrant(models.Model):
    """授权: a role on a scope over an interval.

    A region for the bureau's roles, a school for the school's. Teachers and guardians have no
    grant: their scope follows from 任课 and 监护关系.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="grants")
    role = models.CharField("角色", max_length=20, choices=Role.choices)
    region = models.ForeignKey(Region, models.PROTECT, null=True)
    school = models.ForeignKey(School, models.PROTECT, null=True)
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True)
    recorded_at = models.DateTimeField("记录时间", db_default=Now())

    class Meta:
        verbose_name = "授权"
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=False) ^ Q(school__isnull=False), name="role_grant_scope"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gt=F("starts_on")),
                name="role_grant_interval",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"
