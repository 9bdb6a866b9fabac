"""办理一步: what every command of a draw begins and ends with."""

import os
from pathlib import Path

import click

from shuangjian.edges.cli.answer import Refused, print_json
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.draws.models import Draw
from shuangjian.foundation.draws.queries import access_draw

_PRIVATE = 0o600

slug = click.argument("slug", metavar="编号")
a_file = click.Path(exists=True, dir_okay=False, path_type=Path)


def draw_of(actor: Actor, slug: str) -> Draw:
    """The draw of an id (抽签) that the actor may see.

    Raises:
        NotAccessibleError: absent or another's.
    """
    return access_draw(actor, slug=slug)


def tell(said: dict[str, object], text: str, *, as_json: bool, is_dry_run: bool) -> None:
    """What was done (答复), as JSON or in words."""
    if as_json:
        print_json({**said, "dry_run": is_dry_run})
        return
    click.echo(f"试运行，没有写入：{text}" if is_dry_run else text)


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read (私密文件); one that is there already is kept.

    Raises:
        Refused: there is such a file, or the folder cannot be written.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    except FileExistsError as error:
        raise Refused(
            f"没有写出：{path} 已经存在，不能覆盖。请换一个文件名，或先移走原来的文件。"
        ) from error
    except OSError as error:
        raise Refused(f"没有写出：{path} 不能写（{error.strerror}）。请换一个位置。") from error
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
