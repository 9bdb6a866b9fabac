"""The scene with everyone who must be kept out: four places, and words that only one may read.

HERE is a class of the first school, BESIDE another class of it, NEXT a class of the other school of
the county, THERE a class of the other county. Each place has homework, a finding and a class of its
own people, and each county a signed report and a draft. Built through the tables; only policies,
findings and reports come from their services, since nothing else could make them whole.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from uuid import UUID

from django.db import connection, transaction
from django.test import Client

from shuangjian.areas.homework.models import ClassDay, LimitOverride, PlannedHomework
from shuangjian.engines.posting.order import AccountOrder, Leg, Side
from shuangjian.foundation.accounts.actor import Actor, actor_of
from shuangjian.foundation.accounts.models import RoleGrant, User
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.findings.models import Finding
from shuangjian.foundation.findings.queries import access_finding
from shuangjian.foundation.findings.services import (
    assign_finding,
    rectify_finding,
    verify_finding,
)
from shuangjian.foundation.ledger.models import LedgerAccount
from shuangjian.foundation.ledger.services import (
    open_accounts,
    open_book,
    post_transfer,
    register_reason,
)
from shuangjian.foundation.policy.services import load_policies
from shuangjian.foundation.registry.models import (
    Enrolment,
    Guardian,
    Guardianship,
    Pupil,
    Region,
    School,
    SchoolClass,
    Teacher,
    TeachingAssignment,
)
from shuangjian.oversight.reports.models import RemarkKind
from shuangjian.oversight.reports.services import sign_report, type_remark
from shuangjian.oversight.supervision.services import inspect
from tests.scene import MONDAY, START, TUESDAY, Scene, at, build_scene
from tests.security.words import CLASS_WORDS, LEDGER_WORDS, REMARKS, SCHOOL_NAMES, ClassWords

TODAY = MONDAY
PAST = date(2026, 10, 26)  # counted by the signed reports
SIGNED_DUE, DRAFT_DUE = date(2026, 10, 30), date(2026, 11, 15)
COUNTY, OTHER_COUNTY, NOWHERE = "990101", "990102", "990199"
BOOK = "custody"
NATIONAL_POLICIES = Path(__file__).resolve().parents[2] / "policies" / "national"
SOURCES = NATIONAL_POLICIES.parent / "SOURCES.toml"
FIRST_PUPIL_KEY = 730_000_000_001  # so that a key cannot be mistaken for any other number


@dataclass(frozen=True)
class Place:
    """What the addresses of one place are made of."""

    region: str
    school: UUID
    school_class: UUID
    finding: UUID  # new, so that any step may be prepared for it
    noted: UUID  # with notes of officer and school in its history
    book: str  # the same in every place: the ledger has none
    account: int
    transfer: int

    @property
    def with_noted(self) -> "Place":
        return replace(self, finding=self.noted)


@dataclass
class World:
    scene: Scene
    places: dict[str, Place]
    users: dict[str, User]
    sessions: dict[str, str] = field(default_factory=dict)

    def client(self, name: str, *, enforce_csrf: bool = False) -> Client:
        """A browser in which this person is signed in already."""
        client = Client(enforce_csrf_checks=enforce_csrf)
        if name in self.sessions:
            client.cookies["sessionid"] = self.sessions[name]
        return client

    def actor(self, name: str) -> Actor:
        return actor_of(self.users[name], on=TODAY)


def build_world(policies: Path, *, words: dict[str, ClassWords] | None = None) -> World:
    """Everyone and everything; ``policies`` is a folder of the caller's that may be written."""
    words = words or CLASS_WORDS
    scene = build_scene()
    _higher_regions()
    School.objects.filter(pk=scene.school.pk).update(name=SCHOOL_NAMES["here"])
    School.objects.filter(pk=scene.other_school.pk).update(name=SCHOOL_NAMES["there"])
    near = School.objects.create(
        code="2199000003",
        name=SCHOOL_NAMES["next"],
        kind="primary",
        region=scene.county,
        starts_on=START,
    )
    class_by_place = {
        "here": scene.fifth,
        "beside": _class(scene.school, number=2),
        "next": _class(near, number=1),
        "there": scene.other_class,
    }
    users = {**scene.users, **_outsiders(scene, class_by_place)}
    for place, school_class in class_by_place.items():
        _homework(school_class, words[place])
    _load_national_policies(policies)
    inspect(
        first=PAST, last=TODAY, region="990000", at=at(TODAY), actor_label="检查", engine="postgres"
    )
    account, transfer = _ledger()
    world = World(scene, _places(class_by_place, account=account, transfer=transfer), users)
    _notes(world, words)
    _reports(world)
    for name, user in users.items():
        client = Client()
        client.force_login(user)
        world.sessions[name] = client.cookies["sessionid"].value
    User.objects.filter(pk=users["inactive_officer"].pk).update(is_active=False)
    return world


