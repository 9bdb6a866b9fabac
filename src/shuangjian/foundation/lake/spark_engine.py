"""Spark 引擎: the lakes of many cities; pyspark is an optional group, and wants Java 17 or 21."""

import atexit
import logging
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from shuangjian.foundation.lake.engine_value import (
    Engine,
    EngineUnavailableError,
    Row,
    plain_rows,
)
from shuangjian.foundation.lake.fact import ColumnType, Fact
from shuangjian.foundation.lake.lock import reading
from shuangjian.foundation.lake.manifest import files_in_force, read_manifest

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

JAVA_VERSIONS = (17, 21)
JAVA_FOLDERS = Path("/usr/lib/jvm")
_INSTALL_JAVA = (
    "请运行 apt-get install openjdk-17-jre-headless，或把 JAVA_HOME 指到已有的 Java 17 或 21。"
)
_TYPES = {
    ColumnType.INTEGER: "BIGINT",
    ColumnType.TEXT: "STRING",
    ColumnType.DATE: "DATE",
    ColumnType.INSTANT: "TIMESTAMP",
}
_LOGGING = """rootLogger.level = error
rootLogger.appenderRef.console.ref = console
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = error
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
"""


class SparkEngine:
    """The lake's files in force (湖中数据), one temporary view a fact."""

    name = "spark"

    def __init__(self, session: "SparkSession") -> None:
        self._session = session

    def rows(self, sql: str) -> list[Row]:
        """See ``Engine.rows``."""
        return plain_rows(self._session.sql(sql).collect(), engine=self.name)


@contextmanager
def open_spark(*, lake: Path, facts: Iterable[Fact]) -> Iterator[Engine]:
    """A session on this machine over the lake (本机会话); it stops when closed.

    Where this process already runs a Spark, the engine is a session of that one and leaves it
    running.

    Raises:
        EngineUnavailableError: no pyspark, or no Java 17 or 21.
        LakeDamagedError: a file is gone, or a fact was exported with other columns.
    """
    with reading(lake), _session() as session:
        manifest = read_manifest(lake)
        for fact in facts:
            schema = ", ".join(f"{column.name} {_TYPES[column.type]}" for column in fact.columns)
            files = [str(file) for file in files_in_force(lake, manifest, fact)]
            if files:
                # why: the folders city=… and date=… must not become columns beside the declared.
                reader = session.read.schema(schema).option("recursiveFileLookup", "true")
                frame = reader.parquet(*files)
            else:
                frame = session.createDataFrame([], schema)
            frame.createOrReplaceTempView(fact.name)
        yield SparkEngine(session)


def find_java() -> Path:
    """The home of a Java that Spark runs on (Java 目录): JAVA_HOME, PATH, then the usual folder.

    Raises:
        EngineUnavailableError: none of the right version.
    """
    candidates: list[Path] = []
    if os.environ.get("JAVA_HOME"):
        candidates.append(Path(os.environ["JAVA_HOME"]))
    on_path = shutil.which("java")
    if on_path is not None:
        candidates.append(Path(on_path).resolve().parents[1])
    if JAVA_FOLDERS.is_dir():
        candidates.extend(sorted(JAVA_FOLDERS.iterdir()))
    versions = {home: _java_version(home) for home in candidates}
    for home, version in versions.items():
        if version in JAVA_VERSIONS:
            return home
    others = sorted({version for version in versions.values() if version})
    found = f"只找到 Java {'、'.join(map(str, others))}" if others else "本机没有 Java"
    raise EngineUnavailableError(f"Spark 需要 Java 17 或 21，{found}。{_INSTALL_JAVA}")


def _java_version(home: Path) -> int:
    """The major version that the home's ``release`` file states; 0 where there is no Java."""
    release = home / "release"
    if not (home / "bin" / "java").exists() or not release.exists():
        return 0
    found = re.search(
        r'JAVA_VERSION="(?:1\.)?(\d+)', release.read_text(encoding="utf-8", errors="replace")
    )
    return int(found.group(1)) if found else 0


@contextmanager
def _session() -> "Iterator[SparkSession]":
    if find_spec("pyspark") is None:
        raise EngineUnavailableError(
            "没有安装 Spark 的 Python 组件。请运行 uv sync --group spark，再用 Spark 检查；"
            "一个市的数据用 --engine duckdb 即可，不需要 Spark。"
        )
    from pyspark.sql import SparkSession

    running = SparkSession.getActiveSession()
    if running is not None:
        yield running.newSession()
        return
    os.environ["JAVA_HOME"] = str(find_java())
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    # why: Spark logs each refused query with its whole Java stack; the exception says enough.
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    session = _start(_scratch_folder())
    try:
        yield session
    finally:
        session.stop()


@lru_cache(maxsize=1)
def _scratch_folder() -> Path:
    """One scratch folder (临时目录) a process: its Java remembers the first it was given."""
    folder = Path(tempfile.mkdtemp(prefix="shuangjian-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def _start(folder: Path) -> "SparkSession":
    from pyspark.sql import SparkSession

    logging_file = folder / "log4j2.properties"
    logging_file.write_text(_LOGGING, encoding="utf-8")
    builder = SparkSession.builder.master("local[2]").appName("shuangjian")
    for key, value in {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{logging_file}",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.session.timeZone": "Asia/Shanghai",
        "spark.sql.shuffle.partitions": "4",
        # why: an overflow is an error on the other engines; and no text of a rule is replaced.
        "spark.sql.ansi.enabled": "true",
        "spark.sql.variable.substitute": "false",
        # why: days before 1582 mean the same day on every engine.
        "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    }.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()
