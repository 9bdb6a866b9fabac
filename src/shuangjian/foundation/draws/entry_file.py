"""报名表: a CSV of children to enter, edit or withdraw, as a school's office keeps it."""

import csv
import io
from collections.abc import Mapping
from typing import Final

from shuangjian.foundation.draws.entries import Application, Changes
from shuangjian.foundation.draws.errors import WrongEntryFileError

_TITLES: Final[Mapping[str, tuple[str, ...]]] = {
    "applicant": ("applicant", "pupil", "报名人", "学生", "学生编号", "学号"),
    "group": ("group", "类别"),
    "bundle": ("bundle", "捆绑"),
    "tickets": ("tickets", "签数"),
    "change": ("change", "变动"),
    "": ("grade", "年级"),
}
_WITHDRAWN: Final = frozenset({"withdraw", "退出"})
_ENTERED: Final = frozenset({"", "enter", "报名", "修改"})
_COLUMN_BY_TITLE: Final = {title: column for column, titles in _TITLES.items() for title in titles}


def read_changes(content: bytes) -> Changes:
    """Read a CSV of entries (报名表).

    Columns: ``applicant`` (or ``pupil``) and, where there are any, ``group``, ``bundle``,
    ``tickets`` and ``change`` (``enter`` or ``withdraw``); Chinese titles are read, too. A
    ``grade`` belongs to the wishes and is passed over, so that ``pupils.csv`` can be used as it is.

    Raises:
        WrongEntryFileError: not such a file, with the line.
    """
    rows = list(csv.reader(io.StringIO(_text(content))))
    if not rows:
        raise WrongEntryFileError(line=1, fault="empty")
    columns = _columns(rows[0])
    applications: list[Application] = []
    withdrawn: list[str] = []
    for line, cells in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            raise WrongEntryFileError(line=line, fault="cells")
        row = {column: cell.strip() for column, cell in zip(columns, cells, strict=True)}
        change = row.get("change", "")
        if change in _WITHDRAWN:
            withdrawn.append(row["applicant"])
        elif change in _ENTERED:
            applications.append(_application(row, line=line))
        else:
            raise WrongEntryFileError(line=line, fault="change")
    return Changes(applications, withdrawn)


def _application(row: Mapping[str, str], *, line: int) -> Application:
    tickets = row.get("tickets", "") or "1"
    if not (tickets.isascii() and tickets.isdigit() and len(tickets) < 4):
        raise WrongEntryFileError(line=line, fault="tickets")
    return Application(
        reference=row["applicant"],
        group=row.get("group", ""),
        bundle=row.get("bundle", ""),
        tickets=int(tickets),
    )


def _columns(titles: list[str]) -> list[str]:
    found = []
    for title in titles:
        column = _COLUMN_BY_TITLE.get(title.strip().lower())
        if column is None or (column and column in found):
            raise WrongEntryFileError(line=1, fault="title", title=title.strip())
        found.append(column)
    if "applicant" not in found:
        raise WrongEntryFileError(line=1, fault="no_applicant")
    return found


def _text(content: bytes) -> str:
    """UTF-8 with or without its mark, or what Excel writes in China."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise WrongEntryFileError(line=1, fault="encoding")
