"""导入布置计划表的页面: look first, then write."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from shuangjian.areas.homework.errors import HomeworkRefusedError
from shuangjian.areas.homework.forms import (
    ImportForm,
)
from shuangjian.areas.homework.services.import_plans import import_workbook
from shuangjian.areas.homework.wording import refusal_text
from shuangjian.areas.homework.workbook.fault import UnreadableWorkbookError
from shuangjian.foundation.accounts.access import visible_schools
from shuangjian.foundation.accounts.role import Role
from shuangjian.foundation.accounts.route import actor_in, allow, moment_of


@allow(Role.SCHOOL_ADMIN, Role.PRINCIPAL)
def import_plans(request: HttpRequest) -> HttpResponse:
    """导入布置计划表: look first, then write; with any fault nothing is written."""
    actor, moment = actor_in(request), moment_of(request)
    form = ImportForm(request.POST or None, request.FILES or None)
    schools = visible_schools(actor, on=moment.date()).filter(pk__in=actor.school_ids(*Role))
    field = form.fields["school"]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = schools
    if schools.count() == 1:
        field.initial = schools.get()
        field.widget = forms.HiddenInput()
    outcome = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            is_dry_run = request.POST.get("action") != "write"
            try:
                outcome = import_workbook(
                    actor=actor,
                    school=form.cleaned_data["school"],
                    content=form.cleaned_data["workbook"].read(),
                    at=moment,
                    is_dry_run=is_dry_run,
                )
                status = 422 if outcome.faults else 200
            except UnreadableWorkbookError as error:
                form.add_error("workbook", error.message)
            except HomeworkRefusedError as error:
                form.add_error(None, refusal_text(error))
    context = {"form": form, "outcome": outcome}
    return render(request, "homework/import.html", context, status=status)
