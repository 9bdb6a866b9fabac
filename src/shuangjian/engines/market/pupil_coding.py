"""学生编码: the table of pupils as sorted ids, grades and the names of their groups."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from shuangjian.engines.market.column import GRADE, GROUP, PUPIL, Column
from shuangjian.engines.market.column_coding import ColumnCoding, texts_of
from shuangjian.engines.market.fault import shown
from shuangjian.engines.market.fault_list import FaultList
from shuangjian.engines.market.identifier import add_id_faults
from shuangjian.engines.market.market import NO_GRADE, Int16, Int64
from shuangjian.engines.market.number import EMPTY, add_number_faults
from shuangjian.engines.market.table import Table
from shuangjian.engines.market.text_kernel import buffers_of, mark_repeats
from shuangjian.engines.market.vocabulary import sorted_ids


@dataclass(frozen=True)
class CodedPupils:
    """学生编码.

    Attributes:
        ids: sorted by bytes, ``(p,)``.
        grade: ``NO_GRADE`` where none is given, ``(p,)``.
        group: name, empty for none, ``(p,)``; ``None`` where no pupil has one.
    """

    ids: pa.StringArray
    grade: Int16
    group: pa.StringArray | None


def code_pupils(table: Table, faults: FaultList) -> CodedPupils:
    """Read all pupils (学生编码); with a fault the result is not to be used.

    Args:
        table: of pupils.
        faults: is added to.
    """
    coding = ColumnCoding(table)
    grade = coding.numbers(GRADE, dtype=np.int16)
    coding.run(threads=1)
    add_number_faults(faults, table, GRADE, grade, is_needed=False)
    ids, order = different_ids(table, PUPIL, faults)
    group = None
    if GROUP.name in table.columns:
        group = texts_of(table, GROUP)
        add_id_faults(faults, table, GROUP, group, is_needed=False)
    if order is not None:
        grade = grade[order]
        group = None if group is None else group.take(pa.array(order))
    return CodedPupils(
        ids=ids, grade=np.where(grade == EMPTY, NO_GRADE, grade).astype(np.int16), group=group
    )


def different_ids(
    table: Table, column: Column, faults: FaultList
) -> tuple[pa.StringArray, Int64 | None]:
    """The ids of a table by bytes (不重复的编号), and their rows, as ``sorted_ids`` gives them.

    Args:
        table: one row an id.
        column: the ids.
        faults: is added to where an id is written badly or stands there twice.
    """
    given = texts_of(table, column)
    add_id_faults(faults, table, column, given)
    ids, order = sorted_ids(given)
    if order is not None:
        is_again = np.zeros(len(ids), np.bool_)
        mark_repeats(*buffers_of(ids), is_again)
        again = np.flatnonzero(is_again)
        begins = np.flatnonzero(~is_again)
        earlier = begins[np.searchsorted(begins, again) - 1]
        faults.add_rows(
            table,
            order[again],
            lambda cell, line: f"{column.shown}{shown(cell)}与第 {line} 行重复。请删去一行。",
            columns=[column.name],
            beside=order[earlier],
        )
    return ids, order
