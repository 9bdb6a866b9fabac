"""半月报的表单: shape of input only; whether it may be done is the services' matter."""

from django import forms


class RemarkForm(forms.Form):
    """补充说明."""

    text = forms.CharField(
        label="内容",
        help_text="写明数字、时间和对象，如“本期压减学科类机构 3 家”。",
        max_length=500,
        widget=forms.Textarea,
        error_messages={
            "required": "请写明内容",
            "max_length": "内容最多 %(limit_value)d 字，现在有 %(show_value)d 字，请删减",
        },
    )
    evidence = forms.CharField(
        label="依据",
        help_text="文件、台账或来源，便于日后查对。",
        max_length=300,
        error_messages={
            "required": "请写明依据",
            "max_length": "依据最多 %(limit_value)d 字，现在有 %(show_value)d 字，请删减",
        },
    )


class ExplanationForm(forms.Form):
    """变动原因."""

    text = forms.CharField(
        label="变动原因",
        help_text="写明为什么与上期相差较大，会印在半月报里。",
        max_length=500,
        widget=forms.Textarea,
        error_messages={
            "required": "请写明变动原因",
            "max_length": "变动原因最多 %(limit_value)d 字，现在有 %(show_value)d 字，请删减",
        },
    )


class SignForm(forms.Form):
    """签发: carries the digest of the draft that the signer looked at."""

    seen = forms.CharField(max_length=64, widget=forms.HiddenInput)


class CorrectionForm(forms.Form):
    """更正."""

    reason = forms.CharField(
        label="更正理由",
        help_text="写明改什么、为什么改；原版保留，两版都能查到。",
        max_length=300,
        widget=forms.Textarea,
        error_messages={
            "required": "请写明更正理由",
            "max_length": "更正理由最多 %(limit_value)d 字，现在有 %(show_value)d 字，请删减",
        },
    )
