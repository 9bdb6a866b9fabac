"""签的编码: which tickets each pupil draws with."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shuangjian.engines.kernel import compiled
from shuangjian.engines.market.bundle import Bundles, read_bundles
from shuangjian.engines.market.column import PUPIL, TICKET
from shuangjian.engines.market.column_coding import ColumnCoding, texts_of
from shuangjian.engines.market.fault import shown
from shuangjian.engines.market.fault_list import FaultList
from shuangjian.engines.market.identifier import add_id_faults
from shuangjian.engines.market.market import Int32, Int64, Tickets
from shuangjian.engines.market.reference import add_repeats, add_unknown
from shuangjian.engines.market.roll import Roll
from shuangjian.engines.market.table import Table
from shuangjian.engines.market.text_kernel import Bytes, buffers_of, is_before
from shuangjian.engines.market.vocabulary import first_equal_rows


@dataclass(frozen=True)
class _Rows:
    """签的行: those that can be read.

    Attributes:
        table: where they stand.
        row: of each in the table, ascending.
        pupil: code.
        ticket: text.
        bundles: who belongs together.
    """

    table: Table
    row: NDArray[np.intp]
    pupil: Int32
    ticket: pa.StringArray
    bundles: Bundles


def code_tickets(table: Table | None, roll: Roll, faults: FaultList, *, threads: int) -> Tickets:
    """The tickets of all pupils (签的编码); with a fault the result is not to be used.

    Args:
        table: of tickets, where there is one; a pupil that it does not name draws with its id.
        roll: the pupils that there are.
        faults: is added to.
        threads: at least 1.
    """
    if table is None or not table.rows:
        return Tickets(np.arange(len(roll.pupils) + 1, dtype=np.int64), roll.pupils.ids)
    rows = _read(table, roll, faults, threads=threads)
    has_none = np.ones(len(roll.pupils), np.bool_)
    has_none[rows.pupil] = False
    _check_sharing(rows, faults)
    _check_against_ids(rows, roll, has_none, faults)
    return _assembled(rows, roll, np.flatnonzero(has_none))


def _read(table: Table, roll: Roll, faults: FaultList, *, threads: int) -> _Rows:
    coding = ColumnCoding(table)
    pupil = coding.ids(PUPIL, roll.pupils)
    coding.run(threads=threads)
    ticket = texts_of(table, TICKET)
    add_unknown(faults, table, PUPIL, pupil, roll.pupils)
    add_id_faults(faults, table, TICKET, ticket)
    _, starts = buffers_of(ticket)
    is_right = (pupil >= 0) & (np.diff(starts) > 0)
    bundles = read_bundles(table, pupil, len(roll.pupils), faults)
    row = np.flatnonzero(is_right)
    if row.size == table.rows:
        return _Rows(table, row, pupil, ticket, bundles)
    return _Rows(table, row, pupil[row], ticket.take(pa.array(row)), bundles)


def _check_sharing(rows: _Rows, faults: FaultList) -> None:
    """A ticket is one pupil's, or one bundle's, and stands with a pupil once."""
    first = first_equal_rows(rows.ticket)
    repeats = np.flatnonzero(first != np.arange(first.size))
    if not repeats.size:
        return
    owner, other = rows.pupil[first[repeats]], rows.pupil[repeats]
    bundle_of = rows.bundles.of_pupil
    is_apart = (owner != other) & ((bundle_of[owner] < 0) | (bundle_of[owner] != bundle_of[other]))
    apart = repeats[is_apart]
    faults.add_rows(
        rows.table,
        rows.row[apart],
        lambda ticket, line: (
            f"{TICKET.shown}{shown(ticket)}已是第 {line} 行另一名学生的。"
            "请改正，或给他们写同一个捆绑（bundle）。"
        ),
        columns=[TICKET.name],
        beside=rows.row[first[apart]],
    )
    concerned = np.flatnonzero(np.isin(first, first[repeats]))
    add_repeats(
        faults,
        rows.table,
        rows.row[concerned],
        (rows.pupil[concerned], first[concerned]),
        lambda who, ticket, line: (
            f"学生{shown(who)}已有签{shown(ticket)}（第 {line} 行）。请删去一行。"
        ),
        columns=[PUPIL.name, TICKET.name],
    )


def _check_against_ids(
    rows: _Rows, roll: Roll, has_none: NDArray[np.bool_], faults: FaultList
) -> None:
    """A pupil without a row draws with its id, which must be nobody's ticket."""
    if not has_none.any():
        return
    named = roll.pupils.codes_of(rows.ticket)
    is_taken = (named >= 0) & has_none[named]
    faults.add_rows(
        rows.table,
        rows.row[is_taken],
        lambda ticket: (
            f"{TICKET.shown}{shown(ticket)}是另一名学生的编号，而那名学生没有签，要用编号抽签。"
            "请改正，或给那名学生写上签。"
        ),
        columns=[TICKET.name],
    )


def _assembled(rows: _Rows, roll: Roll, without: NDArray[np.intp]) -> Tickets:
    """All pupils' tickets by (pupil, ticket bytes)."""
    is_alone = rows.bundles.of_pupil[rows.pupil] < 0
    alone = np.flatnonzero(is_alone)
    pupil, ticket = rows.pupil, rows.ticket
    if alone.size < pupil.size or without.size:
        shared_pupil, shared = rows.bundles.tickets(rows.pupil, rows.ticket, ~is_alone)
        pupil = np.concatenate([pupil[alone], without.astype(np.int32), shared_pupil])
        ticket = pa.concat_arrays(
            [ticket.take(pa.array(alone)), roll.pupils.ids.take(pa.array(without)), shared]
        )
    start = np.zeros(len(roll.pupils) + 1, np.int64)
    np.cumsum(np.bincount(pupil, minlength=len(roll.pupils)), out=start[1:])
    order = np.argsort(pupil, kind="stable")
    sort_within(order, start, *buffers_of(ticket))
    if not (order == np.arange(order.size)).all():
        ticket = ticket.take(pa.array(order))
    return Tickets(start, ticket)


@compiled
def sort_within(order: Int64, start: Int64, data: Bytes, starts: Int32) -> None:
    """Sort the rows of each pupil by the bytes of their texts (各自排序), in place.

    Args:
        order: rows, pupil after pupil.
        start: where each pupil's begin in ``order``.
        data: of all texts.
        starts: where each text begins.
    """
    for pupil in range(start.size - 1):
        for step in range(start[pupil] + 1, start[pupil + 1]):
            row = order[step]
            place = step
            while place > start[pupil]:
                other = order[place - 1]
                if not is_before(
                    data, starts[row], starts[row + 1], starts[other], starts[other + 1]
                ):
                    break
                order[place] = other
                place -= 1
            order[place] = row
