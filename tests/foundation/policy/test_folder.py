import os

import pytest

from shuangjian.foundation.policy.folder import folder_signature, read_contents
from shuangjian.foundation.policy.leaf import Unit
from shuangjian.foundation.policy.lines import LineIndex
from shuangjian.foundation.policy.units import ValueMismatchError, as_text, to_smallest


def test_an_overlay_adds_files_and_replaces_those_of_the_same_name(tmp_path):
    shipped, overlay = tmp_path / "shipped", tmp_path / "overlay"
    for root, name, text in [
        (shipped, "national/a.toml", "shipped a"),
        (shipped, "national/b.toml", "shipped b"),
        (overlay, "national/b.toml", "overlay b"),
        (overlay, "counties/510107-wuhou/c.toml", "overlay c"),
        (overlay, ".git/d.toml", "hidden"),
        (overlay, "notes.txt", "no policy"),
    ]:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)

    assert read_contents([shipped, overlay]) == {
        "counties/510107-wuhou/c.toml": b"overlay c",
        "national/a.toml": b"shipped a",
        "national/b.toml": b"overlay b",
    }
    assert read_contents([shipped, tmp_path / "absent"]).keys() == {
        "national/a.toml",
        "national/b.toml",
    }


def test_the_signature_tells_a_touched_file(tmp_path):
    path = tmp_path / "national" / "a.toml"
    path.parent.mkdir()
    path.write_text("1234")
    before = folder_signature([tmp_path])
    assert folder_signature([tmp_path]) == before

    os.utime(path, ns=(1, 1))

    assert folder_signature([tmp_path]) != before


def test_lines_are_found_past_text_that_looks_like_keys():
    index = LineIndex(
        'title = """\nvalue = 1\n[[values]]\n"""\n[[values]]\nvalue = 2\n\n[[values]]\nfrom = 3\n'
    )

    assert index.of("", key="title") == 1
    assert index.of("values", 0) == 5
    assert index.of("values", 0, "value") == 6
    assert index.of("values", 1, "from") == 9
    assert index.of("values", 1, "value") == 8


@pytest.mark.parametrize(
    ("raw", "unit", "number", "text"),
    [
        (60, Unit.MINUTE, 60, "60 分钟"),
        ("20:30", Unit.MINUTE_OF_DAY, 1230, "20:30"),
        (True, Unit.FLAG, 1, "是"),
        (500000, Unit.FEN, 500000, "5000.00 元"),
        (450, Unit.PER_MILLE, 450, "45.0%"),
        (55, Unit.PERSON, 55, "55 人"),
    ],
)
def test_values_become_integers_of_the_smallest_unit(raw, unit, number, text):
    assert to_smallest(raw, unit) == number
    assert as_text(number, unit) == text


@pytest.mark.parametrize(
    ("raw", "unit"),
    [
        (True, Unit.MINUTE),
        (1, Unit.FLAG),
        ("24:00", Unit.MINUTE_OF_DAY),
        (-1, Unit.PERSON),
        (1001, Unit.PER_MILLE),
        (6.5, Unit.COUNT),
        (32, Unit.DAY_OF_MONTH),
    ],
)
def test_values_that_do_not_fit_their_unit_are_refused(raw, unit):
    with pytest.raises(ValueMismatchError):
        to_smallest(raw, unit)
