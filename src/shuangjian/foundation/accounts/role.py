"""角色: the kinds of people who use the platform."""

from django.db import models


class Role(models.TextChoices):
    """角色."""

    OFFICER = "officer", "教育局双减专班"
    INSPECTOR = "inspector", "责任督学"
    AUDITOR = "auditor", "审计人员"
    PRINCIPAL = "principal", "校长"
    SCHOOL_ADMIN = "school_admin", "教务管理员"
    CLASS_TEACHER = "class_teacher", "班主任"
    TEACHER = "teacher", "任课教师"
    GUARDIAN = "guardian", "家长"
    OPERATOR = "operator", "系统操作员"


REGION_ROLES = frozenset({Role.OFFICER, Role.INSPECTOR, Role.AUDITOR})
SCHOOL_ROLES = frozenset({Role.PRINCIPAL, Role.SCHOOL_ADMIN})
CLASS_ROLES = frozenset({Role.CLASS_TEACHER, Role.TEACHER, Role.GUARDIAN})
