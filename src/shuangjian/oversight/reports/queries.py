"""半月报的读取: the rounds of a region, one report live or frozen, and what stands behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Min, Q

from shuangjian.areas.homework.models import ClassDay, PlannedHomework
from shuangjian.engines.half_month_round import Round, rounds_back
from shuangjian.foundation.accounts.access import NotAccessibleError, visible_regions
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.role import REGION_ROLES, Role
from shuangjian.foundation.lake.engine_value import Engine
from shuangjian.foundation.policy.leaf import OPEN_DATE
from shuangjian.foundation.registry.models import Region
from shuangjian.foundation.registry.setting import LATE_CHANGE_SHARE, region_value
from shuangjian.oversight.indicators.period import (
    DueDaysUnknownError,
    due_days_of,
    round_of_region,
)
from shuangjian.oversight.reports.content import Difference, ReportContent, differences
from shuangjian.oversight.reports.models import HalfMonthReport, ReportRemark, ReportState
from shuangjian.oversight.reports.snapshot import Subject, build_content

ROUNDS_LISTED = 8


@dataclass(frozen=True)
class RoundLine:
    """一期半月报 in a list: the latest revision's standing."""

    round: Round
    state: str
    revision: int
    is_signed: bool
    days_left: int

    @property
    def is_overdue(self) -> bool:
        """Whether its due day is past and nobody signed it."""
        return not self.is_signed and self.days_left < 0


@dataclass(frozen=True)
class RegionRounds:
    """一个地区的各期半月报, newest first; ``problem`` says why there are none."""

    region: Region
    lines: tuple[RoundLine, ...]
    problem: str = ""


@dataclass(frozen=True)
class ReportView:
    """半月报 as a page shows it: the latest revision, live while it is a draft.

    ``report`` is ``None`` while nobody has typed or signed anything. ``differences`` are what a
    signed report would say differently today.
    """

    region: Region
    round: Round
    report: HalfMonthReport | None
    content: ReportContent
    revisions: tuple[HalfMonthReport, ...]
    differences: tuple[Difference, ...]
    may_edit: bool
    days_left: int

    @property
    def is_signed(self) -> bool:
        """Whether what is shown is frozen."""
        return self.report is not None and self.report.is_signed

    @property
    def is_overdue(self) -> bool:
        """Whether the due day is past and no revision was ever signed."""
        return self.days_left < 0 and not any(each.is_signed for each in self.revisions)


@dataclass(frozen=True)
class PlanLine:
    """一项作业 as a signed report counted it."""

    version: int
    course_title: str
    content: str
    kind_title: str
    place_title: str
    state_title: str
    minutes: int


def list_rounds(actor: Actor, *, today: date) -> list[RegionRounds]:
    """The rounds (报送期) of the regions on which the actor holds a bureau role, newest first."""
    paths = actor.region_paths(*REGION_ROLES, Role.OPERATOR)
    regions = visible_regions(actor, on=today).filter(path__in=paths).order_by("code", "id")
    found = []
    for region in regions:
        try:
            due_days = due_days_of(region, on=today)
        except DueDaysUnknownError as error:
            found.append(RegionRounds(region, (), str(error)))
            continue
        rounds = rounds_back(today, due_days=due_days, count=ROUNDS_LISTED)
        rounds = _since_first_record(region, rounds)
        found.append(RegionRounds(region, tuple(_round_lines(region, rounds, today=today))))
    return found


def _since_first_record(region: Region, rounds: list[Round]) -> list[Round]:
    """The rounds since the first record or report of a region: before it nothing was due here."""
    days = ClassDay.objects.filter(school_class__school__region__path__within=str(region.path))
    reports = HalfMonthReport.objects.filter(_same(region))
    begun = [
        first
        for first in (
            days.aggregate(first=Min("on"))["first"],
            reports.aggregate(first=Min("first_on"))["first"],
        )
        if first is not None
    ]
    return rounds[:1] + [each for each in rounds[1:] if begun and each.due_on >= min(begun)]


def get_report(
    actor: Actor, *, region_code: str, due_on: date, today: date, engine: Engine
) -> ReportView:
    """A region's report of a due day (半月报): frozen if its latest revision is signed, else live.

    Raises:
        NotAccessibleError: no such region, or another's.
        NotDueDayError: nothing is due that day.
        DueDaysUnknownError: no due days were in force.
    """
    region = access_report_region(actor, region_code=region_code, on=due_on)
    report_round = round_of_region(region, due_on=due_on)
    revisions = revisions_of(region, due_on=due_on)
    latest = revisions[-1] if revisions else None
    subject = subject_of(region, report_round=report_round, latest=latest)
    live = build_content(subject, remarks=current_remarks(latest), engine=engine)
    is_signed = latest is not None and latest.is_signed
    content = latest.frozen if latest is not None and latest.is_signed else live
    return ReportView(
        region=region,
        round=report_round,
        report=latest,
        content=content,
        revisions=revisions,
        differences=tuple(differences(content, live)) if is_signed else (),
        may_edit=is_officer_of(actor, region),
        days_left=report_round.days_left(today),
    )


