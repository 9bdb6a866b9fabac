"""读错记录: the faults of one sheet as they are found."""

from dataclasses import dataclass, field

from shuangjian.areas.homework.workbook.fault import CellFault, MisreadError, cell_fault
from shuangjian.areas.homework.workbook.sheet import Grid, Position


@dataclass
class Misreadings:
    """读错记录: faults of one sheet, one a cell and code, in the order found.

    Attributes:
        grid: The sheet.
        found: The faults by cell and code; a merged cell read for ten rows is named once.
    """

    grid: Grid
    found: dict[tuple[str, str], CellFault] = field(default_factory=dict)

    def add(self, position: Position, misread: MisreadError) -> None:
        """记下: note what can't be read at a position."""
        fault = cell_fault(
            sheet=self.grid.name,
            cell=self.grid.cell(position),
            misread=misread,
            value=self.grid.value(position),
        )
        self.take(fault)

    def take(self, fault: CellFault) -> None:
        """收下: note a fault that is ready-made."""
        self.found.setdefault((fault.cell, fault.code), fault)
