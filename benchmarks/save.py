"""保存一次: planning homework as the service does it, and the least that any way must do."""

from itertools import count
from uuid import uuid4

import psycopg
from django.db import connections

from benchmarks.planner import Seat, Work
from shuangjian.areas.homework.services.plan import HomeworkWish, plan_homework
from shuangjian.edges.config import database
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.registry.models import SchoolClass, Teacher

LOCK = "SELECT id FROM bench_day WHERE id = %s FOR UPDATE"
INSERT = "INSERT INTO bench_plan (day_id, course, content, minutes) VALUES (%s, %s, %s, %s)"
BARE_TABLE = """
CREATE TABLE IF NOT EXISTS bench_plan (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day_id bigint NOT NULL,
    course text NOT NULL,
    content text NOT NULL,
    minutes smallint NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
)"""
_MINUTES = (5, 6)  # why: little, so that the day has room; each differs from the one before


class ServiceSave:
    """``plan_homework`` (布置作业) by the seat's teacher; every save is a new version."""

    def __init__(self, seat: Seat) -> None:
        teacher = Teacher.objects.get(pk=seat.teacher_id)
        self._actor = Actor(label=teacher.name, teacher_id=teacher.pk)
        self._class = SchoolClass.objects.select_related("school__region").get(pk=seat.class_id)
        self._course = seat.course
        self._number = count()
        self._mark = uuid4().hex[:8]  # why: another process must not have saved just the same

    def __call__(self, work: Work) -> None:
        """The batch, a transaction a save."""
        for _ in range(work.saves):
            number = next(self._number)
            outcome = plan_homework(
                actor=self._actor,
                school_class=self._class,
                on=work.on,
                wish=self._wish(number),
                at=work.at,
            )
            assert not outcome.is_unchanged

    def _wish(self, number: int) -> HomeworkWish:
        minutes = _MINUTES[number % 2]
        content = f"练习册第{number}页 {self._mark}"
        return HomeworkWish(self._course, content, "written", "home", minutes)


class BareSave:
    """A transaction that locks one row and inserts one (裸事务), on a connection of its own."""

    def __init__(self, seat: Seat) -> None:
        application, _ = database.urls()
        self._connection = psycopg.connect(application, autocommit=True)
        self._seat = seat

    def __call__(self, work: Work) -> None:
        """The batch, a transaction a save."""
        for number in range(work.saves):
            with self._connection.transaction():
                self._connection.execute(LOCK, [self._seat.bare_row])
                row = [self._seat.bare_row, self._seat.course, f"练习册第{number}页", 5]
                self._connection.execute(INSERT, row)


def make_bare_tables() -> None:
    """Two tables (对照表) like class day and planned homework, with their primary keys only."""
    role = connections["default"].settings_dict["USER"]
    with connections["owner"].cursor() as cursor:
        for statement in (
            "CREATE TABLE IF NOT EXISTS bench_day (id bigint PRIMARY KEY)",
            BARE_TABLE,
            "INSERT INTO bench_day VALUES (1), (2) ON CONFLICT DO NOTHING",
            f'GRANT SELECT, INSERT, UPDATE ON bench_day, bench_plan TO "{role}"',
        ):
            cursor.execute(statement)
