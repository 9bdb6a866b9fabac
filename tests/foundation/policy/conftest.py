from datetime import date

import pytest

from shuangjian.foundation.accounts.actor import Actor, Grant
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.policy import library
from shuangjian.foundation.policy.catalogue import load_catalogue
from shuangjian.foundation.registry.models import Region, School

NAMES = {
    "000000": ("全国", "nation"),
    "510000": ("四川省", "province"),
    "510100": ("成都市", "city"),
    "510107": ("武侯区", "county"),
    "510185": ("简阳市", "county"),
}


@pytest.fixture
def regions(db):
    library.keep(load_catalogue({}))
    chain = ("000000", "510000", "510100")
    region_by_code = {}
    for code, (name, level) in NAMES.items():
        path = (*chain[: chain.index(code)], code) if code in chain else (*chain, code)
        region_by_code[code] = Region.objects.create(
            code=code,
            name=name,
            level=level,
            path=".".join(path),
            city_code="510100" if level in {"city", "county"} else "",
            date_precision="day",
            source="test",
        )
    return region_by_code


@pytest.fixture
def school(regions):
    return School.objects.create(
        code="2151010701",
        name="测试小学",
        kind="primary",
        region=regions["510107"],
        starts_on=date(2010, 9, 1),
    )


@pytest.fixture
def principal(school):
    return Actor(label="校长", grants=(Grant(Role.PRINCIPAL, school_id=school.pk),))


@pytest.fixture
def roots(tmp_path):
    """A shipped folder with one national limit, and an overlay that does not exist yet."""
    shipped, overlay = tmp_path / "shipped", tmp_path / "data" / "policies"
    (shipped / "national").mkdir(parents=True)
    return (shipped, overlay)
