"""Reading one TOML table strictly (逐项严格读取): a key that nobody asks for is a fault."""

import difflib
import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from shuangjian.foundation.policy.leaf import Problem
from shuangjian.foundation.policy.lines import LineIndex

Choice = TypeVar("Choice", bound=StrEnum)

_PARTIAL_DATE = re.compile(r"^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$")


class Table:
    """A table of one file with its place (一张表); faults are gathered, not raised."""

    def __init__(
        self,
        content: Mapping[str, Any],
        *,
        file: str,
        lines: LineIndex,
        name: str,
        position: int = 0,
        problems: list[Problem],
    ) -> None:
        self._content = content
        self.file = file
        self._lines = lines
        self._name = name
        self._position = position
        self._problems = problems
        self._asked: set[str] = set()

    def line(self, key: str = "") -> int:
        """The line of a key of this table, or of the table."""
        return self._lines.of(self._name, self._position, key)

    def refuse(self, message: str, *, key: str = "") -> None:
        """Notes a fault at a key, or at the table."""
        self._problems.append(Problem(self.file, self.line(key), message))

    def has(self, key: str) -> bool:
        """Whether the key is written."""
        self._asked.add(key)
        return key in self._content

    def raw(self, key: str) -> Any:
        """The value as TOML gives it, or ``None``."""
        self._asked.add(key)
        return self._content.get(key)

    def _required(self, key: str, *, required: bool) -> Any:
        found = self.raw(key)
        if found is None and required:
            self.refuse(f"缺少「{key}」")
        return found

    def text(self, key: str, *, required: bool = False) -> str:
        """A text, empty where absent."""
        found = self._required(key, required=required)
        if found is None:
            return ""
        if not isinstance(found, str):
            self.refuse(f"「{key}」应是文字，写的是 {found!r}", key=key)
            return ""
        if required and not found.strip():
            self.refuse(f"「{key}」不能为空", key=key)
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts without repetition."""
        found = self.raw(key)
        if found is None:
            return ()
        if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
            self.refuse(f'「{key}」应是文字的列表，如 ["…"]', key=key)
            return ()
        if len(set(found)) != len(found):
            self.refuse(f"「{key}」里有重复的项", key=key)
        return tuple(found)

    def integer(self, key: str) -> int | None:
        """An integer, or ``None`` where absent."""
        found = self.raw(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int):
            self.refuse(f"「{key}」应是整数，写的是 {found!r}", key=key)
            return None
        return found

    def flag(self, key: str) -> bool | None:
        """``true`` or ``false``, or ``None`` where absent."""
        found = self.raw(key)
        if found is not None and not isinstance(found, bool):
            self.refuse(f"「{key}」应是 true 或 false，写的是 {found!r}", key=key)
            return None
        return found

    def day(self, key: str, *, required: bool = False) -> date | None:
        """A TOML date without quotes, or ``None`` where absent or wrong."""
        found = self._required(key, required=required)
        if found is None:
            return None
        if isinstance(found, datetime) or not isinstance(found, date):
            self.refuse(f"「{key}」应是日期（不加引号，如 2021-04-01），写的是 {found!r}", key=key)
            return None
        return found

    def partial_date(self, key: str) -> str:
        """ISO text to the precision known: year, month or day."""
        found = self.text(key)
        if found and not _PARTIAL_DATE.match(found):
            self.refuse(f'「{key}」应写成 "2021"、"2021-04" 或 "2021-04-08"', key=key)
        return found

    def choice(
        self, key: str, options: type[Choice], *, default: Choice | None = None
    ) -> Choice | None:
        """One of the options; required where there is no default."""
        found = self._required(key, required=default is None)
        if found is None:
            return default
        words = [option.value for option in options]
        if found not in words:
            self.refuse(f"「{key}」应是 {'、'.join(words)} 之一，写的是 {found!r}", key=key)
            return None
        return options(found)

    def finish(self) -> None:
        """Notes every key that nobody asked for."""
        for key in self._content:
            if key in self._asked:
                continue
            near = difflib.get_close_matches(key, sorted(self._asked), n=1)
            hint = f"，是否想写「{near[0]}」？" if near else ""
            self.refuse(f"不认识的键「{key}」{hint}", key=key)
