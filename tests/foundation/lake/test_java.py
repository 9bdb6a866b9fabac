"""Spark's Java: the right one is found, and where there is none the message says what to install."""

from pathlib import Path

import pytest

from shuangjian.foundation.lake import spark_engine
from shuangjian.foundation.lake.engine_value import EngineUnavailableError


def _home(folder: Path, release: str) -> Path:
    (folder / "bin").mkdir(parents=True)
    (folder / "bin" / "java").touch(mode=0o755)
    (folder / "release").write_text(release)
    return folder


@pytest.fixture
def bare_machine(monkeypatch, tmp_path):
    """A machine whose only Javas are those a test puts under jvm/."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "no-programs"))
    monkeypatch.setattr(spark_engine, "JAVA_FOLDERS", tmp_path / "jvm")
    return tmp_path


def test_java_home_comes_first_when_its_version_fits(bare_machine, monkeypatch):
    _home(bare_machine / "jvm" / "java-17", 'JAVA_VERSION="17.0.9"\n')
    own = _home(bare_machine / "own", 'IMPLEMENTOR="x"\nJAVA_VERSION="21"\n')
    monkeypatch.setenv("JAVA_HOME", str(own))
    assert spark_engine.find_java() == own


def test_a_java_of_another_version_is_passed_over(bare_machine, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(_home(bare_machine / "own", 'JAVA_VERSION="25.0.1"\n')))
    fits = _home(bare_machine / "jvm" / "java-21", 'JAVA_VERSION="21.0.2"\n')
    assert spark_engine.find_java() == fits


def test_without_a_fitting_java_the_message_says_what_is_there_and_what_to_install(bare_machine):
    with pytest.raises(EngineUnavailableError, match=r"本机没有 Java.*apt-get install openjdk-17"):
        spark_engine.find_java()
    _home(bare_machine / "jvm" / "java-8", 'JAVA_VERSION="1.8.0"\n')
    _home(bare_machine / "jvm" / "java-25", 'JAVA_VERSION="25.0.1"\n')
    with pytest.raises(EngineUnavailableError, match=r"只找到 Java 8、25.*JAVA_HOME"):
        spark_engine.find_java()
