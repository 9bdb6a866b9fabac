"""Form fields (表单字段): label, hint, error and control, the same on every page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.forms import BaseForm, BaseFormSet
from django.forms.boundfield import BoundField
from django.forms.widgets import (
    CheckboxInput,
    CheckboxSelectMultiple,
    RadioSelect,
    Select,
    Textarea,
    Widget,
)
from django.template import Library

from shuangjian.edges.web.templatetags.layout import require_one_of

register = Library()

WIDTHS = ("full", "medium", "short")


@dataclass(frozen=True)
class FieldError:
    """One line of the error summary (错误条目): the words, and the id they lead to or ""."""

    text: str
    target: str


@register.inclusion_tag("components/field.html")
def field(
    bound: BoundField,
    *,
    label: str = "",
    hint: str = "",
    suffix: str = "",
    width: str = "full",
    is_page_heading: bool = False,
) -> dict[str, object]:
    """One field of a form (字段): ``{% field form.minutes suffix="分钟" width="short" %}``.

    A field that need not be filled says 「（选填）」; one that must says nothing.

    Args:
        bound: a bound field of a Django form, whatever its widget.
        label: instead of the form's own.
        hint: instead of the form's ``help_text``.
        suffix: a unit after the control.
        width: one of ``WIDTHS``: short for a number, medium for a date or name.
        is_page_heading: the label is the page's ``h1`` (one thing a page).
    """
    require_one_of(width, WIDTHS, name="width")
    hint = hint or str(bound.help_text)
    described_by = _described_by(bound, hint=hint)
    kind = _kind(bound.field.widget)
    return {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "hint": hint,
        "suffix": suffix,
        "width": width,
        "is_page_heading": is_page_heading,
        "is_optional": not bound.field.required and kind != "checkbox",
        "described_by": described_by,
        "control": bound.as_widget(attrs=_control_attributes(bound, described_by, kind)),
        "choices": _choices(bound) if kind in {"radios", "checkboxes"} else (),
        "error_target": field_target(bound),
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm | BaseFormSet[BaseForm]) -> dict[str, object]:
    """All errors of the page's forms (错误汇总), each a link to its field; nothing without errors.

    Args:
        forms: bound forms and formsets, in the order of the page.
    """
    return {"errors": [error for form in forms if form for error in _form_errors(form)]}


def field_target(bound: BoundField) -> str:
    """The id that a link to this field leads to (锚点): its control, or its first choice."""
    if _kind(bound.field.widget) in {"radios", "checkboxes"}:
        first = next(iter(bound.subwidgets), None)
        return first.id_for_label if first is not None else ""
    return bound.id_for_label or bound.auto_id


def _form_errors(form: BaseForm | BaseFormSet[BaseForm]) -> Iterator[FieldError]:
    """Errors of one form or formset (表单错误), general ones first."""
    if isinstance(form, BaseFormSet):
        yield from (FieldError(str(text), "") for text in form.non_form_errors())
        for member in form.forms:
            yield from _form_errors(member)
        return
    yield from (FieldError(str(text), "") for text in form.non_field_errors())
    for bound in form:
        target = "" if bound.is_hidden else field_target(bound)
        label = str(bound.label or "")
        for text in map(str, bound.errors):
            # why: away from its field, 「这个字段是必填项」 does not say which field.
            yield FieldError(text if label in text else f"{label}：{text}", target)


def _kind(widget: Widget) -> str:
    """Which markup a widget wants (控件类型)."""
    if isinstance(widget, CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, RadioSelect):
        return "radios"
    if isinstance(widget, CheckboxInput):
        return "checkbox"
    return "select" if isinstance(widget, Select) else "input"


def _described_by(bound: BoundField, *, hint: str) -> str:
    """The ids of hint and error (说明的锚点), in the order in which they are read."""
    parts: Sequence[tuple[object, str]] = ((hint, "hint"), (bound.errors, "error"))
    return " ".join(f"{bound.auto_id}_{name}" for present, name in parts if present)


def _control_attributes(bound: BoundField, described_by: str, kind: str) -> dict[str, str | bool]:
    """Attributes of a single control (控件属性), over those of the form's own widget."""
    attributes: dict[str, str | bool] = {}
    if described_by:
        attributes["aria-describedby"] = described_by
    if kind != "checkbox":
        own = bound.field.widget.attrs.get("class", "")
        base = "form-select sj-input" if kind == "select" else "form-control sj-input"
        attributes["class"] = f"{base} {own}".strip()
    if isinstance(bound.field.widget, Textarea) and bound.field.widget.attrs["rows"] == "10":
        # why: Django's ten rows push the button off a phone; a form that asks for others gets them.
        attributes["rows"] = "4"
    return attributes


def _choices(bound: BoundField) -> list[dict[str, object]]:
    """Each choice of a group (选项), with its control and the id of its label."""
    return [
        {"id": choice.id_for_label, "label": choice.choice_label, "control": choice.tag()}
        for choice in bound.subwidgets
    ]
