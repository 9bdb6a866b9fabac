"""执行命令: one command of a group, its refusal in Chinese, and three exit codes."""

import json
import os
import re
import sys
import traceback
from collections.abc import Callable
from typing import Final

import click

from shuangjian.edges.cli.answer import Refused

_HELP: Final = "请加 --help 查看用法和例子。"
_QUOTED: Final = r"(?P<quote>['\"])(?P<value>.*)(?P=quote)"
# why: click keeps what was wrong only in its English sentence; one that is not here stays as it is.
_SENTENCES: Final = (
    (r"(?P<value>.+) is not in the range .+\.", "{value} 不在范围内。"),
    (r"(?P<quote>['\"])(?P<value>.*?)(?P=quote) is not (one of )?['\"].*\.", "不认识“{value}”。"),
    (rf"{_QUOTED} is not a valid integer( range)?\.", "“{value}”不是整数。"),
    (rf"{_QUOTED} is not a valid UUID\.", "“{value}”不是编号（UUID）。"),
    (rf"\w+ {_QUOTED} does not exist\.", "没有“{value}”，请核对路径。"),
    (rf"\w+ {_QUOTED} is a file\.", "“{value}”是文件，不是文件夹，请换一个路径。"),
    (rf"\w+ {_QUOTED} is a directory\.", "“{value}”是文件夹，不是文件，请换一个路径。"),
    (rf"\w+ {_QUOTED} is not readable\.", "不能读取“{value}”，请核对权限。"),
    (rf"Option {_QUOTED} requires an argument\.", "选项 {value} 后面还要写一个值。"),
    (rf"Option {_QUOTED} does not take a value\.", "选项 {value} 后面不写值。"),
    (r"Got unexpected extra arguments? \((?P<value>.*)\)", "多写了：{value}。"),
    (r"Missing command\.", "还要写一条子命令。"),
)


def run(
    group: click.Group,
    arguments: list[str] | None,
    *,
    refusals: tuple[type[Exception], ...],
    refused_of: Callable[[Exception], Refused],
) -> int:
    """Run one command.

    Args:
        group: the commands that may be run.
        arguments: the words of the command line; ``sys.argv`` by default.
        refusals: what counts as a refusal rather than a bug.
        refused_of: the refusal of such an exception, in Chinese.

    Returns:
        0 done, 1 a bug (with its traceback), 2 refused (with the Chinese reason), or the refusal's
        own code.
    """
    try:
        group.main(args=arguments, standalone_mode=False)
    except click.ClickException as error:
        return _refuse_usage(error, arguments)
    except click.Abort:
        return 2
    except BrokenPipeError:  # why: whoever reads, as ``head`` does, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except refusals as refusal:
        return _refuse(refused_of(refusal), arguments)
    except Exception:  # noqa: BLE001 -- the outermost edge: a bug is told apart from a refusal
        traceback.print_exc()
        return 1
    return 0


def _refuse(refused: Refused, arguments: list[str] | None) -> int:
    wants_json = "--json" in (sys.argv if arguments is None else arguments)
    if wants_json and not refused.is_told:
        click.echo(json.dumps({"refused": refused.text}, ensure_ascii=False))
    click.echo(refused.text, err=True)
    return refused.code


def _refuse_usage(error: click.ClickException, arguments: list[str] | None) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):  # why: it is the help itself.
        error.show()
        return 2
    return _refuse(Refused(f"{_usage(error)}\n{_HELP}"), arguments)


def _usage(error: click.ClickException) -> str:
    """What is wrong with the words of the command line (用法有误), in Chinese."""
    match error:
        case click.MissingParameter():
            kind = "参数" if isinstance(error.param, click.Argument) else "选项"
            return f"缺少{kind} {_name(error)}。{_wanted(error.param)}"
        case click.BadParameter():
            return f"{_name(error)}：{_in_chinese(error.message)}{_wanted(error.param)}"
        case click.NoSuchOption():
            return f"没有选项 {error.option_name}。{_similar(error.possibilities)}"
        case click.exceptions.NoSuchCommand():
            return f"没有命令 {error.command_name}。{_similar(error.possibilities)}"
        case _:
            return _in_chinese(error.format_message())


def _in_chinese(message: str) -> str:
    for pattern, sentence in _SENTENCES:
        if found := re.fullmatch(pattern, message, re.DOTALL):
            return sentence.format(**found.groupdict())
    return message


def _name(error: click.BadParameter) -> str:
    """The parameter as the user writes it (参数名)."""
    param = error.param
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return "" if param is None else param.human_readable_name


def _wanted(param: click.Parameter | None) -> str:
    """Which values are taken (可选的值), where they can be told."""
    kind = param and param.type
    if isinstance(kind, click.Choice):
        return f"可选：{'、'.join(map(str, kind.choices))}。"
    if not isinstance(kind, click.IntRange):
        return ""
    if kind.max is None:
        return f"应不小于 {kind.min}。"
    return f"应不大于 {kind.max}。" if kind.min is None else f"应在 {kind.min}～{kind.max} 之间。"


def _similar(names: list[str] | None) -> str:
    return f"相近的有：{'、'.join(names)}。" if names else ""
