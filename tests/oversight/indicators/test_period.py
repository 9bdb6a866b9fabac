from datetime import date, timedelta

import pytest

from shuangjian.engines.half_month_round import DueDays
from shuangjian.foundation.policy.services import load_policies
from shuangjian.foundation.registry.services import load_regions
from shuangjian.oversight.indicators.period import DueDaysUnknownError, due_days_of
from tests.policies.folder import POLICIES
from tests.scene import build_scene

pytestmark = pytest.mark.django_db
IN_FORCE_FROM = date(2021, 8, 30)


def test_the_shipped_policies_say_when_reports_are_due():
    scene = build_scene()
    load_regions()
    assert load_policies([POLICIES]).is_accepted
    for region in (scene.county, scene.other_county):
        assert due_days_of(region, on=IN_FORCE_FROM) == DueDays(first=15, second=30)
    with pytest.raises(
        DueDaysUnknownError, match=r"示范区在 2021-08-29 还没有.*report\.half_month"
    ):
        due_days_of(scene.county, on=IN_FORCE_FROM - timedelta(days=1))
