"""名册: ``roster.csv``; every ticket that draws, without names, sorted by ticket bytes.

``new_ticket(random_bytes)``, ``RosterRow(ticket, size, group)``, ``roster_bytes(rows)`` and
``read_roster(data)``. A pupil with carry-over tickets has one row for each; the size of a row is
the number of pupils who draw with that ticket.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple, NoReturn

from shuangjian.engines.draw.refusal import DrawRefusedError

HEADER: Final = "ticket,size,group"
NAME: Final = "roster.csv"
TICKET_BYTES: Final = 16
_ROW: Final = re.compile(r"([0-9a-f]{32}),([1-9][0-9]{0,3}),([^,\"\r\n]*)")


class RosterRow(NamedTuple):
    """名册一行: one ticket.

    Attributes:
        ticket: 32 lower hexadecimal digits.
        size: pupils who draw with it: 1, or those of a bundle (捆绑), up to 9999.
        group: in words, may be empty; no comma, no quote.
    """

    ticket: str
    size: int = 1
    group: str = ""


def new_ticket(random_bytes: bytes) -> str:
    """A ticket (签) of 16 random bytes.

    Raises:
        ValueError: not 16 bytes.
    """
    if len(random_bytes) != TICKET_BYTES:
        raise ValueError(f"签要 {TICKET_BYTES} 个随机字节，现在是 {len(random_bytes)} 个。")
    return random_bytes.hex()


def roster_bytes(rows: Iterable[RosterRow]) -> bytes:
    """The bytes of ``roster.csv`` (名册); the order of the rows given does not matter.

    Raises:
        DrawRefusedError: a ticket twice, or a row that is not of the form above.
    """
    lines = [f"{row.ticket},{row.size},{row.group}" for row in sorted(rows)]
    data = "".join(f"{line}\n" for line in (HEADER, *lines)).encode()
    read_roster(data)
    return data


def read_roster(data: bytes, *, place: str = NAME) -> list[RosterRow]:
    """The rows of ``roster.csv`` (名册), in its order.

    Raises:
        DrawRefusedError: a wrong header or row; not sorted by ticket; a ticket twice; no ticket.
    """
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError:
        _refuse(place, "不是 UTF-8 编码", "公布的文件必须能被任何人按同一格式读取")
    if lines[0] != HEADER or lines[-1] or len(lines) < 3:
        _refuse(place, "表头或结尾不对", f"第一行应当是 {HEADER}，至少有一个签，末尾恰有一个换行")
    rows = []
    before = ""
    for number, line in enumerate(lines[1:-1], 2):
        match = _ROW.fullmatch(line)
        if match is None:
            _refuse(f"{place} 第 {number} 行", "写法不对", "应当是签、人数、类别三列")
        ticket, size, group = match.groups()
        if ticket <= before:
            _refuse(f"{place} 第 {number} 行", "签没有排序或者重复", "一个签只能在名册里出现一次")
        before = ticket
        rows.append(RosterRow(ticket, int(size), group))
    return rows


def _refuse(place: str, what: str, why: str) -> NoReturn:
    raise DrawRefusedError(
        place=place, what=what, why=why, remedy="请核对名册后重新公布一版，并写明更正理由"
    )
