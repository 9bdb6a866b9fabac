"""Small policy trees for tests, written as text."""

from shuangjian.foundation.policy.catalogue import Catalogue, load_catalogue

CITATION = """
[citations.notice]
title = "测试文件"
status = "from_memory"
"""


def leaf(key: str = "test.minutes_max", **changed: str) -> str:
    """One definition; ``changed`` writes other TOML for a field, empty leaves it out."""
    fields = {
        "key": f'"{key}"',
        "unit": '"minute"',
        "description_zh": '"测试上限"',
        "description_en": '"A limit"',
        "direction": '"lower_is_stricter"',
        "combine": '"stricter"',
        "band": '"none"',
        "applies_to": '"school"',
    } | changed
    return "\n[[leaves]]\n" + "".join(f"{name} = {toml}\n" for name, toml in fields.items() if toml)


def value(number: str, starts_on: str, key: str = "test.minutes_max", **changed: str) -> str:
    """One value from a day; ``number`` is TOML, empty for a repeal."""
    fields = {
        "key": f'"{key}"',
        "from": starts_on,
        "value": number,
        "severity": '"must"',
        "citation": '"notice"',
    } | changed
    return "\n[[values]]\n" + "".join(f"{name} = {toml}\n" for name, toml in fields.items() if toml)


def content(*parts: str) -> bytes:
    return ("".join(parts) + CITATION).encode()


def tree(national: bytes, **local: bytes) -> Catalogue:
    """A catalogue; ``local`` maps ``provinces``, ``cities`` or ``counties`` to one file's bytes."""
    place = {
        "provinces": "provinces/510000-sichuan/test.toml",
        "cities": "cities/510100-chengdu/test.toml",
        "counties": "counties/510107-wuhou/test.toml",
    }
    contents = {"national/test.toml": national}
    return load_catalogue(contents | {place[name]: body for name, body in local.items()})


PATH = ("000000", "510000", "510100", "510107")
