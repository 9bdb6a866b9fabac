"""台账的拒绝: what may not be done, as types; the text is Chinese and is shown as it is."""

from datetime import date

from shuangjian.foundation.findings import wording
from shuangjian.foundation.findings.models import EventKind, Status


class FindingRefusedError(ValueError):
    """A step was refused (拒绝办理); nothing was written."""

    code = "finding.refused"


class IllegalStepError(FindingRefusedError):
    """The step does not follow from the finding's status (步骤不合)."""

    code = "finding.illegal_step"

    def __init__(self, *, status: Status | None, kind: EventKind) -> None:
        """Keep both; ``status`` is ``None`` before the first event."""
        super().__init__(wording.illegal_step(status=status, kind=kind))
        self.status = status
        self.kind = kind


class NotPermittedError(FindingRefusedError):
    """The actor holds no role on this finding's scope that allows the step (无权办理)."""

    code = "finding.not_permitted"

    def __init__(self, kind: EventKind) -> None:
        """Keep which step."""
        super().__init__(wording.not_permitted(kind))
        self.kind = kind


class SamePersonError(FindingRefusedError):
    """The one who rectified may neither verify nor clear (整改人回避)."""

    code = "finding.same_person"

    def __init__(self, kind: EventKind) -> None:
        """Keep which step."""
        super().__init__(wording.same_person(kind))
        self.kind = kind


class MissingTextError(FindingRefusedError):
    """A note or the evidence is empty (缺少文字)."""

    code = "finding.missing_text"

    def __init__(self, *, kind: EventKind, field: str) -> None:
        """Keep the step and the field's name, ``note`` or ``evidence``."""
        super().__init__(wording.missing_text(kind=kind, field=field))
        self.kind = kind
        self.field = field


class DueInPastError(FindingRefusedError):
    """The due day lies before the day of assignment (限期过早)."""

    code = "finding.due_in_past"

    def __init__(self, *, due_on: date, on: date) -> None:
        """Keep both days."""
        super().__init__(wording.due_in_past(due_on=due_on, on=on))
        self.due_on = due_on


class StillStandingError(FindingRefusedError):
    """The latest inspection still shows the state (情形仍在)."""

    code = "finding.still_standing"

    def __init__(self, *, seen_on: date) -> None:
        """Keep the day of that inspection."""
        super().__init__(wording.still_standing(seen_on=seen_on))
        self.seen_on = seen_on


class UnknownPlaceError(FindingRefusedError):
    """A violation names a school or region that is not in this installation (对象不明)."""

    code = "finding.unknown_place"

    def __init__(self, *, subject: str, school: str, region: str) -> None:
        """Keep the violation's subject."""
        super().__init__(wording.unknown_place(subject=subject, school=school, region=region))
        self.subject = subject


class DoubledViolationError(FindingRefusedError):
    """A rule gave two rows for one fingerprint (违规重复)."""

    code = "finding.doubled_violation"

    def __init__(self, *, rule: str, subject: str, period: str) -> None:
        """Keep the fingerprint."""
        super().__init__(wording.doubled_violation(rule=rule, subject=subject, period=period))
        self.rule = rule
        self.subject = subject
        self.period = period
