"""半月报的写入: typing to a draft, signing it, opening a correction; the command line's report."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import DatabaseError, connection, transaction
from psycopg.errors import SerializationFailure, UniqueViolation

from shuangjian.engines.half_month_round import Round
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.audit.services import record_action
from shuangjian.foundation.lake.postgres_engine import open_postgres
from shuangjian.foundation.registry.models import Region
from shuangjian.oversight.indicators.catalogue import indicators
from shuangjian.oversight.indicators.period import round_of_region
from shuangjian.oversight.reports.content import (
    ReportContent,
    digest,
    unexplained,
)
from shuangjian.oversight.reports.errors import ReportRefusedError
from shuangjian.oversight.reports.item import is_item
from shuangjian.oversight.reports.models import (
    CountedVersions,
    HalfMonthReport,
    RemarkKind,
    ReportRemark,
    ReportState,
)
from shuangjian.oversight.reports.queries import (
    access_report_region,
    current_remarks,
    get_report,
    is_officer_of,
    revisions_of,
    subject_of,
)
from shuangjian.oversight.reports.snapshot import build_content, counted, signed
from shuangjian.oversight.reports.wording import per_mille_text

REASON_LEAST = 5  # why: shorter is a slip of the hand, not a reason.


@contextmanager
def one_moment() -> Iterator[None]:
    """A transaction whose reads all see the same moment (同一时刻), so that figures and rows agree.

    Inside another transaction that one's isolation stands.

    Raises:
        ReportRefusedError: another writer came first.
    """
    is_outermost = not connection.in_atomic_block
    try:
        with transaction.atomic():
            if is_outermost:
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            yield
    except DatabaseError as error:
        # why: the other one's rows are invisible at this moment, but not to the constraints.
        if isinstance(error.__cause__, SerializationFailure | UniqueViolation):
            raise ReportRefusedError("signed_meanwhile") from error
        raise


@transaction.atomic
def type_remark(
    *,
    actor: Actor,
    region_code: str,
    due_on: date,
    item: str,
    kind: RemarkKind,
    text: str,
    evidence: str,
    at: datetime,
) -> ReportRemark:
    """Type a remark or an explanation to a draft (人工填写); the former version stays on record.

    Args:
        actor: an officer of the region.
        region_code: six digits.
        due_on: the due day.
        item: a headline item's key for a remark, a figure's name for an explanation.
        kind: which of the two.
        text: what to say.
        evidence: on what it rests; needed for a remark.
        at: the moment of typing.

    Raises:
        NotAccessibleError: another's region.
        ReportRefusedError: no officer, a signed report, an unknown item, or a text is missing.
    """
    region, report_round = _editable(actor, region_code=region_code, due_on=due_on, act="填写")
    if not text.strip():
        raise ReportRefusedError("no_text")
    if kind == RemarkKind.REMARK and not evidence.strip():
        raise ReportRefusedError("no_evidence")
    if not _is_known(item, kind=kind):
        raise ReportRefusedError("no_such_item", item=item)
    report = _draft(actor, region=region, report_round=report_round, act="填写")
    _supersede(report, item=item, kind=kind, at=at)
    assert actor.user_id is not None  # invariant: an officer is a user.
    remark = ReportRemark.objects.create(
        report=report,
        item=item,
        kind=kind,
        text=text.strip(),
        evidence=evidence.strip(),
        owner=actor.label,
        user_id=actor.user_id,
    )
    _record(actor, report, action="report.remark", detail={"item": item, "kind": str(kind)})
    return remark


@transaction.atomic
def withdraw_remark(
    *, actor: Actor, region_code: str, due_on: date, item: str, kind: RemarkKind, at: datetime
) -> None:
    """Take a remark off a draft (撤下); it stays on record. Nothing happens where there is none.

    Raises:
        NotAccessibleError: another's region.
        ReportRefusedError: no officer, or a signed report.
    """
    region, report_round = _editable(actor, region_code=region_code, due_on=due_on, act="填写")
    report = _draft(actor, region=region, report_round=report_round, act="填写")
    if _supersede(report, item=item, kind=kind, at=at):
        _record(actor, report, action="report.remark_withdrawn", detail={"item": item})


def sign_report(
    *,
    actor: Actor,
    region_code: str,
    due_on: date,
    today: date,
    at: datetime,
    seen: str = "",
) -> HalfMonthReport:
    """Sign the draft (内部签发): freeze its content, what it counted, who, when, and the digest.

    Args:
        actor: an officer of the region.
        region_code: six digits.
        due_on: the due day.
        today: the day of signing; not before the round begins.
        at: the moment of signing.
        seen: the digest of the draft that the signer checked; empty where nobody looked.

    Raises:
        NotAccessibleError: another's region.
        NotDueDayError: nothing is due that day.
        ReportRefusedError: no officer, signed already, not begun, a change without explanation, or
            the figures moved since the signer looked.
    """
    with one_moment():
        region, report_round = _editable(actor, region_code=region_code, due_on=due_on, act="签发")
        if today < report_round.first_on:
            raise ReportRefusedError(
                "not_begun", region=region.name, due_on=due_on, first_on=report_round.first_on
            )
        report = _draft(actor, region=region, report_round=report_round, act="签发")
        subject = subject_of(region, report_round=report_round, latest=report)
        with open_postgres() as engine:
            draft = build_content(subject, remarks=current_remarks(report), engine=engine)
            _require_signable(draft, seen=seen)
            versions = counted(subject, engine=engine)
        content = signed(draft, versions=versions, name=actor.label, at=at)
        CountedVersions.objects.bulk_create(
            [
                CountedVersions(report=report, fact=fact, versions=list(ids))
                for fact, ids in versions.items()
            ]
        )
        _freeze(report, content=content, actor=actor, at=at)
        _record(actor, report, action="report.sign", detail={"sha256": report.sha256})
    return report


@transaction.atomic
def open_correction(
    *, actor: Actor, region_code: str, due_on: date, reason: str
) -> HalfMonthReport:
    """Begin a correction of a signed report (更正): a new draft revision; the old one stays.

    Args:
        actor: an officer of the region.
        region_code: six digits.
        due_on: the due day.
        reason: why, at least five characters.

    Raises:
        NotAccessibleError: another's region.
        ReportRefusedError: no officer, no reason, nothing signed yet, or one is open already.
    """
    region = access_report_region(actor, region_code=region_code, on=due_on)
    report_round = round_of_region(region, due_on=due_on)
    _require_officer(actor, region, act="办理更正")
    if len(reason.strip()) < REASON_LEAST:
        raise ReportRefusedError("no_reason")
    _lock(region, due_on=due_on)
    revisions = revisions_of(region, due_on=due_on)
    if not revisions or not revisions[-1].is_signed:
        code = "correction_open" if len(revisions) > 1 else "not_signed"
        raise ReportRefusedError(code, region=region.name, due_on=due_on)
    report = HalfMonthReport.objects.create(
        region=region,
        first_on=report_round.first_on,
        due_on=due_on,
        revision=revisions[-1].revision + 1,
        state=ReportState.DRAFT,
        reason=reason.strip(),
        drafted_by=actor.label,
    )
    _record(actor, report, action="report.correct", detail={"reason": report.reason})
    return report


def report_json(actor: Actor, *, region_code: str, due_on: date, today: date) -> dict[str, Any]:
    """A region's report as the command line prints it (半月报 JSON).

    Returns:
        ``state``, ``revision``, ``sha256`` (empty in a draft), ``is_overdue``, ``days_left``,
        ``changed_since_signing`` and ``content``.

    Raises:
        NotAccessibleError: another's region.
        NotDueDayError: nothing is due that day.
        DueDaysUnknownError: no due days were in force.
    """
    with one_moment(), open_postgres() as engine:
        view = get_report(actor, region_code=region_code, due_on=due_on, today=today, engine=engine)
    return {
        "state": str(view.report.state) if view.report else str(ReportState.DRAFT),
        "revision": view.content["revision"],
        "sha256": view.report.sha256 if view.report else "",
        "is_overdue": view.is_overdue,
        "days_left": view.days_left,
        "changed_since_signing": list(view.differences),
        "content": view.content,
    }


def _editable(actor: Actor, *, region_code: str, due_on: date, act: str) -> tuple[Region, Round]:
    """The region and round on which this actor may write."""
    region = access_report_region(actor, region_code=region_code, on=due_on)
    report_round = round_of_region(region, due_on=due_on)
    _require_officer(actor, region, act=act)
    _lock(region, due_on=due_on)
    return region, report_round


def _require_officer(actor: Actor, region: Region, *, act: str) -> None:
    if not is_officer_of(actor, region):
        raise ReportRefusedError("not_officer", region=region.name, act=act)


def _lock(region: Region, *, due_on: date) -> None:
    """One writer at a time per region and due day, also before the first row exists."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s))",
            [f"half_month_report {region.code} {due_on}"],
        )


