"""链头的公布: one line a day, into a file that only grows; copies of it are kept elsewhere."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Final

from shuangjian.engines.posting.published_head import PublishedHead, read_heads
from shuangjian.engines.posting.shape import BEIJING
from shuangjian.foundation.ledger.queries import chain_head, head_of

_READABLE: Final = 0o644


class PublicationRefusedError(RuntimeError):
    """不予公布: the ledger no longer bears out what was published; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Publication:
    """一次公布.

    Attributes:
        head: what stands in the file for the day.
        is_new: whether this call put it there.
    """

    head: PublishedHead
    is_new: bool


def heads_file(data: Path) -> Path:
    """Where the heads file lies in a data folder (链头文件)."""
    return data / "published" / "ledger" / "heads.jsonl"


def published_lines(file: Path) -> bytes:
    """The lines of the heads file (已公布的链头); one that a power cut tore was never published."""
    content = file.read_bytes() if file.exists() else b""
    return content[: content.rfind(b"\n") + 1]


def publish_head(*, file: Path, at: datetime, is_dry_run: bool = False) -> Publication | None:
    """Write down the head of what is sealed, if it is the day's first (公布链头).

    Args:
        file: the heads file; made if it is not there.
        at: the moment, aware, read after the last seal; the day is that of Beijing.
        is_dry_run: leave the file as it is.

    Returns:
        What the file says for the day; ``None`` while there is nothing sealed.

    Raises:
        PublicationRefusedError: a head published before is not in the ledger any more.
        WrongHeadsError: a line of the file is none.
    """
    if is_dry_run or (not file.exists() and chain_head() is None):
        return _publication(published_lines(file), at=at)
    with _locked(file) as stream:
        publication = _publication(published_lines(file), at=at)
        if publication is not None and publication.is_new:
            _append(stream, publication.head.line().encode())
    return publication


def _publication(published: bytes, *, at: datetime) -> Publication | None:
    heads = read_heads(published.splitlines(keepends=True))
    found = chain_head()
    if heads:
        _require_borne_out(heads[-1])
        if _day_of(heads[-1].published_at) >= _day_of(at):
            return Publication(heads[-1], is_new=False)
    if found is None:
        return None
    head = PublishedHead(
        block=found.block,
        head=found.head,
        transfers=found.transfers,
        sealed_at=found.sealed_at,
        published_at=at,
    )
    return Publication(head, is_new=True)


def _require_borne_out(last: PublishedHead) -> None:
    """Refuse to go on from a head that the ledger no longer has (核对上一次公布)."""
    found = head_of(last.block)
    if found != last.head:
        now = f"现在这一块的链头是 {found}" if found else "现在的账本里没有这一块"
        raise PublicationRefusedError(
            f"没有公布：{_day_of(last.published_at)} 公布过第 {last.block} 块的链头 {last.head}，"
            f"{now}。账本可能被改动过，或恢复成了更旧的备份。"
            "请停止记账，运行 bin/shuangjian ledger check --head 链头文件，并报告审计人员；"
            "怎样处理见 docs/operating/ledger.md。"
        )


def _day_of(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def _append(stream: IO[bytes], line: bytes) -> None:
    whole = len(published_lines(Path(stream.name)))
    stream.truncate(whole)
    stream.write(line)
    stream.flush()
    os.fsync(stream.fileno())


@contextmanager
def _locked(file: Path) -> Iterator[IO[bytes]]:
    """The heads file, opened to append and for this process alone (独占链头文件)."""
    file.parent.mkdir(parents=True, exist_ok=True)
    is_new = not file.exists()
    with file.open("ab") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        if is_new:
            file.chmod(_READABLE)
            _make_durable(file.parent)
        yield stream


def _make_durable(folder: Path) -> None:
    """Put a folder's entries on disk (目录落盘): a new file is lost without it."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
