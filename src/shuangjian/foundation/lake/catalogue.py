"""事实目录: every fact that an area publishes, gathered from the rooms named ``facts``."""

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType

from django.apps import apps

from shuangjian.foundation.lake.fact import Fact


@lru_cache(maxsize=1)
def facts() -> MappingProxyType[str, Fact]:
    """Every declared fact (事实) by name, those it depends on first.

    Raises:
        ValueError: two facts share a name, or one depends on an unknown one.
    """
    declared: dict[str, Fact] = {}
    for config in apps.get_app_configs():
        if not config.name.startswith("shuangjian.") or find_spec(f"{config.name}.facts") is None:
            continue
        for fact in import_module(f"{config.name}.facts").FACTS:
            if fact.name in declared:
                raise ValueError(f"两个领域都声明了事实 {fact.name}")
            declared[fact.name] = fact
    ordered: dict[str, Fact] = {}
    while len(ordered) < len(declared):
        ready = [
            fact
            for fact in declared.values()
            if fact.name not in ordered and all(name in ordered for name in fact.depends_on)
        ]
        if not ready:
            raise ValueError(f"事实之间互相依赖或缺少依赖：{sorted(set(declared) - set(ordered))}")
        for fact in ready:
            ordered[fact.name] = fact
    return MappingProxyType(ordered)


def fact_named(name: str) -> Fact:
    """The fact of that name.

    Raises:
        KeyError: no area publishes it.
    """
    return facts()[name]
