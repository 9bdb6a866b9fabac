"""Regions and calendar as loaded into PostgreSQL."""

from datetime import date

import pytest

from shuangjian.foundation.registry.calendar import day_kinds, next_working_day, working_days
from shuangjian.foundation.registry.models import CalendarDay, Region, RegionSuccession
from shuangjian.foundation.registry.region_seed import read_regions, read_successions
from shuangjian.foundation.registry.services import load_calendar, load_regions

pytestmark = pytest.mark.django_db


def test_regions_load_once_and_their_tree_answers():
    assert load_regions() == len(read_regions())
    assert load_regions() == len(read_regions())  # a second load adds nothing
    assert RegionSuccession.objects.count() == len(read_successions())
    chengdu = Region.objects.get(code="510100", ends_on__isnull=True)
    below = Region.objects.filter(path__within=str(chengdu.path), ends_on__isnull=True)
    assert below.filter(code="510185").exists()  # 简阳, since 2016
    assert not below.filter(code="512081").exists()
    above = Region.objects.filter(path__above=str(chengdu.path), ends_on__isnull=True)
    assert set(above.values_list("code", flat=True)) == {"000000", "510000", "510100"}


def test_calendar_knows_make_up_days_and_says_what_is_not_published():
    last = load_calendar()
    assert last >= date(2026, 12, 31)
    # 2026-10-10 is a Saturday on which people work for the National Day week
    kinds = day_kinds(first=date(2026, 10, 1), last=date(2026, 10, 10))
    assert not kinds[date(2026, 10, 1)].is_working_day
    assert kinds[date(2026, 10, 1)].note == "国庆节"
    assert kinds[date(2026, 10, 10)].is_working_day
    assert kinds[date(2026, 10, 10)].note == "调休上班"
    beyond = date(last.year + 1, 6, 2)
    assert not day_kinds(first=beyond, last=beyond)[beyond].is_published
    assert next_working_day(after=date(2026, 11, 20)) == date(2026, 11, 23)
    assert len(working_days(first=date(2026, 11, 1), last=date(2026, 11, 15))) == 10


def test_an_officers_edit_survives_a_second_load():
    load_calendar()
    CalendarDay.objects.filter(on=date(2026, 11, 18)).update(is_working_day=False, note="运动会")
    load_calendar()
    assert working_days(first=date(2026, 11, 18), last=date(2026, 11, 18)) == []
