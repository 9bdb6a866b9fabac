"""命令的答复: what every command prints, and a refusal; needs neither a database nor Django."""

import json
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

import click

DOES_NOT_HOLD = 3
"""核对不符: how a check ends that was made and found something; 1 is a bug, 2 a refusal."""

as_json = click.option("--json", "as_json", is_flag=True, help="输出一行 JSON。")


class Refused(Exception):  # noqa: N818 -- a refusal is an answer, not an error
    """不予办理: the command was understood and not carried out; the text says why and what next.

    ``is_told`` where the command has already printed its JSON, which then stays the only line;
    ``code`` is what the process ends with.
    """

    def __init__(self, text: str, *, is_told: bool = False, code: int = 2) -> None:
        super().__init__(text)
        self.text = text
        self.is_told = is_told
        self.code = code


def plain(value: Any) -> Any:
    """A value as JSON knows it: days and moments as ISO text, choices as their codes."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def first_line(error: Exception) -> str:
    """What an error says first (首行), without the context that a server adds."""
    return str(error).split("\n", 1)[0]


def print_json(value: Any) -> None:
    """One line of JSON on standard output."""
    click.echo(json.dumps(plain(value), ensure_ascii=False))


def print_pairs(pairs: list[tuple[str, object]]) -> None:
    """Names and values, one a line."""
    for name, value in pairs:
        click.echo(f"{name}：{value}")
