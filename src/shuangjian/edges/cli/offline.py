"""不用数据库的命令: allocate, compare, check and verify, on any machine, from files alone."""

import click

from shuangjian.edges.cli import running
from shuangjian.edges.cli.answer import Refused
from shuangjian.edges.cli.commands import allocation, verification
from shuangjian.edges.cli.commands.ledger.verification import verify_command
from shuangjian.engines.draw.hashing import HashUnavailableError
from shuangjian.engines.market.fault import MarketRefusedError, ResultNotWrittenError
from shuangjian.engines.posting.published_head import WrongHeadsError

REFUSALS: tuple[type[Exception], ...] = (
    Refused,
    MarketRefusedError,
    ResultNotWrittenError,
    HashUnavailableError,
    WrongHeadsError,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """双减治理平台里不用数据库的命令。"""


@main.group()
def ledger() -> None:
    """账本：核对导出文件。"""


ledger.add_command(verify_command)

COMMANDS = (
    allocation.allocate_command,
    allocation.compare_command,
    allocation.check_command,
    verification.verify_draw_command,
)
for command in COMMANDS:
    main.add_command(command)


def refused_of(refusal: Exception) -> Refused:
    """The refusal of an engine (不予办理), in Chinese."""
    return refusal if isinstance(refusal, Refused) else Refused(str(refusal))


def run() -> int:
    """Run one command without Django; the exit codes are those of ``running.run``."""
    return running.run(main, None, refusals=REFUSALS, refused_of=refused_of)
