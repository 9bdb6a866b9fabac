"""Production does not start with what only a trial may have, nor on a server that forgets."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from shuangjian.edges.config import embedded, env
from shuangjian.edges.config.secret import MissingSecretError, secret_key
from shuangjian.edges.start import UnsafeStartError, refuse_unsafe_start
from shuangjian.foundation.registry.models import Region

SOURCES = Path(env.ROOT) / "src"


@pytest.fixture
def production(settings, monkeypatch, tmp_path):
    """As ``bin/shuangjian`` would see a clean production folder."""
    monkeypatch.setenv("SHUANGJIAN_MODE", "production")
    monkeypatch.setenv("SHUANGJIAN_DATA", str(tmp_path))
    monkeypatch.delenv("SHUANGJIAN_TODAY", raising=False)
    settings.MODE, settings.SHUANGJIAN_TODAY = "production", ""
    return settings


def test_a_clean_production_starts(production, db):
    """Control: with nothing of a trial there is no objection."""
    assert refuse_unsafe_start() is None


def test_production_refuses_the_demonstrations_data(production, db):
    Region.objects.create(
        code="990101",
        name="示范区",
        level="county",
        path="000000.990000.990100.990101",
        city_code="990100",
        date_precision="day",
        source="",
    )
    with pytest.raises(UnsafeStartError, match="演示数据"):
        refuse_unsafe_start()


def test_production_refuses_the_demonstrations_folder(production, db, tmp_path):
    (tmp_path / "demonstration").write_text("2026-11-15", encoding="utf-8")
    with pytest.raises(UnsafeStartError, match="演示用的"):
        refuse_unsafe_start()


def test_production_refuses_a_pretended_day(production, db):
    production.SHUANGJIAN_TODAY = "2026-11-15"
    with pytest.raises(UnsafeStartError, match="SHUANGJIAN_TODAY"):
        refuse_unsafe_start()


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_a_trial_may_have_all_of_it(production, db, tmp_path, mode):
    (tmp_path / "demonstration").write_text("2026-11-15", encoding="utf-8")
    production.MODE, production.SHUANGJIAN_TODAY = mode, "2026-11-15"
    assert refuse_unsafe_start() is None


def test_production_refuses_a_key_that_is_not_given(production, monkeypatch):
    monkeypatch.delenv("SHUANGJIAN_SECRET_KEY", raising=False)
    with pytest.raises(MissingSecretError, match="SHUANGJIAN_SECRET_KEY"):
        secret_key()
    monkeypatch.setenv("SHUANGJIAN_SECRET_KEY", "x" * 60)
    assert secret_key() == "x" * 60


def settings_in(mode: str, tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """The settings as another process reads them."""
    code = (
        "from shuangjian.edges.config import settings as s; "
        "print(s.DEBUG, s.DEMO_MODE, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
        "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS > 0, '*' in s.ALLOWED_HOSTS)"
    )
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCES),
        "SHUANGJIAN_MODE": mode,
        "SHUANGJIAN_DATA": str(tmp_path),
        "SHUANGJIAN_SECRET_KEY": "k" * 60,
        "DATABASE_URL": "postgresql://app@127.0.0.1:1/none",
        **variables,
    }
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )


def test_production_sends_cookies_over_https_only_and_shows_no_traceback(tmp_path):
    done = settings_in("production", tmp_path)
    assert done.stdout.split() == ["False", "False", "True", "True", "True", "True", "False"], (
        done.stderr
    )


def test_an_unknown_mode_is_refused(tmp_path):
    """``Production`` or ``prod`` must not quietly run without what production is checked for."""
    for mode in ("Production", "prod", "debug", ""):
        done = settings_in(mode, tmp_path)
        assert done.returncode != 0, f"{mode!r} started: {done.stdout}"
        assert "SHUANGJIAN_MODE" in done.stderr


@pytest.fixture(scope="module")
def own_server():
    """A server whose settings may be spoilt: nobody else is on it."""
    parent = Path(tempfile.mkdtemp(prefix="start-"))
    try:
        yield embedded.start(parent / "postgres")
    finally:
        embedded.stop(parent / "postgres")
        shutil.rmtree(parent)


@pytest.fixture
def spoil(own_server):
    """Runs statements as the superuser; all settings are as they were afterwards."""

    def ask(*statements: str) -> list[object]:
        with psycopg.connect(own_server.url("postgres"), autocommit=True) as server:
            return [server.execute(statement).fetchone() for statement in statements]

    def run(*statements: str) -> None:
        with psycopg.connect(own_server.url("postgres"), autocommit=True) as server:
            for statement in statements:
                server.execute(statement)
        before = ask("SELECT pg_conf_load_time()", "SELECT pg_reload_conf()")[0]
        while ask("SELECT pg_conf_load_time()")[0] == before:
            pass

    yield run
    run("ALTER SYSTEM RESET ALL", f"ALTER ROLE {embedded.APPLICATION} RESET ALL")


def start_of(cluster: embedded.Cluster, *, mode: str = "production") -> tuple[int, str]:
    """What ``setup`` says, which like ``serve`` begins with the checks of a start."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCES),
        "SHUANGJIAN_MODE": mode,
        "SHUANGJIAN_DATA": cluster.folder,
        "SHUANGJIAN_SECRET_KEY": "k" * 60,
        "DATABASE_URL": cluster.url(embedded.APPLICATION),
        "DATABASE_OWNER_URL": cluster.url(embedded.OWNER),
    }
    command = [sys.executable, "-m", "shuangjian.edges.cli", "setup", "--dry-run"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("ALTER SYSTEM SET fsync = off", "fsync"),
        ("ALTER SYSTEM SET full_page_writes = off", "full_page_writes"),
        ("ALTER SYSTEM SET synchronous_commit = off", "synchronous_commit"),
        (
            f"ALTER ROLE {embedded.APPLICATION} SET synchronous_commit = off",
            "synchronous_commit",
        ),
    ],
)
def test_production_refuses_a_server_that_may_forget(own_server, spoil, statement, name):
    spoil(statement)
    code, said = start_of(own_server)
    assert code == 2
    assert f"数据库关闭了 {name}：" in said
    assert "改为 on" in said


def test_a_trial_may_be_fast_and_forgetful(own_server, spoil):
    spoil("ALTER SYSTEM SET fsync = off")
    assert start_of(own_server, mode="test")[0] == 0


def test_a_server_that_keeps_what_it_says_is_taken(own_server, spoil):
    """Control: as it comes, and with what is durable on one machine."""
    assert start_of(own_server) == (0, "")
    spoil("ALTER SYSTEM SET synchronous_commit = local")
    assert start_of(own_server) == (0, "")
