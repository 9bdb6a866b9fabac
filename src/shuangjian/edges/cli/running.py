"""执行命令: one command of a group, its refusal in Chinese, and three exit codes."""

import json
import os
import sys
import traceback
from collections.abc import Callable

import click

from shuangjian.edges.cli.answer import Refused


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
        0 done, 1 a bug (with its traceback), 2 refused (with the Chinese reason).
    """
    try:
        group.main(args=arguments, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
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
    return 2
