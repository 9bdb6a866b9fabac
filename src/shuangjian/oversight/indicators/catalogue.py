"""指标目录: every indicator that some area declares, gathered from its folder ``indicators``."""

from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from django.apps import apps

from shuangjian.oversight.indicators.declaration import ROWS_SUFFIX, Indicator, read_indicator

AREAS = "shuangjian.areas."


@lru_cache(maxsize=1)
def indicators() -> MappingProxyType[str, Indicator]:
    """Every declared indicator (指标) by key, in the order of areas and files.

    Raises:
        IndicatorFileError: a file is malformed.
        ValueError: two files declare one key.
    """
    declared: dict[str, Indicator] = {}
    for config in apps.get_app_configs():
        if not config.name.startswith(AREAS):
            continue
        for path in sorted((Path(config.path) / "indicators").glob("*.sql")):
            if path.name.endswith(ROWS_SUFFIX):
                continue
            indicator = read_indicator(path)
            if indicator.key in declared:
                raise ValueError(f"两个文件都声明了指标 {indicator.key}")
            declared[indicator.key] = indicator
    return MappingProxyType(declared)
