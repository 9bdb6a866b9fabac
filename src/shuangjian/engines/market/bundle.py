"""捆绑: pupils who draw with the same tickets and so stand next to each other."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shuangjian.engines.market.column import BUNDLE, PUPIL
from shuangjian.engines.market.column_coding import texts_of
from shuangjian.engines.market.fault import shown
from shuangjian.engines.market.fault_list import FaultList
from shuangjian.engines.market.identifier import add_id_faults
from shuangjian.engines.market.market import Int32
from shuangjian.engines.market.table import Table
from shuangjian.engines.market.text_kernel import buffers_of


@dataclass(frozen=True)
class Bundles:
    """捆绑.

    Attributes:
        of_pupil: a number for each bundle, -1 for none, ``(p,)``.
    """

    of_pupil: Int32

    def tickets(
        self, pupil: Int32, ticket: pa.StringArray, is_bundled: NDArray[np.bool_]
    ) -> tuple[Int32, pa.StringArray]:
        """What the members of bundles draw with (捆绑的签): pupils and tickets, row by row.

        Each member has as many tickets as the member with the most, and all have the same: the
        first in byte order of all the members'. So a bundle has no more luck than one pupil.

        Args:
            pupil: of each row.
            ticket: of each row.
            is_bundled: the rows of pupils who are in a bundle.
        """
        rows = np.flatnonzero(is_bundled)
        members: dict[int, dict[int, set[bytes]]] = defaultdict(lambda: defaultdict(set))
        texts = ticket.take(pa.array(rows)).cast(pa.binary()).to_pylist()
        for code, text in zip(pupil[rows].tolist(), texts, strict=True):
            members[int(self.of_pupil[code])][code].add(text)
        codes: list[int] = []
        shared: list[bytes] = []
        for by_pupil in members.values():
            most = max(map(len, by_pupil.values()))
            common = sorted(set().union(*by_pupil.values()))[:most]
            for code in by_pupil:
                codes += [code] * most
                shared += common
        return np.array(codes, np.int32), pa.array(shared, pa.binary()).cast(pa.string())


def read_bundles(table: Table, pupil: Int32, pupils: int, faults: FaultList) -> Bundles:
    """Who is in which bundle (读捆绑).

    Args:
        table: of tickets.
        pupil: code of each row's pupil, below 0 where it is not known.
        pupils: how many there are.
        faults: is added to where a pupil is in two bundles.
    """
    of_pupil = np.full(pupils, -1, np.int32)
    if BUNDLE.name not in table.columns:
        return Bundles(of_pupil)
    texts = texts_of(table, BUNDLE)
    add_id_faults(faults, table, BUNDLE, texts, is_needed=False)
    _, starts = buffers_of(texts)
    rows = np.flatnonzero((np.diff(starts) > 0) & (pupil >= 0))
    names = texts.take(pa.array(rows)).cast(pa.binary()).dictionary_encode().indices.to_numpy()
    first_row = np.full(pupils, -1, np.int64)
    # why: assigned from the last row up, so that the first row of a pupil stays.
    first_row[pupil[rows][::-1]] = rows[::-1]
    of_pupil[pupil[rows][::-1]] = names[::-1]
    is_other = of_pupil[pupil[rows]] != names
    faults.add_rows(
        table,
        rows[is_other],
        lambda who, bundle, line: (
            f"学生{shown(who)}在第 {line} 行已属于另一个捆绑，这里是{shown(bundle)}。"
            "一名学生只能在一个捆绑里，请改正。"
        ),
        columns=[PUPIL.name, BUNDLE.name],
        beside=first_row[pupil[rows[is_other]]],
    )
    return Bundles(of_pupil)
