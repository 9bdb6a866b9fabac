from tests.foundation.lake.conftest import open_any, running_spark

__all__ = ["open_any", "running_spark"]
