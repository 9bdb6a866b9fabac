"""抽签命令组: ``draw`` with everything from ``init`` to ``publish`` or ``abort``."""

import click

from shuangjian.edges.cli.commands.draw import announcement, nonce, result, roster


@click.group()
def draw() -> None:
    """抽签：公告、报名、冻结名册、承诺与揭示、出结果、公布；公布的文件夹谁都能核对。"""


for command in (
    announcement.init_command,
    announcement.list_command,
    announcement.show_command,
    roster.enter_command,
    roster.receipts_command,
    roster.freeze_command,
    nonce.commit_command,
    nonce.reveal_command,
    nonce.seal_command,
    result.run_command,
    result.publish_command,
    result.abort_command,
):
    draw.add_command(command)
