"""网页: pages through Django's whole stack beside an empty one, with their numbers of queries."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from benchmarks.ratio import Case, Ratio, Role, interleave
from benchmarks.site import TODAY, Site
from shuangjian.edges.demo import cast
from shuangjian.foundation.accounts.models import User
from shuangjian.foundation.findings.models import Finding
from shuangjian.foundation.lake.models import FactChange
from shuangjian.foundation.registry.calendar import next_working_day
from shuangjian.foundation.registry.models import TeachingAssignment

EMPTY = "/empty/"


@dataclass(frozen=True)
class Page:
    """网页: who opens what."""

    key: str
    title: str
    username: str
    url: str


def measure(site: Site) -> list[Ratio]:
    """Every page and an empty one of the same person, in turns."""
    assert site.findings
    settings.ROOT_URLCONF = "benchmarks.pages"
    (site.folder / "static").mkdir(exist_ok=True)  # why: it is where whitenoise looks
    FactChange.objects.filter(inspected_at=None).update(inspected_at=site.now)
    ratios = [_measure(page, repetitions=site.repetitions) for page in _pages()]
    return [*ratios, _measure_save(repetitions=site.repetitions)]


def _pages() -> list[Page]:
    officer, teacher = cast.OFFICER.username, cast.SUBJECT_TEACHER.username
    finding = reverse("finding", args=[Finding.objects.order_by("id")[0].pseudonym])
    day = reverse("homework-day", args=[*_taught(teacher)])
    return [
        Page("finding-list", "台账（双减专班）", officer, f"{reverse('finding-list')}?tab=all"),
        Page("finding", "一个问题（双减专班）", officer, finding),
        Page("homework-day", "班级作业日（任课教师）", teacher, day),
        Page("homework-plan", "作业（任课教师）", teacher, reverse("homework-plan")),
        Page(
            "homework-plan-school", "作业（校长）", cast.PRINCIPAL.username,
            reverse("homework-plan"),
        ),
        Page("home", "首页（双减专班）", officer, reverse("home")),
    ]  # fmt: skip


def _taught(username: str) -> tuple[object, object]:
    """A class that the demonstration's teacher teaches, and the next school day."""
    teacher = User.objects.get(username=username).teacher
    assignment = TeachingAssignment.objects.filter(teacher=teacher, is_class_teacher=False)
    return assignment.order_by("id")[0].school_class.pseudonym, next_working_day(after=TODAY)


def _measure(page: Page, *, repetitions: int) -> Ratio:
    client = _client(page.username)
    timings = interleave(
        {
            "page": Case(lambda: _get(client, page.url)),
            "empty": Case(lambda: _get(client, EMPTY)),
        },
        repetitions=repetitions * 3,  # why: short, so that more turns cost little
    )
    queries = _queries(lambda: _get(client, page.url))
    return timings.ratio(
        page.key, "page", "empty", words=(page.title, "空白网页"), role=Role.LIMIT,
        note=f"{queries} 条语句，空白 {_queries(lambda: _get(client, EMPTY))} 条",
    )  # fmt: skip


def _measure_save(*, repetitions: int) -> Ratio:
    """The teacher's save with the inspection that follows it, beside an empty page."""
    client = _client(cast.SUBJECT_TEACHER.username)
    url = reverse("homework-day", args=[*_taught(cast.SUBJECT_TEACHER.username)])
    number = count(1)

    def save() -> None:
        turn = next(number)
        form = {"course": "math", "content": f"练习册第{turn}页", "minutes": 5 + turn % 2}
        response = client.post(url, {**form, "kind": "written", "place": "home"})
        assert response.status_code == 302, response.status_code
        assert not FactChange.objects.filter(inspected_at=None).exists()

    timings = interleave(
        {"save": Case(save), "empty": Case(lambda: _get(client, EMPTY))},
        repetitions=repetitions * 3,
    )
    return timings.ratio(
        "homework-save", "save", "empty", words=("保存作业并随即检查（任课教师）", "空白网页"),
        role=Role.LIMIT, note=f"{_queries(save) - 1} 条语句，两次提交",
    )  # fmt: skip


def _client(username: str) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username=username))
    return client


def _get(client: Client, url: str) -> None:
    response = client.get(url)
    assert response.status_code == 200, f"{url}: {response.status_code}"


def _queries(run: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as queries:
        run()
    return len(queries)
