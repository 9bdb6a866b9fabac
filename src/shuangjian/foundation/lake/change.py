"""事实变动: areas say which days of which fact they touched; supervision inspects those again."""

from collections.abc import Iterable
from datetime import date, datetime

from shuangjian.foundation.lake.models import FactChange


def record_change(*, fact: str, school_id: int | None, first: date, last: date) -> FactChange:
    """Record that a fact's rows may have changed (事实变动), in the caller's transaction.

    Args:
        fact: the fact's declared name.
        school_id: the registry's key of the school; ``None`` where it may be any.
        first: the first day touched.
        last: the last day touched, itself included; not before ``first``.

    Raises:
        ValueError: ``last`` lies before ``first``.
    """
    if last < first:
        raise ValueError(f"事实 {fact} 的变动区间颠倒：{first} 晚于 {last}。请把首日和末日对调。")
    return FactChange.objects.create(fact=fact, school_id=school_id, first_on=first, last_on=last)


def pending_changes() -> tuple[FactChange, ...]:
    """The changes that nobody has inspected yet (待检查的变动), oldest first.

    A change whose transaction commits later simply shows up in a later call: nothing is skipped by
    time or by number.
    """
    return tuple(FactChange.objects.filter(inspected_at__isnull=True).order_by("id"))


def mark_inspected(ids: Iterable[int], *, at: datetime) -> int:
    """Mark these changes, and no others, as inspected (已检查).

    Args:
        ids: keys that ``pending_changes`` gave; what came in since then stays pending.
        at: the moment of the inspection.

    Returns:
        How many were marked; one that was already marked keeps its first moment.
    """
    pending = FactChange.objects.filter(id__in=tuple(ids), inspected_at__isnull=True)
    return pending.update(inspected_at=at)
