"""账本命令组: ``ledger`` with what proves, shows, exports and seals the books."""

import click

from shuangjian.edges.cli.commands.ledger import check, export, sealing, story, verification


@click.group()
def ledger() -> None:
    """账本：核对、查看、导出、封存、公布链头；导出的文件谁都能核对。"""


for command in (
    check.check_command,
    story.show_command,
    export.export_command,
    verification.verify_command,
    sealing.seal_command,
    sealing.publish_command,
):
    ledger.add_command(command)
