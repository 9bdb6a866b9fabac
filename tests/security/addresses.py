"""Every address of the site with sample arguments, found by walking the real resolver."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.scene import TUESDAY
from tests.security.world import DRAFT_DUE, NOWHERE, PAST, SIGNED_DUE, Place

INDICATOR = "homework.schools_meeting_time"
FIGURE = f"{INDICATOR}:meeting"
POLICY_KEY = "homework.written_minutes_max"
ABSENT = Place(
    NOWHERE,
    UUID("00000000-0000-4000-8000-000000000001"),
    UUID("00000000-0000-4000-8000-000000000002"),
    UUID("00000000-0000-4000-8000-000000000003"),
    UUID("00000000-0000-4000-8000-000000000004"),
    "absent",
    2_000_000_001,
    2_000_000_002,
)
Arguments = Callable[[Place], Mapping[str, Any]]


@dataclass(frozen=True)
class Route:
    """One pattern of the resolver: its whole name, its view, the names of its parameters."""

    name: str
    view: Callable[..., Any]
    parameters: frozenset[str]


def _class_day(on: date) -> Arguments:
    return lambda place: {"pseudonym": place.school_class, "on": on}


def _course(place: Place) -> Mapping[str, Any]:
    return {"pseudonym": place.school_class, "on": TUESDAY, "course": "math"}


def _finding(place: Place) -> Mapping[str, Any]:
    return {"pseudonym": place.finding}


def _indicator(place: Place) -> dict[str, Any]:
    return {"key": INDICATOR, "region_code": place.region, "due_on": DRAFT_DUE}


def _draft(place: Place) -> dict[str, Any]:
    return {"region_code": place.region, "due_on": DRAFT_DUE}


def _remark(place: Place) -> dict[str, Any]:
    return {**_draft(place), "kind": "remark", "item": "institutions_reduced"}


def _signed(place: Place) -> dict[str, Any]:
    return {"region_code": place.region, "due_on": SIGNED_DUE, "revision": 1}


def _figure(place: Place) -> dict[str, Any]:
    return {**_signed(place), "name": FIGURE}


SAMPLES: Mapping[str, Arguments] = {
    "ledger-book": lambda place: {"code": place.book},
    "ledger-account": lambda place: {"number": place.account},
    "ledger-transfer": lambda place: {"number": place.transfer},
    "policy-key": lambda place: {"key": POLICY_KEY},
    "homework-day": _class_day(TUESDAY),
    "homework-override": _class_day(TUESDAY),
    "homework-withdraw": _course,
    "homework-trim": _course,
    "homework-move": _course,
    "homework-public": _class_day(TUESDAY),
    "finding": _finding,
    "finding-assign": _finding,
    "finding-rectify": _finding,
    "finding-verify": _finding,
    "finding-clear": _finding,
    "indicator": _indicator,
    "indicator-school": lambda place: {**_indicator(place), "pseudonym": place.school},
    "report": _draft,
    "report-draft-pdf": _draft,
    "report-sign": _draft,
    "report-correct": _draft,
    "report-remark": _remark,
    "report-remark-withdraw": _remark,
    "report-revision": _signed,
    "report-pdf": _signed,
    "report-figure": _figure,
    "report-figure-school": lambda place: {**_figure(place), "school": place.school},
    "report-class-day": lambda place: {
        **_signed(place),
        "school_class": place.school_class,
        "on": PAST,
    },
}


def routes(patterns: Iterable[URLPattern | URLResolver] | None = None) -> list[Route]:
    """Every view that the resolver can reach, included ones too."""
    return list(_walk(get_resolver().url_patterns if patterns is None else patterns, ()))


def _walk(patterns: Iterable[URLPattern | URLResolver], above: tuple[str, ...]) -> Iterable[Route]:
    for each in patterns:
        captured = (*above, *each.pattern.converters, *each.pattern.regex.groupindex)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, captured)
        else:
            yield Route(each.name or repr(each), each.callback, frozenset(captured))


def url_of(route: Route, place: Place) -> str:
    return reverse(route.name, kwargs=dict(SAMPLES[route.name](place)) if route.parameters else {})