def _higher_regions() -> None:
    make = partial(Region.objects.create, date_precision="day", source="")
    make(code="000000", name="全国", level="nation", path="000000", city_code="")
    make(
        code="990100",
        name="示范市",
        level="city",
        path="000000.990000.990100",
        city_code="990100",
    )


def _class(school: School, *, number: int) -> SchoolClass:
    return SchoolClass.objects.create(
        school=school,
        stage="primary",
        entry_year=2022,
        number=number,
        starts_on=date(2022, 9, 1),
        ends_on=date(2028, 7, 15),
    )


def _outsiders(scene: Scene, class_by_place: dict[str, SchoolClass]) -> dict[str, User]:
    """People with a scope elsewhere, with two scopes, or with none any more."""
    _family("guardian_of_beside", "崔绍棠", "崔念慈", class_by_place["beside"], key=2)
    _family("guardian_of_there", "邬启明", "邬望舒", class_by_place["there"], key=3)
    _family("guardian_of_next", "冼国良", "冼采薇", class_by_place["next"], key=4)
    _rename_scene_family(scene)
    _teacher("head_of_beside", "温庭玉", class_by_place["beside"], "")
    _teacher("teacher_of_next", "游子衿", class_by_place["next"], "math")
    _teacher("head_of_there", "湛若水", class_by_place["there"], "")
    gone = _teacher("former_teacher", "郝思嘉", class_by_place["here"], "science")
    _end(gone, class_by_place["here"])
    moved = _teacher("moved_head", "岑参商", class_by_place["here"], "")
    _end(moved, class_by_place["here"])
    _assign(moved, class_by_place["beside"], "")
    parent = _teacher("teacher_and_parent", "詹慕白", class_by_place["there"], "english")
    _also_guardian("teacher_and_parent", parent, scene)
    county, other, city = scene.county, scene.other_county, Region.objects.get(code="990100")
    near = class_by_place["next"].school
    for name, grants in (
        ("principal_of_next", [(Role.PRINCIPAL, None, near)]),
        ("city_auditor", [(Role.AUDITOR, city, None)]),
        ("city_officer", [(Role.OFFICER, city, None)]),
        ("inactive_officer", [(Role.OFFICER, county, None)]),
        ("revoked_officer", [(Role.OFFICER, county, None)]),
        ("future_officer", [(Role.OFFICER, county, None)]),
        ("officer_and_auditor", [(Role.OFFICER, county, None), (Role.AUDITOR, other, None)]),
        ("officer_and_principal", [(Role.OFFICER, county, None), (Role.PRINCIPAL, None, scene.other_school)]),
    ):  # fmt: skip
        user = User.objects.create(username=name, name=name)
        for role, region, school in grants:
            RoleGrant.objects.create(
                user=user, role=role, region=region, school=school, starts_on=START
            )
    RoleGrant.objects.filter(user__username="revoked_officer").update(ends_on=TODAY)
    RoleGrant.objects.filter(user__username="future_officer").update(starts_on=TUESDAY)
    return {user.username: user for user in User.objects.all()}


