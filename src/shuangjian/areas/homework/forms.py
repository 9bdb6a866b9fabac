"""作业管理的表单: the shape of what people type; whether it is allowed is the services' matter."""

from collections.abc import Iterable
from datetime import date

from django import forms

from shuangjian.areas.homework.models import HomeworkKind, Place
from shuangjian.areas.homework.wording import MINUTES_MOST
from shuangjian.foundation.registry.models import Course, School

NUMERIC = {"inputmode": "numeric", "autocomplete": "off"}


def _minutes_field(label: str, *, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=MINUTES_MOST,
        widget=forms.TextInput(attrs=NUMERIC),
        help_text=help_text,
        error_messages={
            "required": "请填预计时长，如 20。",
            "invalid": "预计时长只填数字，如 20，单位是分钟。",
            "min_value": "预计时长至少 1 分钟。没有作业就不用布置。",
            "max_value": f"预计时长最多 {MINUTES_MOST} 分钟，请核对。",
        },
    )


class PlanForm(forms.Form):
    """布置作业: content and minutes of one course."""

    course = forms.ChoiceField(label="学科", widget=forms.HiddenInput)
    content = forms.CharField(
        label="作业内容",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": "请写明作业内容，如“练习册第 32 页”。",
            "max_length": "作业内容最多 500 个字，请删减。",
        },
    )
    minutes = _minutes_field("预计时长", help_text="一般学生完成的时间")
    kind = forms.ChoiceField(label="类型", choices=HomeworkKind.choices, widget=forms.RadioSelect)
    place = forms.ChoiceField(label="在哪里完成", choices=Place.choices, widget=forms.RadioSelect)

    def __init__(self, *args: object, courses: Iterable[str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # why: Django's own arguments
        field = self.fields["course"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(code, str(Course(code).label)) for code in courses]

    @property
    def has_special_kind(self) -> bool:
        """Whether type and place should be shown at once, since they aren't the usual ones."""
        chosen = (self["kind"].value(), self["place"].value())
        return chosen != (HomeworkKind.WRITTEN, Place.HOME)


class TrimForm(forms.Form):
    """减时: fewer minutes for one course."""

    minutes = _minutes_field("减到多少分钟")


class MoveForm(forms.Form):
    """移到另一天."""

    to = forms.DateField(
        label="移到哪一天",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请选一天。", "invalid": "日期写法不对，如 2026-11-24。"},
    )

    def __init__(self, *args: object, earliest: date, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # why: Django's own arguments
        self.fields["to"].widget.attrs["min"] = earliest.isoformat()


class OverrideForm(forms.Form):
    """超限放行: the reason."""

    reason = forms.CharField(
        label="放行理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="督学、校长和本班家长都能看到，写清为什么今天要超过上限。",
        error_messages={
            "required": "请写明放行理由。",
            "max_length": "理由最多 300 个字，请删减。",
        },
    )


class ImportForm(forms.Form):
    """导入布置计划表: one workbook, looked at before it is written."""

    school = forms.ModelChoiceField(
        label="学校",
        queryset=School.objects.none(),
        empty_label=None,
        error_messages={"required": "请选学校。", "invalid_choice": "这所学校不在您的范围内。"},
    )
    workbook = forms.FileField(
        label="布置计划表（.xlsx）",
        help_text="学校现在用的表就行：一班一张或一个年级一张，学科横排竖排都可以。",
        widget=forms.ClearableFileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
        error_messages={
            "required": "请选一个 .xlsx 文件。",
            "empty": "这个文件是空的，请重新选择。",
        },
    )
