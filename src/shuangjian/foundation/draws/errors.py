"""抽签的拒绝: what may not be done, as types; the text is Chinese and is shown as it is."""

from collections.abc import Sequence
from datetime import datetime

from shuangjian.foundation.draws import wording
from shuangjian.foundation.draws.models import StepKind


class DrawActRefusedError(ValueError):
    """A step or an entry was refused (拒绝办理); nothing was written."""

    code = "draw.refused"


class IllegalStepError(DrawActRefusedError):
    """The step does not follow from the draw's phase (步骤不合)."""

    code = "draw.illegal_step"

    def __init__(self, *, kind: StepKind, phase: StepKind | None) -> None:
        """Keep both; ``phase`` is ``None`` before the announcement."""
        super().__init__(wording.illegal_step(kind=kind, phase=phase))
        self.kind = kind
        self.phase = phase


class SecondResultError(DrawActRefusedError):
    """The id has its result already (结果只有一次)."""

    code = "draw.second_result"

    def __init__(self) -> None:
        super().__init__(wording.second_result())


class WindowError(DrawActRefusedError):
    """The step comes before its window opens, or too late (不在时段内)."""

    code = "draw.window"

    def __init__(
        self,
        *,
        kind: StepKind,
        at: datetime,
        opens_at: datetime | None,
        closes_at: datetime | None,
    ) -> None:
        """Keep the step, the moment and the window."""
        super().__init__(
            wording.outside_window(kind=kind, at=at, opens_at=opens_at, closes_at=closes_at)
        )
        self.kind = kind
        self.is_early = opens_at is not None and at < opens_at


class ClockBackError(DrawActRefusedError):
    """The step would lie before the one before it (时钟倒退)."""

    code = "draw.clock_back"

    def __init__(self, *, at: datetime, last_at: datetime) -> None:
        """Keep both moments."""
        super().__init__(wording.clock_back(at=at, last_at=last_at))
        self.last_at = last_at


class MissingReasonError(DrawActRefusedError):
    """An abort or a correction without a reason (缺少理由)."""

    code = "draw.missing_reason"

    def __init__(self, kind: StepKind) -> None:
        """Keep which step."""
        super().__init__(wording.missing_reason(kind))
        self.kind = kind


class NothingToCorrectError(DrawActRefusedError):
    """The first version has a reason or corrections, or a correction changes nothing (无可更正)."""

    code = "draw.nothing_to_correct"

    def __init__(self, *, is_first: bool) -> None:
        """Keep whether nothing was frozen before."""
        super().__init__(wording.nothing_to_correct(is_first=is_first))
        self.is_first = is_first


class UnknownPartyError(DrawActRefusedError):
    """The party is not in the announcement (承诺方不在公告里)."""

    code = "draw.unknown_party"

    def __init__(self, *, party: str, parties: Sequence[str]) -> None:
        """Keep the party and those announced."""
        super().__init__(wording.unknown_party(party=party, parties=parties))
        self.party = party


class PartyTwiceError(DrawActRefusedError):
    """The party has committed, or revealed, before (承诺方重复)."""

    code = "draw.party_twice"

    def __init__(self, *, kind: StepKind, party: str) -> None:
        """Keep the step and the party."""
        super().__init__(wording.party_twice(kind=kind, party=party))
        self.kind = kind
        self.party = party


class NotCommittedError(DrawActRefusedError):
    """The party reveals what it never committed to (没有承诺过)."""

    code = "draw.not_committed"

    def __init__(self, party: str) -> None:
        """Keep the party."""
        super().__init__(wording.not_committed(party))
        self.party = party


class NonceMismatchError(DrawActRefusedError):
    """The nonce is not the one that the party committed to (随机数与承诺不符)."""

    code = "draw.nonce_mismatch"

    def __init__(self, party: str) -> None:
        """Keep the party."""
        super().__init__(wording.nonce_mismatch(party))
        self.party = party


class NotPermittedError(DrawActRefusedError):
    """The actor holds no role on this draw that allows it (无权办理)."""

    code = "draw.not_permitted"

    def __init__(self, what: str) -> None:
        """Keep what was wanted, in Chinese."""
        super().__init__(wording.not_permitted(what))
        self.what = what


class DrawTakenError(DrawActRefusedError):
    """The id was used before (编号已用)."""

    code = "draw.taken"

    def __init__(self, slug: str) -> None:
        """Keep the id."""
        super().__init__(wording.taken(slug))
        self.slug = slug


