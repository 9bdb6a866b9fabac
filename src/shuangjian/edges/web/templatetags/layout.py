"""What holds a page together (页面骨架): head, buttons, notices, ways on, and states."""

from collections.abc import Sequence

from django.core.paginator import Page
from django.forms.utils import flatatt
from django.http import QueryDict
from django.template import Context, Library
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = Library()

TONES = ("neutral", "info", "good", "warning", "bad")
BUTTON_KINDS = ("primary", "secondary", "danger", "quiet")
_NOTICE_ICON_BY_TONE = {
    "neutral": "info",
    "info": "info",
    "good": "success",
    "warning": "warning",
    "bad": "error",
}
_NOTICE_WORD_BY_TONE = {
    "neutral": "说明",
    "info": "说明",
    "good": "已完成",
    "warning": "请注意",
    "bad": "出错了",
}


def require_one_of(word: str, allowed: Sequence[str], *, name: str) -> str:
    """Pass ``word`` on (取值检查), or refuse it by naming what is allowed.

    Raises:
        ValueError: a template gave a word outside the vocabulary.
    """
    if word not in allowed:
        raise ValueError(f"{name}={word!r} is not in the vocabulary: {', '.join(allowed)}")
    return word


def html_attributes(attributes: dict[str, object]) -> SafeString:
    """Attributes for a tag (HTML 属性): ``hx_post="/x"`` becomes ``hx-post="/x"``.

    A false or empty value leaves the attribute out; ``True`` writes its bare name.

    Raises:
        ValueError: ``style`` or an ``on…`` handler, which the content policy would block unseen.
    """
    written: dict[str, object] = {}
    for key, value in attributes.items():
        name = key.rstrip("_").replace("_", "-")
        if name == "style" or name.startswith(("on", "hx-on")):
            raise ValueError(f"attribute {name!r} is blocked by the content security policy")
        if value is not None and value is not False and value != "":
            written[name] = value
    return flatatt(written)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small drawing beside words (图标); hidden from screen readers, never without text.

    Args:
        name: the id of a symbol in ``static/shuangjian/icons.svg``.
    """
    return format_html(
        '<svg class="sj-icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("shuangjian/icons.svg"),
        name,
    )


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, object]:
    """The way back up (面包屑): ``title url title url … current``; the last has no address.

    Raises:
        ValueError: an even number of parts, so that one of them lacks its pair.
    """
    if len(parts) % 2 == 0:
        raise ValueError("breadcrumbs takes pairs of title and url, and then the current title")
    links = list(zip(parts[:-1:2], parts[1::2], strict=True))
    return {"links": links, "current": parts[-1]}


@register.inclusion_tag("components/page_header.html")
def page_header(title: str, subtitle: str = "", *, caption: str = "") -> dict[str, object]:
    """The page's only ``h1`` (页面标题), with one sentence below and a place or person above."""
    return {"title": title, "subtitle": subtitle, "caption": caption}


@register.simple_tag
def status_tag(text: str, tone: str = "neutral") -> SafeString:
    """A state in a word or two (状态标签); the word says it, the tone only helps.

    Args:
        text: at most about six characters.
        tone: one of ``TONES``.
    """
    require_one_of(tone, TONES, name="tone")
    return format_html('<span class="sj-tag sj-tone-{}">{}</span>', tone, text)


@register.simple_block_tag
def notice(content: str, *, tone: str = "info", title: str = "") -> SafeString:
    """A few sentences set apart (提示). ``{% notice tone="warning" title="…" %}…{% endnotice %}``.

    Args:
        content: paragraphs or a list.
        tone: one of ``TONES``.
        title: one line; without it a plain word for the tone is read to screen readers.
    """
    require_one_of(tone, TONES, name="tone")
    heading = (
        format_html('<p class="sj-notice-title">{}</p>', title)
        if title
        else format_html('<p class="visually-hidden">{}：</p>', _NOTICE_WORD_BY_TONE[tone])
    )
    return format_html(
        '<div class="sj-notice sj-tone-{}"><div class="sj-notice-icon">{}</div>'
        '<div class="sj-notice-body">{}{}</div></div>',
        tone,
        icon(_NOTICE_ICON_BY_TONE[tone]),
        heading,
        content,
    )


