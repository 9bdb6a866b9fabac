"""链头文件选项: the heads that were published, as a file kept elsewhere gives them."""

from pathlib import Path

import click

from shuangjian.edges.cli.answer import Refused
from shuangjian.engines.posting.published_head import PublishedHead, read_heads

head_option = click.option(
    "--head",
    "heads_file",
    type=click.Path(path_type=Path),
    default=None,
    help="公布过的链头文件（heads.jsonl），最好取自公证处、报纸等别处；写了就逐条核对。",
)


def heads_in(file: Path | None) -> tuple[PublishedHead, ...]:
    """The heads of a file (公布的链头), none without one.

    Raises:
        Refused: it cannot be read, or is empty.
        WrongHeadsError: a line of it is none.
    """
    if file is None:
        return ()
    try:
        with file.open("rb") as stream:
            heads = read_heads(stream)
    except OSError as error:
        raise Refused(f"读不到链头文件 {file}（{error.strerror}）。请核对路径和权限。") from error
    if not heads:
        raise Refused(f"链头文件 {file} 里一条链头也没有，什么也证明不了。请换上公布过的那一份。")
    return heads
