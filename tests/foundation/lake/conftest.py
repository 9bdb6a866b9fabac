"""One Spark for the whole session: starting its Java takes longer than all its queries."""

from contextlib import contextmanager

import pytest

from shuangjian.foundation.lake.engine import open_engine

ENGINES = (
    "postgres",
    "duckdb",
    pytest.param("spark", marks=pytest.mark.spark),
)


@pytest.fixture(scope="session")
def running_spark(tmp_path_factory):
    with open_engine("spark", lake=tmp_path_factory.mktemp("no-lake"), facts=()) as engine:
        yield engine


@pytest.fixture
def open_any(request):
    """Open an engine by name; Spark's as a session of the one that runs."""

    @contextmanager
    def _open(name, *, lake, facts):
        if name == "spark":
            request.getfixturevalue("running_spark")
        with open_engine(name, lake=lake, facts=facts) as engine:
            yield engine

    return _open
