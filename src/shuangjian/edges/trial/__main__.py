"""``bin/demo``: from nothing to a running site with a finished half month, in one command."""

import os
import sys
from pathlib import Path

import click


@click.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="例：bin/demo --scale school --no-serve --data 某个空目录",
)
@click.option(
    "--scale",
    type=click.Choice(["school", "district"]),
    default="district",
    help="两所学校，或整个虚构的区（约 90 所、8 万名学生）。",
)
@click.option("--no-serve", is_flag=True, help="只准备数据和报告，不开网站。")
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, help="网站端口。")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    help="数据目录；不写为项目下的 var/。",
)
def main(scale: str, port: int, data: Path | None, *, no_serve: bool) -> None:
    """准备虚构的示范区，跑完一个半月，打印半月报的位置，然后在 127.0.0.1 上开网站。"""
    os.environ["SHUANGJIAN_MODE"] = "demo"
    if data is not None:
        os.environ["SHUANGJIAN_DATA"] = str(data.expanduser().resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuangjian.edges.config.settings")

    from shuangjian.edges.config import database, embedded, env

    if os.environ.get(env.DATABASE_URL.name):
        click.echo("使用 DATABASE_URL 指定的数据库。", err=True)
    env.data_folder().mkdir(parents=True, exist_ok=True)
    try:
        database.ensure_server()
    except embedded.EmbeddedServerError as error:
        click.echo(str(error), err=True)
        sys.exit(2)

    import django

    django.setup()
    from shuangjian.edges.cli.outcome import REFUSALS, refused_of
    from shuangjian.edges.demo.load import DemoRefusedError
    from shuangjian.edges.trial.run import prepare

    try:
        prepare(scale=scale)
    except DemoRefusedError as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(2)
    except REFUSALS as refusal:
        click.echo(refused_of(refusal).text, err=True)
        sys.exit(2)
    if no_serve:
        if database.is_embedded():
            from django.db import connections

            connections.close_all()
            embedded.stop_if_unused(database.folder())
        return
    from shuangjian.edges.cli.commands.server import run_server

    if run_server(port) != 0:
        click.echo(f"网站没有开起来。端口 {port} 可能被占用，请换一个 --port 再试。", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
