"""合并: several pieces of homework of one class, day and subject become one plan row."""

import datetime as dt

from shuangjian.areas.homework.workbook.entry import Entry
from shuangjian.areas.homework.workbook.fault import CellFault, MisreadError, cell_fault
from shuangjian.areas.homework.workbook.plan_row import ClassKey, PlanRow
from shuangjian.foundation.registry.school_year import CHINESE_GRADES

_KIND_NAMES = {"written": "书面", "oral": "口头", "practice": "实践"}


def join_entries(entries: list[Entry]) -> tuple[list[PlanRow], list[CellFault]]:
    """合并: one plan row for each class, day and subject, in the order of their first piece.

    Pieces of different kinds are joined: the written one's minutes count, the other contents are
    put after it. Two of the same kind contradict each other, in one sheet or in two.

    Returns:
        Rows, and a fault for each piece that repeats another.
    """
    groups: dict[tuple[ClassKey, dt.date, str], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.class_key, entry.on, entry.course.code), []).append(entry)
    rows: list[PlanRow] = []
    faults: list[CellFault] = []
    for group in groups.values():
        repeated = _repeated(group)
        faults.extend(repeated)
        if not repeated:
            rows.append(_joined(group))
    return rows, faults


def _repeated(group: list[Entry]) -> list[CellFault]:
    first_by_kind: dict[str, Entry] = {}
    faults = []
    for entry in group:
        first = first_by_kind.setdefault(entry.homework.kind, entry)
        if first is entry or (first.homework.is_none and entry.homework.is_none):
            continue
        faults.append(_duplicate(first, entry))
    return faults


def _duplicate(first: Entry, second: Entry) -> CellFault:
    of_grade, of_year, number = first.class_key
    grade = f"{CHINESE_GRADES[of_grade - 1]}年级" if of_grade else f"{of_year}级"
    names = dict.fromkeys((first.course.name, second.course.name))
    reason = (
        f"{grade}{number}班 {first.on:%Y-%m-%d} 的“{'”“'.join(names)}”"
        f"{_KIND_NAMES[second.homework.kind]}作业已经写在工作表“{first.sheet}”的 {first.cell} "
        "单元格，同一个班一天一科只能有一项，不知道以哪一处为准。请合并成一处，或改正班级、日期、学科。"
    )
    length = second.homework.length.high
    return cell_fault(
        sheet=second.sheet,
        cell=second.cell,
        misread=MisreadError("duplicate_row", reason),
        value=f"{second.homework.content} {length}".strip(),
    )


def _joined(group: list[Entry]) -> PlanRow:
    told = [entry for entry in group if not entry.homework.is_none] or group[:1]
    told.sort(key=lambda entry: entry.homework.kind != "written")
    main, *others = told
    homework = main.homework
    contents = [homework.content]
    contents += [f"{_KIND_NAMES[e.homework.kind]}：{e.homework.content}" for e in others]
    minutes = homework.length.high
    if homework.kind != "written":
        minutes = sum(entry.homework.length.high for entry in told)
    teachers = [entry.homework.teacher_name for entry in told if entry.homework.teacher_name]
    return PlanRow(
        class_ref=main.class_ref,
        on=main.on,
        course_code=main.course.code,
        course_name=main.course.name,
        content="；".join(contents),
        kind=homework.kind,
        place=homework.place,
        minutes=minutes,
        teacher_name=teachers[0] if teachers else None,
        sheet=main.sheet,
        cell=main.cell,
        is_none=homework.is_none,
    )