def _family(name: str, guardian_name: str, pupil_name: str, school_class: SchoolClass, *, key: int):
    pupil = Pupil.objects.create(pk=FIRST_PUPIL_KEY + key, name=pupil_name)
    Enrolment.objects.create(pupil=pupil, school_class=school_class, starts_on=START)
    guardian = Guardian.objects.create(name=guardian_name)
    Guardianship.objects.create(guardian=guardian, pupil=pupil, relation="祖父")
    User.objects.create(username=name, name=guardian_name, guardian=guardian)


def _rename_scene_family(scene: Scene) -> None:
    """The scene's 小明 and 奶奶 are words of any page; these are not."""
    Pupil.objects.filter(name="小明").update(name="卞之琳琅")
    Guardian.objects.filter(name="奶奶").update(name="盛怀瑾")
    User.objects.filter(username="guardian").update(name="盛怀瑾")
    for teacher in Teacher.objects.filter(school=scene.school):
        Teacher.objects.filter(pk=teacher.pk).update(name=f"甘棠{teacher.name}")


def _teacher(name: str, title: str, school_class: SchoolClass, course: str) -> Teacher:
    teacher = Teacher.objects.create(name=title, school=school_class.school)
    _assign(teacher, school_class, course)
    User.objects.create(username=name, name=title, teacher=teacher)
    return teacher


def _assign(teacher: Teacher, school_class: SchoolClass, course: str) -> None:
    TeachingAssignment.objects.create(
        teacher=teacher,
        school_class=school_class,
        course=course,
        is_class_teacher=course == "",
        starts_on=START,
    )


def _end(teacher: Teacher, school_class: SchoolClass) -> None:
    """The last day was yesterday: today the assignment no longer counts."""
    TeachingAssignment.objects.filter(teacher=teacher, school_class=school_class).update(
        ends_on=TODAY
    )


def _also_guardian(name: str, teacher: Teacher, scene: Scene) -> None:
    guardian = Guardian.objects.create(name=teacher.name)
    pupil = Pupil.objects.create(pk=FIRST_PUPIL_KEY + 9, name="詹思齐贤")
    Enrolment.objects.create(pupil=pupil, school_class=scene.fifth, starts_on=START)
    Guardianship.objects.create(guardian=guardian, pupil=pupil, relation="父亲")
    User.objects.filter(username=name).update(guardian=guardian)


def _homework(school_class: SchoolClass, words: ClassWords) -> None:
    """Two days over the limit, let through, and tomorrow with one plan held."""
    teacher = Teacher.objects.create(name=words.teacher, school=school_class.school)
    _assign(teacher, school_class, "history")
    for on in (PAST, TODAY, TUESDAY):
        day = ClassDay.objects.create(school_class=school_class, on=on)
        make = partial(
            PlannedHomework.objects.create,
            class_day=day,
            teacher=teacher,
            kind="written",
            origin="page",
            recorded_by="测试",
            recorded_at=at(PAST, 8),
        )
        published = {"content": words.published, "state": "published", "published_at": at(on)}
        make(course="math", minutes=45, **published)
        if on == TUESDAY:
            make(course="history", minutes=40, content=words.held, state="held")
        else:
            make(course="history", minutes=40, **published)
        # why: tomorrow's reason let through less than the limit, so that something is still held.
        LimitOverride.objects.create(
            class_day=day,
            reason=words.reason,
            minutes=45 if on == TUESDAY else 85,
            limit_minutes=60,
            recorded_by="测试",
        )


def _load_national_policies(folder: Path) -> None:
    (folder / "national").mkdir(parents=True, exist_ok=True)
    for path in sorted(NATIONAL_POLICIES.glob("*.toml")):
        (folder / "national" / path.name).write_bytes(path.read_bytes())
    (folder / SOURCES.name).write_bytes(SOURCES.read_bytes())
    outcome = load_policies([folder])
    assert outcome.is_accepted, outcome.problems


