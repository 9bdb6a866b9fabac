"""政策查询表单."""

from datetime import date

from django import forms

from shuangjian.foundation.policy.leaf import BandKind, Leaf
from shuangjian.foundation.policy.library import (
    RegionAmbiguousError,
    RegionUnknownError,
    find_region,
)
from shuangjian.foundation.policy.wording import SCHOOL_KIND_WORDS
from shuangjian.foundation.registry.models import Region


class PolicyLookupForm(forms.Form):
    """政策查询: a day, a place, and the band where the leaf has one."""

    on = forms.DateField(
        label="日期",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "请填日期。", "invalid": "请按 2026-09-01 的样子填日期。"},
    )
    region = forms.CharField(
        label="地区",
        help_text="填六位行政区划代码，或区划全称，如 510107、武侯区；全国填 000000。",
        max_length=60,
        error_messages={"required": "请填地区；查全国的规定填 000000。"},
    )
    grade = forms.TypedChoiceField(
        label="年级", coerce=int, empty_value=None, required=False, choices=[]
    )
    class_size = forms.IntegerField(
        label="班额",
        min_value=1,
        max_value=999,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"invalid": "请填班级人数，如 45。"},
    )
    school_kind = forms.ChoiceField(label="学校类别", required=False, choices=[])

    def __init__(self, *args: object, leaf: Leaf, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # why: Django's own signature
        low, high = leaf.domain
        grades = [(str(grade), f"{grade} 年级") for grade in range(low, min(high, 12) + 1)]
        kinds = [(kind, str(words)) for kind, words in SCHOOL_KIND_WORDS.items()]
        kept = {
            BandKind.GRADE: ("grade", [("", "全部年级"), *grades]),
            BandKind.SCHOOL_KIND: ("school_kind", [("", "全部类别"), *kinds]),
            BandKind.CLASS_SIZE: ("class_size", []),
            BandKind.NONE: ("", []),
        }
        name, choices = kept[leaf.band]
        for other in ("grade", "class_size", "school_kind"):
            if other != name:
                del self.fields[other]
            elif choices:
                self.fields[other].choices = choices  # type: ignore[attr-defined]  # why: a choice field

    def clean(self) -> dict[str, object]:
        """The region of that day."""
        cleaned = super().clean() or {}
        on, text = cleaned.get("on"), cleaned.get("region")
        if isinstance(on, date) and isinstance(text, str):
            try:
                cleaned["place"] = find_region(text, on=on)
            except (RegionUnknownError, RegionAmbiguousError) as refusal:
                self.add_error("region", str(refusal))
        return cleaned

    @property
    def place(self) -> Region:
        """The region found; only after a valid form."""
        place = self.cleaned_data["place"]
        assert isinstance(place, Region)
        return place
