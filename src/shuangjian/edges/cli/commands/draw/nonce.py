"""承诺命令: ``draw commit|reveal|seal``."""

import secrets
from pathlib import Path

import click
from django.conf import settings

from shuangjian.edges import clock
from shuangjian.edges.cli.answer import Refused, as_json
from shuangjian.edges.cli.commands.draw.turn import draw_of, slug, tell, write_private
from shuangjian.edges.cli.option import acting, as_user, dry_run, writing
from shuangjian.engines.draw.hashing import hex_digest
from shuangjian.engines.draw.nonce import NONCE_BYTES, commitment_of
from shuangjian.foundation.draws.models import Draw

_PRIVATE_FOLDER = 0o700

party_option = click.option("--party", required=True, help="承诺方，与公告里的写法相同。")
file_option = click.option(
    "--nonce-file",
    type=click.Path(path_type=Path),
    default=None,
    help="随机数文件；不写为数据目录下的 nonces/编号/承诺方.txt。",
)


@click.command("commit", epilog="例：draw commit xk-2026-1 --party 家长委员会 --commitment 64位")
@slug
@party_option
@click.option("--commitment", default=None, help="承诺方自己算好送来的承诺值。")
@file_option
@as_user
@dry_run
@as_json
def commit_command(
    slug: str,
    party: str,
    commitment: str | None,
    nonce_file: Path | None,
    username: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """记下一方的承诺。没有送来承诺值的，替它生成随机数，存进只有本人可读的文件，只公布承诺值。"""
    from shuangjian.foundation.draws.services.nonce import commit_nonce

    if commitment is not None and nonce_file is not None:
        raise Refused("--commitment 和 --nonce-file 只写一个。")
    actor, at = acting(username), clock.now()
    draw = draw_of(actor, slug)
    path = None if commitment else nonce_file or _default_file(draw, party)
    nonce = secrets.token_bytes(NONCE_BYTES)
    value = commitment or commitment_of(
        draw=draw.slug, party=party, nonce=nonce, hash_name=draw.hash_name
    )
    with writing(is_dry_run=dry_run):
        if path is not None and not dry_run:
            _keep(path, nonce)
        try:
            commit_nonce(actor=actor, draw=draw, party=party, commitment=value, at=at)
        except Exception:  # why: a nonce whose commitment was refused binds nobody.
            if path is not None and not dry_run:
                path.unlink()
            raise
    kept = f"随机数在 {path}，揭示以前不得给任何人看。" if path else ""
    tell(
        {"draw": slug, "party": party, "commitment": value, "nonce_file": path and str(path)},
        f"已记下“{party}”的承诺 {value}。{kept}",
        as_json=as_json,
        is_dry_run=dry_run,
    )


@click.command("reveal", epilog="例：draw reveal xk-2026-1 --party 家长委员会 --nonce 64位")
@slug
@party_option
@click.option("--nonce", default=None, help="承诺方送来的随机数。")
@file_option
@as_user
@dry_run
@as_json
def reveal_command(
    slug: str,
    party: str,
    nonce: str | None,
    nonce_file: Path | None,
    username: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> None:
    """记下一方揭示的随机数；与承诺不符的不收。到揭示截止仍没有的一方不计入。"""
    from shuangjian.foundation.draws.services.nonce import reveal_nonce

    if nonce is not None and nonce_file is not None:
        raise Refused("--nonce 和 --nonce-file 只写一个。")
    actor, at = acting(username), clock.now()
    draw = draw_of(actor, slug)
    value = nonce or _read(nonce_file or _default_file(draw, party))
    with writing(is_dry_run=dry_run):
        reveal_nonce(actor=actor, draw=draw, party=party, nonce=value, at=at)
    tell(
        {"draw": slug, "party": party, "nonce": value},
        f"已记下“{party}”的随机数，与承诺相符。",
        as_json=as_json,
        is_dry_run=dry_run,
    )


@click.command("seal", epilog="例：draw seal xk-2026-1")
@slug
@as_user
@dry_run
@as_json
def seal_command(slug: str, username: str | None, *, dry_run: bool, as_json: bool) -> None:
    """封存：揭示截止以后、公共随机数产生以前办。给出的散列值要当即交公证或登报。"""
    from shuangjian.foundation.draws.services.nonce import seal_draw

    actor, at = acting(username), clock.now()
    draw = draw_of(actor, slug)
    with writing(is_dry_run=dry_run):
        document = seal_draw(actor=actor, draw=draw, at=at)
    value = hex_digest(document.to_bytes(), hash_name=draw.hash_name)
    dropped = "、".join(sorted(document.dropped))
    tell(
        {
            "draw": slug,
            "commit_hash": value,
            "parties": sorted(document.nonces),
            "dropped": dict(document.dropped),
        },
        f"已封存。commit.json 的散列值是 {value}，请当即交公证或登报。"
        + (f"不计入的承诺方：{dropped}。" if dropped else ""),
        as_json=as_json,
        is_dry_run=dry_run,
    )


def _default_file(draw: Draw, party: str) -> Path:
    if party not in draw.parties:  # why: only announced names become names of files.
        raise Refused(
            f"公告里没有“{party}”这个承诺方。公告的是：{'、'.join(draw.parties)}。请核对 --party。"
        )
    name = party.encode().hex() if set(party) & set("/\\") or party.startswith(".") else party
    return Path(settings.SHUANGJIAN_DATA) / "nonces" / draw.slug / f"{name}.txt"


def _keep(path: Path, nonce: bytes) -> None:
    path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    write_private(path, f"{nonce.hex()}\n".encode())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            f"没有揭示：读不到随机数文件 {path}。请用 --nonce-file 指明，或用 --nonce 抄写。"
        ) from error