def _ledger() -> tuple[int, int]:
    """One book with one payment: the numbers of the family's account and of the transfer."""
    owner, title = LEDGER_WORDS
    open_book(code=BOOK, title=title)
    register_reason(kind="tuition", reason="paid", title="缴纳学费")
    bank = AccountOrder("bank", owner="bank:b1", purpose="custody", side=Side.DEBIT)
    family = AccountOrder(f"{owner}/prepaid", owner=owner, purpose="prepaid", side=Side.CREDIT)
    open_accounts(book=BOOK, accounts=[bank, family])
    receipt = post_transfer(
        book=BOOK,
        key="pay-1",
        kind="tuition",
        reason="paid",
        booked_on=PAST,
        legs=[Leg(bank.code, family.code, 123_400)],
    )
    return LedgerAccount.objects.get(code=family.code).pk, receipt.transfer_id


def _places(
    class_by_place: dict[str, SchoolClass], *, account: int, transfer: int
) -> dict[str, Place]:
    found = {}
    for place, school_class in class_by_place.items():
        school = School.objects.select_related("region").get(pk=school_class.school_id)
        finding, noted = (
            Finding.objects.get(
                rule="homework.total_over_limit",
                subject=f"class:{school_class.pseudonym}",
                period=on.isoformat(),
            )
            for on in (TODAY, PAST)
        )
        found[place] = Place(
            school.region.code,
            school.pseudonym,
            school_class.pseudonym,
            finding.pseudonym,
            noted.pseudonym,
            BOOK,
            account,
            transfer,
        )
    return found


def _notes(world: World, words: dict[str, ClassWords]) -> None:
    """What officer and school wrote to one finding of each class; the other stays new."""
    for place, each in world.places.items():
        advance(world, each.noted, place=place, to="rectified", note=words[place].note)


PRINCIPAL_OF = {
    "here": "principal",
    "beside": "principal",
    "next": "principal_of_next",
    "there": "other_principal",
}
STEPS = ("opened", "assigned", "rectified", "verified")


def advance(world: World, pseudonym: UUID, *, place: str, to: str, note: str = "已核对") -> None:
    """Bring a finding to a status, each step by someone who may take it."""
    officer, principal = world.actor("city_officer"), world.actor(PRINCIPAL_OF[place])
    for step in STEPS[1 : STEPS.index(to) + 1]:
        found = access_finding(officer, pseudonym=pseudonym, on=TODAY)
        if step == "assigned":
            assign_finding(actor=officer, finding=found, due_on=DRAFT_DUE, on=TODAY, note=note)
        elif step == "rectified":
            rectify_finding(actor=principal, finding=found, note=note, evidence=note, on=TODAY)
        else:
            verify_finding(
                actor=officer, finding=found, passed=True, note=note, evidence=note, on=TODAY
            )


def _reports(world: World) -> None:
    for code, name in ((COUNTY, "officer"), (OTHER_COUNTY, "other_officer")):
        actor = world.actor(name)
        type_here = partial(
            type_remark,
            actor=actor,
            region_code=code,
            item="institutions_reduced",
            kind=RemarkKind.REMARK,
            text=REMARKS[code],
            evidence=REMARKS[code],
            at=at(TODAY),
        )
        type_here(due_on=SIGNED_DUE)
        sign_report(
            actor=actor, region_code=code, due_on=SIGNED_DUE, today=SIGNED_DUE, at=at(SIGNED_DUE)
        )
        type_here(due_on=DRAFT_DUE)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written inside is taken back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def state_digest() -> dict[str, str]:
    """A digest of every row of every table: a changed cell shows as well as a new row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables "
            "WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{table}', count(*) || ':' || coalesce(md5(string_agg(md5(t::text), '' "
                f"ORDER BY md5(t::text))), '') FROM \"{table}\" t"
                for table in tables
            )
        )
        return dict(cursor.fetchall())
