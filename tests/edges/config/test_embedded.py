"""The trial's PostgreSQL: made once, closed to others, mended after a crash, stopped by its starter."""

import shutil
import stat
import tempfile
from pathlib import Path

import psycopg
import pytest

from shuangjian.edges.config import embedded


def make_parent() -> Path:
    """A folder outside pytest's own, which closes its folders to every other user again and again."""
    parent = Path(tempfile.mkdtemp(prefix="trial-"))
    parent.chmod(0o750)
    return parent


@pytest.fixture(scope="module")
def folder():
    parent = make_parent()
    yield parent / "postgres"
    embedded.stop(parent / "postgres")
    shutil.rmtree(parent)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_made_and_started_with_closed_modes(folder):
    cluster = embedded.start(folder)
    assert embedded.is_running(cluster)
    assert mode(folder / "data") == 0o700
    assert mode(folder / "cluster.json") == 0o600
    # the parent lets the server pass at most; nobody may list what lies there
    assert mode(folder.parent) in {0o750, 0o751}
    assert not list(folder.glob("superuser-password*"))
    with psycopg.connect(cluster.url(embedded.APPLICATION)) as server:
        assert server.execute("SHOW listen_addresses").fetchone() == ("",)
        assert server.execute("SHOW fsync").fetchone() == ("on",)
        assert server.execute("SHOW server_encoding").fetchone() == ("UTF8",)


def test_without_the_password_nobody_comes_in(folder):
    cluster = embedded.start(folder)
    address = cluster.url(embedded.OWNER).replace(cluster.owner_password, "wrong")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)


def test_a_second_start_is_the_same_server_and_data(folder):
    cluster = embedded.start(folder)
    with psycopg.connect(cluster.url(embedded.OWNER), autocommit=True) as server:
        server.execute("CREATE TABLE kept (n int)")
    embedded.stop(folder)
    assert not embedded.is_running(cluster)
    again = embedded.start(folder)
    assert again == cluster
    with psycopg.connect(again.url(embedded.OWNER)) as server:
        assert server.execute("SELECT count(*) FROM kept").fetchone() == (0,)


def test_a_crash_while_making_it_is_made_good():
    folder = make_parent() / "postgres"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "half").write_text("made")
    try:
        assert embedded.is_running(embedded.start(folder))
        assert not (folder / "data" / "half").exists()
    finally:
        embedded.stop(folder)
        shutil.rmtree(folder.parent)


def test_it_is_stopped_only_when_nobody_uses_it(folder):
    cluster = embedded.start(folder)
    with psycopg.connect(cluster.url(embedded.APPLICATION)):
        embedded.stop_if_unused(folder)
        assert embedded.is_running(cluster)
    embedded.stop_if_unused(folder)
    assert not embedded.is_running(cluster)
