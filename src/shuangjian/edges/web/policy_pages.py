"""政策库的页面: the catalogue, and what one leaf demands where, when and why."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from shuangjian.edges.web.policy_forms import PolicyLookupForm
from shuangjian.foundation.accounts.actor import Actor
from shuangjian.foundation.accounts.route import actor_in, allow_signed_in, moment_of
from shuangjian.foundation.policy.catalogue import UnknownPolicyKeyError
from shuangjian.foundation.policy.leaf import NATION
from shuangjian.foundation.policy.library import current_catalogue
from shuangjian.foundation.policy.queries import (
    ListedKey,
    chain_of,
    listed_keys,
    not_encoded,
    refusal_problems,
    show,
)
from shuangjian.foundation.policy.services import PolicyWatch, policy_roots
from shuangjian.foundation.policy.wording import (
    COMBINE_WORDS,
    REASON_WORDS,
    SOURCE_GRADE_WORDS,
)
from shuangjian.foundation.registry.models import School

_TOPIC_BY_PREFIX = {
    "homework": "作业管理",
    "class_size": "班额",
    "exam": "考试",
    "indicator": "指标口径",
    "report": "半月报",
    "afterschool": "课后服务",
    "evening_study": "晚自习",
    "sleep": "睡眠",
    "school_day": "作息",
    "phone": "手机",
    "pe": "体育",
    "staffing": "师资",
    "balance": "均衡发展",
    "training": "校外培训",
}
_OTHER_TOPIC = "其他"
_WATCH = PolicyWatch()


class PolicyFreshnessMiddleware:
    """Takes up changed policy files without a restart, at most one look a second (不重启即生效)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Before the view reads any limit."""
        _WATCH.take_up_changes(policy_roots(), monotonic=time.monotonic())
        return self.get_response(request)


@dataclass(frozen=True)
class Topic:
    """One heading of the list (主题) with its keys."""

    title: str
    rows: tuple[ListedKey, ...]


@allow_signed_in()
def policy_list(request: HttpRequest) -> HttpResponse:
    """政策库: every key, what was refused, and what is not encoded."""
    omitted = [
        {"row": row, "reason": REASON_WORDS.get(row.reason, row.reason)} for row in not_encoded()
    ]
    context = {"topics": _topics(), "problems": refusal_problems(), "omitted": omitted}
    return render(request, "policy/list.html", context)


@allow_signed_in()
def policy_key(request: HttpRequest, key: str) -> HttpResponse:
    """政策查询: the values that apply, why, and the whole time chain."""
    catalogue = current_catalogue()
    try:
        leaf = catalogue.leaf(key)
    except UnknownPolicyKeyError as unknown:
        raise Http404 from unknown
    today = moment_of(request).date()
    asked = {"on": today.isoformat(), "region": _home_region(actor_in(request))}
    asked.update({name: text for name, text in request.GET.dict().items() if text})
    form = PolicyLookupForm(asked, leaf=leaf)
    context: dict[str, Any] = {
        "form": form,
        "leaf": leaf,
        "combine_text": COMBINE_WORDS[leaf.combine],
        "chain": chain_of(key),
        "sources": _sources(key),
        "answer": None,
    }
    if form.is_valid():
        context["answer"] = show(
            key,
            on=form.cleaned_data["on"],
            region=form.place.code,
            grade=form.cleaned_data.get("grade"),
            class_size=form.cleaned_data.get("class_size"),
            school_kind=form.cleaned_data.get("school_kind") or None,
        )
    return render(request, "policy/key.html", context, status=200 if form.is_valid() else 422)


def _topics() -> list[Topic]:
    """Keys by subject, the subjects in the order above and what is unknown last."""
    rows_by_title: dict[str, list[ListedKey]] = {title: [] for title in _TOPIC_BY_PREFIX.values()}
    rows_by_title[_OTHER_TOPIC] = []
    for row in listed_keys():
        title = _TOPIC_BY_PREFIX.get(row.key.partition(".")[0], _OTHER_TOPIC)
        rows_by_title[title].append(row)
    return [Topic(title, tuple(rows)) for title, rows in rows_by_title.items() if rows]


def _home_region(actor: Actor) -> str:
    """Where the reader works, so that the first answer is already theirs."""
    for grant in actor.grants:
        if grant.region_path:
            return grant.region_path.rpartition(".")[2]
        if grant.school_id is not None:
            return School.objects.values_list("region__code", flat=True).get(pk=grant.school_id)
    return NATION


def _sources(key: str) -> list[dict[str, str]]:
    """Where the citations of a key were read, with how near that is to the official text."""
    catalogue = current_catalogue()
    cited = {
        source
        for value in catalogue.values(key)
        for citation in (value.citation, *value.restated)
        for source in citation.sources
    }
    return [
        {
            "name": catalogue.source_by_id[source].name,
            "grade": SOURCE_GRADE_WORDS[catalogue.source_by_id[source].grade],
        }
        for source in sorted(cited)
    ]
