"""Line numbers of TOML tables and keys (行号定位), which ``tomllib`` does not keep."""

import re

_HEADER = re.compile(r"^\s*(\[\[|\[)\s*([A-Za-z0-9_.\-]+)\s*(?:\]\]|\])")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-]+)\s*=")
_FENCES = ('"""', "'''")


class LineIndex:
    """Where each table and key of one file stands (行号索引); lines count from 1."""

    def __init__(self, text: str) -> None:
        self._line_by_place: dict[tuple[str, int, str], int] = {}
        self._scan(text)

    def _scan(self, text: str) -> None:
        table, position = "", 0
        tables_count: dict[str, int] = {}
        fence = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if fence:
                fence = "" if line.count(fence) % 2 else fence
                continue
            header = _HEADER.match(line)
            if header:
                table = header.group(2)
                position = tables_count.get(table, 0)
                tables_count[table] = position + 1
                self._line_by_place[table, position, ""] = number
                continue
            key = _KEY.match(line)
            if key:
                self._line_by_place.setdefault((table, position, key.group(1)), number)
            fence = next((mark for mark in _FENCES if line.count(mark) % 2), "")

    def of(self, table: str, position: int = 0, key: str = "") -> int:
        """The line of a key, else of its table, else of the file's first line.

        Args:
            table: ``values``, ``citations.<id>``, or empty for the file's head.
            position: which table of that name, from 0.
            key: the key in the table, or empty for the table itself.
        """
        found = self._line_by_place.get((table, position, key))
        if found is None and key:
            found = self._line_by_place.get((table, position, ""))
        if found is None:
            found = self._line_by_place.get(("", 0, table.split(".")[0]))
        return found or 1
