"""网格: a worksheet as a grid of cells, with merged cells filled from their top left one."""

from collections.abc import Iterable
from dataclasses import dataclass

from shuangjian.areas.homework.workbook.fault import CellValue

Position = tuple[int, int]
"""Row and column, both from 0."""
MergedRange = tuple[Position, Position]
"""Top left and bottom right position, both included."""

BLANK: CellValue = ""


def cell_name(position: Position) -> str:
    """单元格名称: the A1 reference of a position.

    Examples:
        >>> cell_name((4, 1)), cell_name((0, 27))
        ('B5', 'AB1')
    """
    row, column = position
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


@dataclass(frozen=True)
class Grid:
    """网格: the values of one sheet; every cell of a merged range holds the range's value.

    Attributes:
        name: The worksheet's name.
        rows: Row by row, all of the same width.
        anchor_by_position: For cells inside a merged range, the position of its top left cell.
    """

    name: str
    rows: tuple[tuple[CellValue, ...], ...]
    anchor_by_position: dict[Position, Position]

    @property
    def height(self) -> int:
        """行数: number of rows."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """列数: number of columns."""
        return len(self.rows[0]) if self.rows else 0

    def value(self, position: Position) -> CellValue:
        """单元格的值: the value at a position, that of the merged range where there is one."""
        return self.rows[position[0]][position[1]]

    def text(self, position: Position) -> str:
        """单元格文字: the value where it is text, else the empty string."""
        value = self.value(position)
        return value if isinstance(value, str) else ""

    def is_blank(self, position: Position) -> bool:
        """空白: whether a cell holds nothing but spaces."""
        value = self.value(position)
        return isinstance(value, str) and not value.strip()

    def anchor(self, position: Position) -> Position:
        """左上角: the top left position of the merged range, or the position itself."""
        return self.anchor_by_position.get(position, position)

    def cell(self, position: Position) -> str:
        """单元格名称: the A1 reference under which a person finds the value."""
        return cell_name(self.anchor(position))

    def filled(self, row: int) -> list[Position]:
        """一行里有内容的格: positions that aren't blank, one for each merged range."""
        seen: dict[Position, Position] = {}
        for column in range(self.width):
            position = (row, column)
            if not self.is_blank(position):
                seen.setdefault(self.anchor(position), position)
        return list(seen.values())

    def is_banner(self, row: int) -> bool:
        """通栏: whether the row holds one value only, at its left or over half of its width."""
        filled = self.filled(row)
        if len(filled) != 1:
            return False
        anchor = self.anchor(filled[0])
        span = sum(self.anchor((row, column)) == anchor for column in range(self.width))
        return filled[0][1] == 0 or span * 2 > self.width


def build_grid(
    *, name: str, rows: list[list[CellValue]], merged: Iterable[MergedRange], limit: Position
) -> Grid:
    """网格: a grid of the sheet's values with its merged ranges filled.

    Args:
        name: The worksheet's name.
        rows: Values from A1 on; rows may differ in width.
        merged: The merged ranges; they may reach beyond the values.
        limit: Rows and columns beyond which a merged range is cut off.

    Returns:
        A grid just large enough for the values and for the merged ranges that hold one.
    """
    width = max((len(row) for row in rows), default=0)
    kept = [
        (top_left, (min(bottom, limit[0] - 1), min(right, limit[1] - 1)))
        for top_left, (bottom, right) in merged
        if _holds_value(rows, top_left)
    ]
    height = max([len(rows), *(last[0] + 1 for _, last in kept)])
    width = max([width, *(last[1] + 1 for _, last in kept)])
    cells = [[*row, *[BLANK] * (width - len(row))] for row in rows]
    cells += [[BLANK] * width for _ in range(height - len(rows))]
    anchors: dict[Position, Position] = {}
    for top_left, (bottom, right) in kept:
        for row in range(top_left[0], bottom + 1):
            for column in range(top_left[1], right + 1):
                cells[row][column] = cells[top_left[0]][top_left[1]]
                anchors[row, column] = top_left
    return Grid(name, tuple(tuple(row) for row in cells), anchors)


def _holds_value(rows: list[list[CellValue]], position: Position) -> bool:
    row, column = position
    return row < len(rows) and column < len(rows[row]) and str(rows[row][column]).strip() != ""
