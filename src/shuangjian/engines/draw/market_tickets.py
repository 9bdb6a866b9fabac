"""志愿文件里的签: whether those who wish are those who draw; reads ids only, decides nothing.

The wishes of a draw with seats at courses stand in the frozen files of ``allocate``. A pupil is
called by its first ticket there, members of a bundle ``<ticket>-1``, ``<ticket>-2``.
"""

import csv
from collections import Counter
from collections.abc import Sequence
from typing import Final, NoReturn

from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.engines.draw.roster import RosterRow

_WHY: Final = "名册上的每个签、每个人都要在志愿文件里恰好对上，否则有人没有签或者多了签"


def check_market_tickets(
    rows: Sequence[RosterRow], *, pupils: bytes, tickets: bytes | None, folder: str
) -> None:
    """Check that every ticket of the roster draws for as many pupils as it says (核对签与学生).

    Args:
        rows: of the roster.
        pupils: bytes of ``pupils.csv``.
        tickets: bytes of ``tickets.csv``, ``None`` where there is none.
        folder: such as ``v1``, for the message.

    Raises:
        DrawRefusedError: a ticket or pupil that the roster does not know, or too many or too few.
    """
    names = {entry["pupil"] for entry in _entries(pupils, f"{folder}/pupils.csv", ("pupil",))}
    drawn: Counter[str] = Counter()
    with_ticket: set[str] = set()
    if tickets is not None:
        place = f"{folder}/tickets.csv"
        for entry in _entries(tickets, place, ("pupil", "ticket")):
            if entry["pupil"] not in names:
                _refuse(place, f"{entry['pupil']} 不在 pupils.csv 里")
            with_ticket.add(entry["pupil"])
            drawn[entry["ticket"]] += 1
    drawn.update(names - with_ticket)
    for row in rows:
        if drawn[row.ticket] != row.size:
            _refuse(
                f"{folder}/pupils.csv",
                f"签 {row.ticket} 在名册上有 {row.size} 人，在志愿文件里有 {drawn[row.ticket]} 人",
            )
    unknown = sorted(set(drawn) - {row.ticket for row in rows})
    if unknown:
        _refuse(f"{folder}/pupils.csv", f"{unknown[0]} 没有名册上的签")


def _entries(data: bytes, place: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        lines = list(csv.reader(data.decode().split("\n"), strict=True))
    except (UnicodeDecodeError, csv.Error):
        _refuse(place, "不是 UTF-8 编码的 CSV")
    header = lines[0] if lines else []
    if not set(columns) <= set(header):
        _refuse(place, f"没有{'、'.join(columns)}列")
    places = [(column, header.index(column)) for column in columns]
    found = []
    for number, line in enumerate(lines[1:], 2):
        if not line:
            continue
        if len(line) != len(header):
            _refuse(f"{place} 第 {number} 行", f"有 {len(line)} 列，表头有 {len(header)} 列")
        found.append({column: line[index] for column, index in places})
    return found


def _refuse(place: str, what: str) -> NoReturn:
    raise DrawRefusedError(
        place=place,
        what=what,
        why=_WHY,
        remedy="请核对名册和志愿文件后重新公布一版，并写明更正理由",
    )
