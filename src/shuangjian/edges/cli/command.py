"""``bin/shuangjian``: the platform from the command line; each command calls one service."""

import click

from shuangjian.edges.cli import offline, running
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
from shuangjian.edges.cli.commands.draw import group as draw
from shuangjian.edges.cli.commands.ledger import group as ledger
from shuangjian.edges.cli.outcome import REFUSALS, refused_of


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
    draw.draw,
    ledger.ledger,
    *offline.COMMANDS,
    account.account,
    server.setup,
    server.serve,
    doctor.doctor,
):
    main.add_command(command)


def run(arguments: list[str] | None = None) -> int:
    """Run one command; the exit codes are those of ``running.run``."""
    return running.run(main, arguments, refusals=REFUSALS, refused_of=refused_of)