def _draft(actor: Actor, *, region: Region, report_round: Round, act: str) -> HalfMonthReport:
    """The draft to write to, made if there is none yet.

    Raises:
        ReportRefusedError: the latest revision is signed.
    """
    revisions = revisions_of(region, due_on=report_round.due_on)
    if revisions and revisions[-1].is_signed:
        raise ReportRefusedError(
            "already_signed", region=region.name, due_on=report_round.due_on, act=act
        )
    if revisions:
        return HalfMonthReport.objects.select_for_update().get(pk=revisions[-1].pk)
    return HalfMonthReport.objects.create(
        region=region,
        first_on=report_round.first_on,
        due_on=report_round.due_on,
        revision=1,
        state=ReportState.DRAFT,
        drafted_by=actor.label,
    )


def _supersede(report: HalfMonthReport, *, item: str, kind: RemarkKind, at: datetime) -> int:
    current = report.remarks.filter(item=item, kind=kind, superseded_at__isnull=True)
    return current.update(superseded_at=at)


def _is_known(item: str, *, kind: RemarkKind) -> bool:
    if kind == RemarkKind.REMARK:
        return is_item(item)
    key, _, figure_key = item.partition(":")
    indicator = indicators().get(key)
    return indicator is not None and indicator.figure(figure_key) is not None


def _require_signable(draft: ReportContent, *, seen: str) -> None:
    if seen and seen != digest(draft):
        raise ReportRefusedError("changed_meanwhile")
    missing = unexplained(draft)
    if missing:
        raise ReportRefusedError(
            "unexplained",
            terms="、".join(change["term"] for change in missing),
            percent=per_mille_text(draft["explain_per_mille"]),
        )


def _freeze(report: HalfMonthReport, *, content: ReportContent, actor: Actor, at: datetime) -> None:
    report.content = content
    report.sha256 = digest(content)
    report.state = ReportState.SIGNED
    report.signed_by = actor.label
    report.signed_by_id = actor.user_id
    report.signed_at = at
    report.save(
        update_fields=["content", "sha256", "state", "signed_by", "signed_by_id", "signed_at"]
    )


def _record(actor: Actor, report: HalfMonthReport, *, action: str, detail: dict[str, Any]) -> None:
    subject = f"report:{report.region.code}/{report.due_on}/{report.revision}"
    record_action(
        actor=actor.label, user_id=actor.user_id, action=action, subject=subject, detail=detail
    )