class WrongDraftError(DrawActRefusedError):
    """The draft of the announcement lacks something, or says what cannot be (公告草稿有误)."""

    code = "draw.wrong_draft"

    def __init__(self, *, field: str, fault: str) -> None:
        """Keep the field's name and the fault, a code of ``wording.DRAFT_FAULTS``."""
        super().__init__(wording.wrong_draft(field=field, fault=fault))
        self.field = field
        self.fault = fault


class WrongHexError(DrawActRefusedError):
    """A commitment or nonce is not 64 lower hexadecimal digits (写法不对)."""

    code = "draw.wrong_hex"

    def __init__(self, kind: StepKind) -> None:
        """Keep the step."""
        super().__init__(wording.wrong_hex(kind))
        self.kind = kind


class EntriesClosedError(DrawActRefusedError):
    """The roster is frozen, or the draw over (报名已截止)."""

    code = "draw.entries_closed"

    def __init__(self, phase: StepKind) -> None:
        """Keep the phase."""
        super().__init__(wording.entries_closed(phase))
        self.phase = phase


class WrongEntryError(DrawActRefusedError):
    """An entry cannot be read as meant (报名内容有误)."""

    code = "draw.wrong_entry"

    def __init__(self, *, reference: str, fault: str) -> None:
        """Keep the child's reference and what is wrong: a code of ``wording.ENTRY_FAULTS``."""
        super().__init__(wording.wrong_entry(reference=reference, fault=fault))
        self.reference = reference
        self.fault = fault


class WrongEntryFileError(DrawActRefusedError):
    """A CSV of entries cannot be read (报名表有误)."""

    code = "draw.wrong_entry_file"

    def __init__(self, *, line: int, fault: str, title: str = "") -> None:
        """Keep the line, the fault, a code of ``wording.ENTRY_FILE_FAULTS``, and the title."""
        super().__init__(wording.wrong_entry_file(line=line, fault=fault, title=title))
        self.line = line
        self.fault = fault


class NothingEnteredError(DrawActRefusedError):
    """Nobody takes part, so there is nothing to freeze (无人报名)."""

    code = "draw.nothing_entered"

    def __init__(self) -> None:
        super().__init__(wording.nothing_entered())


class WrongMarketError(DrawActRefusedError):
    """The folder of wishes does not fit the entries or the announcement (志愿文件不符)."""

    code = "draw.wrong_market"

    def __init__(self, *, fault: str, references: Sequence[str] = ()) -> None:
        """Keep the fault, a code of ``wording.MARKET_FAULTS``, and the children concerned."""
        super().__init__(wording.wrong_market(fault=fault, references=references))
        self.fault = fault
        self.references = tuple(references)


class FallbackEarlyError(DrawActRefusedError):
    """The fallback's announced moment has not come (备用随机源未到时刻)."""

    code = "draw.fallback_early"

    def __init__(self, due_at: datetime) -> None:
        """Keep that moment."""
        super().__init__(wording.fallback_early(due_at))
        self.due_at = due_at


class WrongNumbersError(DrawActRefusedError):
    """The start and the interval are not written as two numbers (起始号和间隔号写法不对)."""

    code = "draw.wrong_numbers"

    def __init__(self) -> None:
        super().__init__(wording.wrong_numbers())


class NotVerifiedError(DrawActRefusedError):
    """The folder does not hold before our own verifier (核对不通过)."""

    code = "draw.not_verified"

    def __init__(self, violations: Sequence[str]) -> None:
        """Keep what does not hold."""
        super().__init__(wording.not_verified(violations))
        self.violations = tuple(violations)


class ResultDiffersError(DrawActRefusedError):
    """Running again gives other bytes than those kept (重算不一致)."""

    code = "draw.result_differs"

    def __init__(self, paths: Sequence[str]) -> None:
        """Keep the files that differ."""
        super().__init__(wording.result_differs(paths))
        self.paths = tuple(paths)


class FolderDiffersError(DrawActRefusedError):
    """A published file in the folder is not the one that is kept (文件夹不一致)."""

    code = "draw.folder_differs"

    def __init__(self, *, folder: str, paths: Sequence[str]) -> None:
        """Keep the folder and the files that differ."""
        super().__init__(wording.folder_differs(folder=folder, paths=paths))
        self.paths = tuple(paths)
