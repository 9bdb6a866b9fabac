"""作业公示表的页面: one class and day, for the school and its guardians."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shuangjian.areas.homework.queries import (
    get_day,
)
from shuangjian.areas.homework.views.reader import LIST_READERS, SCHOOL_SIDE, WATCHERS
from shuangjian.foundation.accounts.access import access_public_class
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.accounts.route import actor_in, allow, moment_of
from shuangjian.foundation.registry.calendar import next_working_day


@allow(*SCHOOL_SIDE, *WATCHERS, Role.GUARDIAN)
def public_table(request: HttpRequest, pseudonym: UUID, on: date) -> HttpResponse:
    """作业公示表 of one class and day, for the school and its guardians."""
    actor, today = actor_in(request), moment_of(request).date()
    school_class = access_public_class(actor, pseudonym=pseudonym, on=today)
    view = get_day(actor, school_class=school_class, on=on, today=today)
    context = {
        "view": view,
        "lines": [line for line in view.lines if not line.is_held],
        "next_day": next_working_day(after=on),
        "today": today,
        "has_list": actor.has(*LIST_READERS),
    }
    return render(request, "homework/public_table.html", context)
