"""Policy leaves and their values (政策项与取值): what a file under ``policies/`` says, typed.

Pure: no Django here. Numbers are integers in the leaf's smallest unit. Intervals are half-open,
``ends_on`` no longer counts; bands are integers with both ends counted.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NATION = "000000"
BAND_OPEN = 9999
OPEN_DATE = date(9999, 12, 31)
GRADE_MAX = 12

# invariant: the registry's SchoolKind, and ``boarding`` for any school that boards its pupils.
SCHOOL_KINDS = ("primary", "junior", "nine_year", "teaching_point", "village_primary", "boarding")


class Direction(StrEnum):
    """严格方向: which of two values is the stricter."""

    LOWER_IS_STRICTER = "lower_is_stricter"
    HIGHER_IS_STRICTER = "higher_is_stricter"


class Combine(StrEnum):
    """与上级合并方式: how a region's value meets those of the regions above it."""

    STRICTER = "stricter"
    REPLACE = "replace"
    LOCAL = "local"


class BandKind(StrEnum):
    """分档方式: what a leaf's values are banded by."""

    NONE = "none"
    GRADE = "grade"
    CLASS_SIZE = "class_size"
    SCHOOL_KIND = "school_kind"


class AppliesTo(StrEnum):
    """约束对象: whether a leaf binds schools or regions."""

    SCHOOL = "school"
    REGION = "region"


class Severity(StrEnum):
    """约束力: ``must`` is violated, ``should`` is only warned about (一般、原则上)."""

    MUST = "must"
    SHOULD = "should"


class Unit(StrEnum):
    """单位: always the smallest, so that a value is an integer."""

    MINUTE = "minute"
    FEN = "fen"
    PER_MILLE = "per_mille"
    MINUTE_OF_DAY = "minute_of_day"
    DAY_OF_MONTH = "day_of_month"
    MONTH = "month"
    PERSON = "person"
    COUNT = "count"
    FLAG = "flag"


class Precision(StrEnum):
    """日期精度: a date known to the month or year counts from its first day."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class CitationStatus(StrEnum):
    """核对情况: whether the statement was read in a source or is from memory."""

    VERIFIED = "verified"
    FROM_MEMORY = "from_memory"


@dataclass(frozen=True, slots=True)
class Citation:
    """依据: the document that a value rests on.

    ``issued`` is ISO text to the precision known (``2021``, ``2021-04`` or ``2021-04-08``);
    ``unverified`` names the fields of this citation that are from memory.
    """

    title: str
    status: CitationStatus
    number: str = ""
    issued: str = ""
    clause: str = ""
    url: str = ""
    sources: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """来源: where a citation was read; ``grade`` says how near it is to the official text."""

    id: str
    grade: str
    name: str


@dataclass(frozen=True, slots=True)
class NotEncoded:
    """未录入事项: a rule known of, and why it is not encoded."""

    topic: str
    content: str
    region: str
    reason: str
    explanation: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaf:
    """政策项: one limit or duty, whatever its value may be at a place and on a day.

    ``domain`` is the range of grades or class sizes that the leaf speaks of, both ends counted.
    """

    key: str
    unit: Unit
    description_zh: str
    description_en: str
    direction: Direction
    combine: Combine
    band: BandKind
    applies_to: AppliesTo
    domain: tuple[int, int]
    region: str
    file: str
    line: int

    def is_stricter(self, value: int, *, than: int) -> bool:
        """Whether ``value`` binds more than ``than`` (从严比较); equal is not stricter."""
        if self.direction is Direction.LOWER_IS_STRICTER:
            return value < than
        return value > than


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """政策取值: one dated value of a leaf in one region, with its citation.

    ``value`` is ``None`` where the entry repeals. ``ends_on`` is only what the file says by ``to``:
    an open value holds until the same region's next one. ``region`` is a code, or
    ``school:<pseudonym>`` for a school's own value.
    """

    key: str
    region: str
    starts_on: date
    precision: Precision
    ends_on: date | None
    value: int | None
    band_low: int
    band_high: int
    school_kinds: tuple[str, ...]
    severity: Severity
    wording: str
    citation: Citation
    restated: tuple[Citation, ...] = ()
    is_expected: bool = False
    except_regions: tuple[str, ...] = ()
    note: str = ""
    file: str = ""
    line: int = 0

    @property
    def policy(self) -> str:
        """The value's name in facts and findings (政策值编号)."""
        return f"{self.key}@{self.region}@{self.starts_on.isoformat()}"

    def covers(self, *, point: int | None, school_kind: str | None) -> bool:
        """Whether the entry speaks of this grade or class size, and of this kind of school."""
        if self.school_kinds and school_kind not in self.school_kinds:
            return False
        return point is None or self.band_low <= point <= self.band_high


@dataclass(frozen=True, slots=True)
class Problem:
    """政策文件错误: what is wrong, in which file and line."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file} 第 {self.line} 行：{self.message}"


class PolicyFilesInvalidError(Exception):
    """The files are refused whole (政策文件整体拒绝); ``problems`` says why, in order."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
