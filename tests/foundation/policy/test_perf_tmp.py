import time
from datetime import date
import pytest
from pathlib import Path
from shuangjian.foundation.registry.services import load_regions
from shuangjian.foundation.registry.models import *
from shuangjian.foundation.policy.services import load_policies
from shuangjian.foundation.policy.models import PolicyInForce
@pytest.mark.django_db
def test_perf():
    load_regions()
    rs=list(Region.objects.filter(level="county", ends_on__isnull=True, path__within="000000.510000.510100"))
    School.objects.bulk_create([School(code=f"21{i:08}",name=f"s{i}",kind=["primary","junior","nine_year"][i%3],region=rs[i%len(rs)],starts_on=date(2010,9,1)) for i in range(1000)])
    for n in range(3):
        t=time.perf_counter(); o=load_policies([Path("policies")]); print(o.is_changed, len(o.problems), round(time.perf_counter()-t,3), PolicyInForce.objects.count())
    School.objects.create(code="9",name="x",kind="primary",region=rs[0],starts_on=date(2010,9,1))
    t=time.perf_counter(); o=load_policies([Path("policies")]); print(o.is_changed, round(time.perf_counter()-t,3), PolicyInForce.objects.count())
