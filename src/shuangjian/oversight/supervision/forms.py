"""台账的表单: what the list is narrowed to, and the shape of each step's input."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms

from shuangjian.foundation.accounts.access import visible_schools
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.findings.models import Severity
from shuangjian.foundation.findings.queries import FindingFilter
from shuangjian.foundation.policy.wording import SEVERITY_WORDS
from shuangjian.oversight.supervision.catalogue import FACT_CORRECTED, rules

ALL = "all"
_TEXT_MOST = 2000


def _bound_day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": f"“{label}”的日期写法不对，如 2026-11-16。请改正后再筛选。"},
    )


def _text_field(
    label: str, *, required: bool = True, help_text: str = "", empty: str = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=_TEXT_MOST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": empty,
            "max_length": f"{label}最多 {_TEXT_MOST} 个字，请删减，详情可另附材料并写明存放处。",
        },
    )


class FilterForm(forms.Form):
    """筛选台账: an address without a part of it means all."""

    rule = forms.ChoiceField(label="问题类别")
    school = forms.ChoiceField(label="学校")
    severity = forms.ChoiceField(
        label="约束力", choices=[(ALL, "全部"), *SEVERITY_WORDS.items()], initial=ALL
    )
    first = _bound_day("发生日从")
    last = _bound_day("发生日到")
    overdue = forms.BooleanField(label="只看逾期未整改的", required=False)

    def __init__(self, asked: Mapping[str, str], *, actor: Actor, on: date) -> None:
        data: dict[str, Any] = dict.fromkeys(("rule", "school", "severity"), ALL)
        data |= {name: asked[name] for name in self.declared_fields if asked.get(name)}
        super().__init__(data)
        terms = [(rule.key, rule.term) for rule in (*rules().values(), FACT_CORRECTED)]
        schools = [
            (str(pseudonym), name)
            for pseudonym, name in visible_schools(actor, on=on)
            .order_by("name", "id")
            .values_list("pseudonym", "name")
        ]
        self._offer("rule", terms)
        self._offer("school", schools)
        if len(schools) < 2:
            del self.fields["school"]

    def clean(self) -> dict[str, Any]:
        """Refuse a first day after the last."""
        cleaned = self.cleaned_data
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and first > last:
            self.add_error("last", "发生日的止日早于起日，没有按日期筛选。请对调两个日期。")
            cleaned.pop("first")
        return cleaned

    def filters(self, *, on: date) -> FindingFilter:
        """What the list is narrowed to (筛选条件); a faulty part narrows nothing."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value != ALL}
        school = chosen.get("school")
        return FindingFilter(
            rule=chosen.get("rule", ""),
            severity=Severity(chosen["severity"]) if "severity" in chosen else "",
            school=UUID(school) if school else None,
            first=chosen.get("first"),
            last=chosen.get("last"),
            overdue_on=on if chosen.get("overdue") else None,
        )

    @property
    def is_narrowing(self) -> bool:
        """Whether something narrows the list, or was meant to."""
        return any(value not in (ALL, "") for value in self.data.values())

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(ALL, "全部"), *choices]


class AssignForm(forms.Form):
    """交办: the due day and what the school shall do."""

    due_on = forms.DateField(
        label="整改限期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="学校最迟在这一天报整改情况。",
        error_messages={
            "required": "请选整改限期，今天或以后的一天。",
            "invalid": "整改限期的写法不对，如 2026-11-20。请改正。",
        },
    )
    note = _text_field("整改要求", required=False, help_text="学校会看到。")


class AssignManyForm(AssignForm):
    """批量交办: also which findings the officer saw, so that none is assigned unseen."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class RectifyForm(forms.Form):
    """整改: what was done, and where that can be seen."""

    note = _text_field(
        "整改情况",
        help_text="写清做了什么、从哪天起。",
        empty="请写明整改情况，如“11月17日起数学作业减到 15 分钟”。",
    )
    evidence = _text_field(
        "整改依据",
        help_text="哪里可以查到：公示表日期、会议记录、照片存放处等。",
        empty="请写明整改依据在哪里可以查到，如“11月17日公示表”。",
    )


class VerifyForm(forms.Form):
    """复核: whether the mending stands, and what was looked at."""

    passed = forms.TypedChoiceField(
        label="复核结论",
        choices=[("yes", "通过：整改属实"), ("no", "不通过：退回学校重新整改")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": "请选复核结论：通过或不通过。"},
    )
    note = _text_field(
        "复核情况",
        help_text="写清看了什么、问了谁。",
        empty="请写明复核情况，如“到校查看 11月17日公示表”。",
    )
    evidence = _text_field("复核依据", required=False, help_text="照片、记录等的存放处。")


class ClearForm(forms.Form):
    """销号: on what it rests."""

    evidence = _text_field(
        "销号依据",
        help_text="凭什么销号，日后审计会查。",
        empty="请写明销号依据，如“督学 11月18日复核记录”。",
    )
    note = _text_field("说明", required=False)