@register.simple_tag
def button(text: str, *, kind: str = "primary", type: str = "submit", **attributes: object) -> str:  # noqa: A002 - the HTML attribute's own name, as templates write it
    """A button (按钮). Extra attributes are written through: ``name="action" hx_post=url``.

    Args:
        text: a verb and its object, 「提交计划」.
        kind: one of ``BUTTON_KINDS``; one primary button a page.
        type: ``submit`` or ``button``.
        attributes: see ``html_attributes``.
    """
    require_one_of(kind, BUTTON_KINDS, name="kind")
    return format_html(
        '<button type="{}" class="btn sj-btn sj-btn-{}"{}>{}</button>',
        type,
        kind,
        html_attributes(attributes),
        text,
    )


@register.simple_tag
def button_link(text: str, url: str, *, kind: str = "secondary", **attributes: object) -> str:
    """A link that looks like a button (按钮式链接): it goes somewhere and changes nothing."""
    require_one_of(kind, BUTTON_KINDS, name="kind")
    return format_html(
        '<a href="{}" class="btn sj-btn sj-btn-{}"{}>{}</a>',
        url,
        kind,
        html_attributes(attributes),
        text,
    )


@register.simple_tag
def print_button(text: str = "打印") -> SafeString:
    """A button that prints the page (打印); shown only where JavaScript runs."""
    return format_html(
        '<button type="button" class="btn sj-btn sj-btn-secondary" data-print hidden>'
        "{} {}</button>",
        icon("print"),
        text,
    )


@register.simple_block_tag
def button_row(content: str) -> SafeString:
    """Buttons side by side, on a phone one below the other (按钮行)."""
    return format_html('<div class="sj-buttons">{}</div>', content)


@register.inclusion_tag("components/tab_links.html")
def tab_links(tabs: Sequence[object], *, label: str) -> dict[str, object]:
    """Views of one list (标签页), as plain links.

    Args:
        tabs: each with ``title``, ``url``, ``current`` (bool) and, if known, ``count``.
        label: what the tabs divide, for screen readers: 「按状态查看」.
    """
    return {"tabs": tabs, "label": label}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(
    context: Context, page: Page[object], *, parameter: str = "page"
) -> dict[str, object]:
    """Pages of a long list (分页); keeps the other query parameters.

    Args:
        context: of the template; its ``request`` gives the other parameters.
        page: a page of Django's ``Paginator``.
        parameter: the query parameter that holds the page number.
    """
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    asked = context["request"].GET if "request" in context else None
    steps = []
    for number in numbers:
        is_gap = number == str(page.paginator.ELLIPSIS)
        steps.append(
            {"number": number, "url": "" if is_gap else _page_url(asked, parameter, number)}
        )
    return {
        "page": page,
        "steps": steps,
        "previous_url": _page_url(asked, parameter, page.number - 1),
        "next_url": _page_url(asked, parameter, page.number + 1),
    }


def _page_url(asked: QueryDict | None, parameter: str, number: int | str) -> str:
    """The address of one page (分页地址), keeping what else was asked."""
    query = asked.copy() if asked is not None else QueryDict(mutable=True)
    query[parameter] = str(number)
    return f"?{query.urlencode()}"


@register.inclusion_tag("_empty.html")
def empty_state(
    title: str, text: str = "", *, action_title: str = "", action_url: str = ""
) -> dict[str, object]:
    """Nothing here, why, and what to do (空状态)."""
    return {"title": title, "text": text, "action_title": action_title, "action_url": action_url}


@register.inclusion_tag("_error.html")
def error_state(
    title: str, text: str = "", *, action_title: str = "", action_url: str = ""
) -> dict[str, object]:
    """A part of the page could not be shown: what, why, what next (错误状态)."""
    return {"title": title, "text": text, "action_title": action_title, "action_url": action_url}


@register.inclusion_tag("_loading.html")
def loading_state(text: str = "正在取数据，请稍候", *, id: str = "") -> dict[str, object]:  # noqa: A002 - the HTML attribute's own name, as templates write it
    """A request under way (加载状态).

    Args:
        text: what is awaited.
        id: with it, the sign is hidden until an element with ``hx-indicator="#id"`` asks.
    """
    return {"text": text, "id": id}