def get_revision(actor: Actor, *, region_code: str, due_on: date, revision: int) -> HalfMonthReport:
    """A signed revision (已签发的一版) with its region at hand.

    Raises:
        NotAccessibleError: no such signed revision, or another's.
    """
    region = access_report_region(actor, region_code=region_code, on=due_on)
    found = (
        HalfMonthReport.objects.filter(
            _same(region), due_on=due_on, revision=revision, state=ReportState.SIGNED
        )
        .select_related("region")
        .first()
    )
    if found is None:
        raise NotAccessibleError
    return found


def counted_plans(report: HalfMonthReport, *, school_class: UUID, on: date) -> list[PlanLine]:
    """The homework of a class day as a signed report counted it (计入的作业), oldest first.

    Raises:
        NotAccessibleError: the report counted nothing of that class on that day.
    """
    counted = report.counted.filter(fact="planned_homework").first()
    plans = PlannedHomework.objects.filter(
        class_day__school_class__pseudonym=school_class,
        class_day__on=on,
        pk__in=counted.versions if counted else [],
    )
    lines = [
        PlanLine(
            version=plan.pk,
            course_title=plan.get_course_display(),
            content=plan.content,
            kind_title=plan.get_kind_display(),
            place_title=plan.get_place_display(),
            state_title=plan.get_state_display(),
            minutes=plan.minutes,
        )
        for plan in plans.order_by("id")
    ]
    if not lines:
        raise NotAccessibleError
    return lines


def access_report_region(actor: Actor, *, region_code: str, on: date) -> Region:
    """The region whose report the actor may read: bureau roles only (半月报的地区).

    Raises:
        NotAccessibleError: absent or another's.
    """
    region = visible_regions(actor, on=on).filter(code=region_code).first()
    if region is None:
        raise NotAccessibleError
    return region


def is_officer_of(actor: Actor, region: Region) -> bool:
    """Whether the actor is an officer of this very region (本级专班人员), not of one above it."""
    return actor.user_id is not None and str(region.path) in actor.region_paths(Role.OFFICER)


def revisions_of(region: Region, *, due_on: date) -> tuple[HalfMonthReport, ...]:
    """All revisions of a report (各版), the first first."""
    found = HalfMonthReport.objects.filter(_same(region), due_on=due_on)
    return tuple(found.select_related("region").order_by("revision"))


def current_remarks(report: HalfMonthReport | None) -> list[ReportRemark]:
    """What people typed to a report (人工填写), without what was replaced."""
    if report is None:
        return []
    return list(report.remarks.filter(superseded_at__isnull=True).order_by("id"))


def subject_of(region: Region, *, report_round: Round, latest: HalfMonthReport | None) -> Subject:
    """What a report is about (报送对象), compared with the latest signed one before it."""
    previous = (
        HalfMonthReport.objects.filter(
            _same(region), due_on__lt=report_round.due_on, state=ReportState.SIGNED
        )
        .order_by("-due_on", "-revision")
        .first()
    )
    return Subject(
        region=region,
        superior=_superior(region, on=report_round.due_on),
        round=report_round,
        revision=latest.revision if latest else 1,
        reason=latest.reason if latest else "",
        explain_per_mille=explain_per_mille(region, on=report_round.due_on),
        previous=previous,
    )


def explain_per_mille(region: Region, *, on: date) -> int:
    """From above which change a figure must be explained (需说明的变动幅度), per mille."""
    return region_value(LATE_CHANGE_SHARE, region=region, on=on)


def _same(region: Region) -> Q:
    # why: a region whose name or place in the tree changed keeps its code, and its reports with it.
    return Q(region__code=region.code)


def _superior(region: Region, *, on: date) -> Region | None:
    """The region above, as of a day; ``None`` for the nation."""
    path = str(region.path).rpartition(".")[0]
    if not path:
        return None
    return (
        Region.objects.filter(path=path)
        .filter(Q(starts_on__isnull=True) | Q(starts_on__lte=on))
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))
        .order_by("id")
        .first()
    )


def _round_lines(region: Region, rounds: Sequence[Round], *, today: date) -> list[RoundLine]:
    reports = HalfMonthReport.objects.filter(
        _same(region), due_on__gte=rounds[-1].due_on, due_on__lt=OPEN_DATE
    ).order_by("revision")
    latest_by_due: dict[date, HalfMonthReport] = {}
    signed: set[date] = set()
    for report in reports.defer("content"):
        latest_by_due[report.due_on] = report
        if report.is_signed:
            signed.add(report.due_on)
    lines = []
    for each in rounds:
        latest = latest_by_due.get(each.due_on)
        lines.append(
            RoundLine(
                round=each,
                state=str(latest.state) if latest else "",
                revision=latest.revision if latest else 1,
                is_signed=each.due_on in signed,
                days_left=each.days_left(today),
            )
        )
    return lines
