"""Changes of facts: recorded with the write, inspected once, none lost."""

from datetime import UTC, date, datetime

import pytest
from django.db import transaction

from shuangjian.foundation.lake.change import mark_inspected, pending_changes, record_change
from shuangjian.foundation.lake.models import FactChange

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
AT = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)


def test_a_change_is_pending_until_it_is_marked():
    first = record_change(fact="planned_homework", school_id=3, first=DAY, last=DAY)
    second = record_change(fact="class_roster", school_id=None, first=DAY, last=date(2026, 11, 12))
    pending = pending_changes()
    assert [change.pk for change in pending] == [first.pk, second.pk]
    assert (pending[1].fact, pending[1].school_id) == ("class_roster", None)
    assert (pending[1].first_on, pending[1].last_on) == (DAY, date(2026, 11, 12))
    assert pending[0].recorded_at is not None

    later = record_change(fact="planned_homework", school_id=3, first=DAY, last=DAY)
    assert mark_inspected([change.pk for change in pending], at=AT) == 2
    # what came in while the others were inspected stays pending
    assert [change.pk for change in pending_changes()] == [later.pk]


def test_marking_again_keeps_the_first_moment():
    change = record_change(fact="planned_homework", school_id=3, first=DAY, last=DAY)
    assert mark_inspected([change.pk], at=AT) == 1
    assert mark_inspected([change.pk], at=datetime(2026, 11, 11, tzinfo=UTC)) == 0
    assert FactChange.objects.get(pk=change.pk).inspected_at == AT


def test_a_reversed_interval_is_refused_and_nothing_is_written():
    with pytest.raises(ValueError, match=r"区间颠倒.*对调"):
        record_change(fact="planned_homework", school_id=3, first=DAY, last=date(2026, 11, 9))
    assert pending_changes() == ()


def test_a_change_falls_with_the_write_it_belongs_to():
    def _write_and_fail():
        record_change(fact="planned_homework", school_id=3, first=DAY, last=DAY)
        raise RuntimeError("the write failed")

    with pytest.raises(RuntimeError, match="the write failed"), transaction.atomic():
        _write_and_fail()
    assert pending_changes() == ()
