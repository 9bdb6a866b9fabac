"""谁能看: the roles on either side of homework, and words that the pages share."""

from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.registry.models import Course

SCHOOL_SIDE = (Role.TEACHER, Role.CLASS_TEACHER, Role.SCHOOL_ADMIN, Role.PRINCIPAL)
LIST_READERS = (*SCHOOL_SIDE, Role.GUARDIAN)
WATCHERS = (Role.OFFICER, Role.INSPECTOR, Role.AUDITOR)


def course_title(course: str) -> str:
    """A course in Chinese (学科); an unknown code as it is."""
    return str(Course(course).label) if course in Course.values else course
