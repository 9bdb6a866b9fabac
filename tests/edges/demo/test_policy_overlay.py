from datetime import date

import pytest
from django.conf import settings

from shuangjian.edges.demo.limits import REGION_PATH
from shuangjian.edges.demo.policy_overlay import demo_policies
from shuangjian.foundation.policy.catalogue import load_catalogue
from shuangjian.foundation.policy.folder import read_contents
from shuangjian.foundation.policy.resolution import lookup


@pytest.mark.parametrize(
    ("on", "gate", "region"),
    [(date(2024, 8, 31), 65, "000000"), (date(2024, 9, 1), 55, "990100")],
)
def test_the_invented_city_s_gate_holds_from_its_day(tmp_path, on, gate, region):
    demo_policies(tmp_path)
    catalogue = load_catalogue(read_contents((settings.SHUANGJIAN_POLICIES, tmp_path)))
    found = lookup(catalogue, "class_size.gate_max", on=on, region_path=REGION_PATH, grade=5)
    assert [(value.value, value.region) for value in found.values] == [(gate, region)]


def test_the_document_says_that_it_is_invented(tmp_path):
    (written,) = demo_policies(tmp_path)
    citation = written.read_text(encoding="utf-8").split("[citations.")[1]
    assert "演示" in citation
    assert "虚构" in citation


def test_a_file_that_somebody_changed_stays(tmp_path):
    (written,) = demo_policies(tmp_path)
    written.write_text("# 改过了\n", encoding="utf-8")
    assert demo_policies(tmp_path) == []
    assert written.read_text(encoding="utf-8") == "# 改过了\n"
    assert [path.name for path in written.parent.iterdir()] == ["class-size.toml"]
