"""封存与公布命令: ``ledger seal|publish``."""

import signal
import threading
from pathlib import Path

import click
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused, as_json, first_line, print_json
from shuangjian.edges.cli.option import dry_run, writing
from shuangjian.engines.posting.chain import BLOCK_TRANSFERS_MAXIMUM
from shuangjian.foundation.ledger.publication import Publication, heads_file, publish_head
from shuangjian.foundation.ledger.queries import tail
from shuangjian.foundation.ledger.sealing import seal

_MOST_SECONDS = 3_600


@click.command("seal", epilog="例：ledger seal --every 10")
@click.option(
    "--every",
    "seconds",
    type=click.IntRange(1, _MOST_SECONDS),
    default=None,
    help="每隔几秒封存一次，够一整块就提前；直到被停止。每天第一次还公布链头。不写只封存一次。",
)
@dry_run
@as_json
def seal_command(seconds: int | None, *, dry_run: bool, as_json: bool) -> None:
    """把已记的转账封进区块链条。封存以后再改动，核对就会发现。"""
    if seconds is None or dry_run:
        with writing(is_dry_run=dry_run):
            blocks = seal()
        _tell_blocks(blocks, as_json=as_json, is_dry_run=dry_run)
        return
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    while not stopping.is_set():
        _seal_and_publish(as_json=as_json)
        _wait(stopping, seconds=seconds)


@click.command("publish", epilog="例：ledger publish")
@dry_run
@as_json
def publish_command(*, dry_run: bool, as_json: bool) -> None:
    """封存，再把今天的链头写进数据目录的 published/ledger/heads.jsonl，一天一行。

    今天已经公布过的不再写。请把这一行当天交到自己手够不着的地方：报纸、公证处、财政局。
    """
    with writing(is_dry_run=dry_run):
        seal()
        publication = publish_head(file=_heads_file(), at=clock.now(), is_dry_run=dry_run)
    _tell_head(publication, as_json=as_json, is_dry_run=dry_run)


def _seal_and_publish(*, as_json: bool) -> None:
    """One turn of the service (封存一轮); a database or a disk that is away is waited for."""
    try:
        blocks = seal()
        if blocks:
            _tell_blocks(blocks, as_json=as_json, is_dry_run=False)
        publication = publish_head(file=_heads_file(), at=clock.now())
    except (OperationalError, InterfaceError) as error:
        click.echo(f"数据库没有回应，稍后再试：{first_line(error)}", err=True)
        connection.close()
    except DatabaseError as error:
        raise Refused(
            f"没有封存：数据库不接受（{first_line(error)}）。"
            "请运行 bin/shuangjian setup 重新建表、授权，再用 bin/shuangjian doctor 看哪里不对。"
        ) from error
    except OSError as error:
        click.echo(
            f"已封存，链头没有公布：{_heads_file()} 写不进（{error.strerror}），稍后再试。"
            "请看磁盘是不是满了、文件夹能不能写。",
            err=True,
        )
    else:
        if publication is not None and publication.is_new:
            _tell_head(publication, as_json=as_json, is_dry_run=False)


def _wait(stopping: threading.Event, *, seconds: int) -> None:
    """Until the next turn (等待): its time has come, a block is full, or the service stops."""
    for _ in range(seconds):
        if stopping.wait(1) or _is_block_full():
            return


def _is_block_full() -> bool:
    # why: of what is unsealed a balance as of a day adds up every entry; few make it quick.
    try:
        return tail().transfers >= BLOCK_TRANSFERS_MAXIMUM
    except DatabaseError:
        return False  # why: the next turn says so, when its time has come.


def _heads_file() -> Path:
    return heads_file(Path(settings.SHUANGJIAN_DATA))


def _tell_blocks(blocks: list[int], *, as_json: bool, is_dry_run: bool) -> None:
    if as_json:
        print_json({"blocks": blocks, "dry_run": is_dry_run})
        return
    before = "试运行，没有写入：将封存" if is_dry_run else "已封存"
    if not blocks:
        click.echo("没有要封存的转账。")
    elif blocks[0] == blocks[-1]:
        click.echo(f"{before}第 {blocks[0]} 块。")
    else:
        click.echo(f"{before}第 {blocks[0]}～{blocks[-1]} 块。")


def _tell_head(publication: Publication | None, *, as_json: bool, is_dry_run: bool) -> None:
    if as_json:
        head = publication and publication.head
        is_new = publication is not None and publication.is_new
        print_json({"head": head, "written": is_new and not is_dry_run, "dry_run": is_dry_run})
    elif publication is None:
        click.echo("账本里还没有封存过的转账，没有链头可以公布。")
    elif not publication.is_new:
        click.echo(f"今天已经公布过：{publication.head.line().strip()}")
    else:
        before = "试运行，没有写入：将公布" if is_dry_run else "已公布"
        click.echo(f"{before}：{publication.head.line().strip()}")
