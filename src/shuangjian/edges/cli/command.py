"""``bin/shuangjian``: the platform from the command line; each command calls one service.

Exit codes: 0 done, 1 a bug, 2 refused with the reason.
"""

import json
import os
import sys
import traceback

import click

from shuangjian.edges.cli.commands import (
    account,
    doctor,
    findings,
    homework,
    inspection,
    lake,
    policy,
    report,
    server,
    setting,
)
from shuangjian.edges.cli.outcome import REFUSALS, Refused


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="例：bin/shuangjian policy show homework.written_minutes_max --on 2026-11-15 --grade 5",
)
def main() -> None:
    """双减治理平台的命令。每条命令都有 --help，里面有例子。"""


for command in (
    policy.policy,
    homework.import_group,
    lake.lake,
    inspection.inspect_command,
    findings.findings,
    report.report,
    setting.setting,
    account.account,
    server.setup,
    server.serve,
    doctor.doctor,
):
    main.add_command(command)


def run(arguments: list[str] | None = None) -> int:
    """Run one command.

    Returns:
        0 done, 1 a bug (with its traceback), 2 refused (with the Chinese reason).
    """
    try:
        main(args=arguments, standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        return 2
    except BrokenPipeError:  # why: whoever reads, as ``head`` does, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except REFUSALS as refusal:
        return _refuse(refusal, arguments)
    except Exception:  # noqa: BLE001 -- the outermost edge: a bug is told apart from a refusal
        traceback.print_exc()
        return 1
    return 0


def _refuse(refusal: Exception, arguments: list[str] | None) -> int:
    refused = refusal if isinstance(refusal, Refused) else Refused.of(refusal)
    wants_json = "--json" in (sys.argv if arguments is None else arguments)
    if wants_json and not refused.is_told:
        click.echo(json.dumps({"refused": refused.text}, ensure_ascii=False))
    click.echo(refused.text, err=True)
    return 2
