"""安装和网站命令: ``setup`` and ``serve``."""

import signal
import subprocess
import sys

import click
from django.db import connections

from shuangjian.edges.cli.answer import Refused, as_json, print_json
from shuangjian.edges.cli.option import dry_run
from shuangjian.edges.config import database, embedded
from shuangjian.edges.install import STEPS, install
from shuangjian.edges.start import refuse_unsafe_start

WORKERS = 2
THREADS = 4


@click.command(epilog="例：DATABASE_URL=… DATABASE_OWNER_URL=… bin/shuangjian setup")
@dry_run
@as_json
def setup(*, dry_run: bool, as_json: bool) -> None:
    """建表、装入区划、日历和政策；升级后再运行一次，可以重复。"""
    refuse_unsafe_start()
    titles = [step.title for step in STEPS]
    if not dry_run:
        install(lambda line: click.echo(line, err=True))
    if as_json:
        print_json({"steps": titles, "dry_run": dry_run})
    elif dry_run:
        click.echo(f"试运行，没有写入。将依次：{'、'.join(titles)}。")


@click.command(epilog="例：bin/shuangjian serve --port 8000")
@click.option("--port", type=click.IntRange(1, 65_535), default=8000, help="端口。")
@as_json
def serve(port: int, *, as_json: bool) -> None:
    """在 127.0.0.1 上提供网站；对外请放在 HTTPS 反向代理之后。"""
    refuse_unsafe_start()
    if as_json:
        print_json({"url": f"http://127.0.0.1:{port}/"})
    if run_server(port) != 0:
        raise Refused(
            f"网站没有开起来或中途停了。请看上面的提示；端口 {port} 被占用时换一个 --port。"
        )


def run_server(port: int) -> int:
    """Run the web server until it is stopped (网站服务), then the trial's database if unused.

    Returns:
        The server's exit code.
    """
    connections.close_all()
    address = f"127.0.0.1:{port}"
    place = "（随包数据库）" if database.is_embedded() else ""
    click.echo(f"网站在 http://{address}/ {place}按 Ctrl+C 停止。", err=True)
    command = [
        sys.executable,
        *("-m", "gunicorn", "shuangjian.edges.web.wsgi:application", "--bind", address),
        *("--workers", str(WORKERS), "--threads", str(THREADS), "--no-control-socket"),
        *("--log-level", "warning", "--graceful-timeout", "5"),
    ]
    with subprocess.Popen(command) as server:
        # why: the terminal's Ctrl+C reaches the server too; we wait until it has ended in order.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        code = server.wait()
    if database.is_embedded():
        embedded.stop_if_unused(database.folder())
    return code
