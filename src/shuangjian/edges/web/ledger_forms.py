"""账本页面的表单: find an account or a transfer, and choose a period."""

from datetime import date

from django import forms

from shuangjian.engines.posting.text import is_key

_DAY = {"invalid": "请按 2026-11-15 的样子填日期。"}


class FindForm(forms.Form):
    """查找: accounts by the beginning of their code, a transfer by its key."""

    account = forms.CharField(
        label="账户编号",
        help_text="填编号的开头，如 pupil:7f3a。",
        max_length=120,
        required=False,
    )
    key = forms.CharField(
        label="转账的幂等键",
        help_text="填完整的幂等键，直接打开这笔转账。",
        max_length=120,
        required=False,
    )

    def clean_account(self) -> str:
        """The beginning of a code, or nothing."""
        text = str(self.cleaned_data["account"])
        if text and not is_key(text):
            raise forms.ValidationError("账户编号只有字母、数字和 . _ : / -。请核对。")
        return text


class PeriodForm(forms.Form):
    """对账期间: the first and the last business day, both of them in it."""

    first = forms.DateField(
        label="从（业务日期）",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_DAY | {"required": "请填从哪天起。"},
    )
    last = forms.DateField(
        label="到（业务日期）",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages=_DAY | {"required": "请填到哪天为止。"},
    )

    def clean(self) -> dict[str, object]:
        """The two days in their order, and a day after the last."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if isinstance(first, date) and isinstance(last, date):
            if last < first:
                self.add_error("last", "止日不能早于起日。请改正。")
            elif last == date.max:
                self.add_error("last", "止日太晚了。请填早一些的日期。")
        return cleaned
