"""Production does not start with what only a trial may have."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shuangjian.edges.config import env
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
