"""规范文本: one byte string for one document, so that a hash of it means one thing.

JSON with sorted keys, the separators ``,`` and ``:``, no ASCII escapes and one line feed at the
end. ``Fields`` reads such a document back: a wrong type, an unknown or a missing field is refused.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NoReturn

from shuangjian.engines.draw.refusal import DrawRefusedError

_LENGTH_BYTES: Final = 8
_HEX_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_KINDS: Final = {str: "文字", int: "整数", bool: "true 或 false", dict: "对象", list: "列表"}


def canonical_bytes(document: Mapping[str, object]) -> bytes:
    """The canonical bytes (规范文本) of a JSON object."""
    text = json.dumps(
        document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return f"{text}\n".encode()


def length_prefixed(*parts: bytes) -> bytes:
    """Each part behind its length (带长度前缀) in 8 big-endian bytes: no field bleeds into another.

    >>> length_prefixed(b"ab", b"").hex()
    '000000000000000261620000000000000000'
    """
    return b"".join(len(part).to_bytes(_LENGTH_BYTES, "big") + part for part in parts)


def utf8_sorted(names: Mapping[str, object] | tuple[str, ...]) -> tuple[str, ...]:
    """Names in the order of their UTF-8 bytes (按 UTF-8 字节排序)."""
    return tuple(sorted(names, key=str.encode))


def read_fields(data: bytes, *, place: str) -> "Fields":
    """The fields of one canonical document (读取规范文本).

    Raises:
        DrawRefusedError: no UTF-8, no JSON object, or not in canonical form.
    """
    remedy = "请重新下载完整的公布目录；仍然如此的，请向公布单位查询"
    try:
        found = json.loads(data.decode())
        is_canonical = isinstance(found, dict) and canonical_bytes(found) == data
    except (ValueError, RecursionError) as error:
        raise DrawRefusedError(
            place=place,
            what="内容不是 UTF-8 编码的 JSON",
            why="公布的文件必须能被任何人按同一格式读取",
            remedy=remedy,
        ) from error
    if not is_canonical:
        raise DrawRefusedError(
            place=place,
            what="内容不是规范格式的 JSON 对象",
            why="键要排序、不留空格、末尾恰有一个换行，这样同一内容只有一个散列值",
            remedy=remedy,
        )
    return Fields(found, place=place)


class Fields:
    """文件字段: of one JSON object; ``close`` refuses what nobody asked for."""

    def __init__(self, values: dict[str, Any], *, place: str) -> None:
        self._values = dict(values)
        self.place = place

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def _taken(self, key: str, kind: type) -> Any:
        if key not in self._values:
            self.refuse(key, what="缺少这个字段", why="协议规定它必须写明")
        value = self._values.pop(key)
        # why: Python counts True as an integer, the protocol does not.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.refuse(key, what="类型不对", why=f"这里应当是{_KINDS[kind]}")
        return value

    def refuse(self, key: str, *, what: str, why: str) -> NoReturn:
        """Refuse one field (拒绝一个字段).

        Raises:
            DrawRefusedError: always.
        """
        raise DrawRefusedError(
            place=f"{self.place} 的 {key}",
            what=what,
            why=why,
            remedy="请对照协议文档改正；文件已经公布的，请向公布单位查询",
        )

    def text(self, key: str, *, may_be_empty: bool = False) -> str:
        """A text without control characters (文字)."""
        value: str = self._taken(key, str)
        if not value and not may_be_empty:
            self.refuse(key, what="内容是空的", why="协议规定它必须写明")
        if not value.isprintable():
            self.refuse(key, what="含有换行或不可见字符", why="这会让不同的人看到不同的内容")
        return value

    def hex_digest(self, key: str, *, may_be_empty: bool = False) -> str:
        """A hash of 64 lower hexadecimal digits (散列值)."""
        value = self.text(key, may_be_empty=may_be_empty)
        if value and not _HEX_DIGEST.fullmatch(value):
            self.refuse(key, what="不是散列值", why="应当是 64 位小写十六进制数字")
        return value

    def hex_digests(self, key: str) -> dict[str, str]:
        """Hashes by name (按名称的散列值)."""
        values = self._taken(key, dict)
        inner = Fields(values, place=f"{self.place} 的 {key}")
        return {name: inner.hex_digest(name) for name in values}

    def integer(self, key: str, *, least: int) -> int:
        """An integer (整数) of at least ``least``."""
        value: int = self._taken(key, int)
        if value < least:
            self.refuse(key, what=f"是 {value}", why=f"最小应当是 {least}")
        return value

    def is_null(self, key: str) -> bool:
        """Whether a field is there and says nothing (空值); it is taken if so."""
        if key in self._values and self._values[key] is None:
            del self._values[key]
            return True
        return False

    def boolean(self, key: str) -> bool:
        """True or false (是否)."""
        value: bool = self._taken(key, bool)
        return value

    def instant(self, key: str) -> datetime:
        """A moment (时刻) in ISO form with its offset."""
        value = self.text(key)
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.refuse(key, what="不是时刻", why="应当形如 2026-09-01T10:00:00+08:00")
        if found.tzinfo is None or found.isoformat() != value:
            self.refuse(key, what="写法不规范", why="应当形如 2026-09-01T10:00:00+08:00")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts (文字列表)."""
        values = self._taken(key, list)
        inner = Fields(
            {str(number): value for number, value in enumerate(values)}, place=self.place
        )
        return tuple(inner.text(str(number)) for number in range(len(values)))

    def inner(self, key: str) -> "Fields":
        """The fields of an object within (内层对象)."""
        return Fields(self._taken(key, dict), place=f"{self.place} 的 {key}")

    def inners(self, key: str) -> tuple["Fields", ...]:
        """The fields of each object of a list (对象列表)."""
        found = []
        for number, value in enumerate(self._taken(key, list), 1):
            place = f"{self.place} 的 {key} 第 {number} 项"
            if not isinstance(value, dict):
                self.refuse(key, what=f"第 {number} 项类型不对", why="这里应当是对象")
            found.append(Fields(value, place=place))
        return tuple(found)

    def close(self) -> None:
        """Refuse unknown fields (多余字段).

        Raises:
            DrawRefusedError: a field that the protocol does not know is left.
        """
        for key in sorted(self._values):
            self.refuse(key, what="协议里没有这个字段", why="多余的内容可能是别的软件或后来添加的")
