from dataclasses import replace
from datetime import timedelta

import pytest

from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.engines.draw.timeline import Timeline, check_timeline
from shuangjian.engines.draw.transcript import Step
from tests.engines.draw.scene import PARTIES, SILENT, Scene, moment

SCENE = Scene()
FREEZES, _ = SCENE.freezes()
STEPS = list(SCENE.steps(FREEZES))
TIMELINE = Timeline(
    announcement=SCENE.announced,
    freezes=FREEZES,
    commitments=SCENE.commitments(),
    nonces=dict.fromkeys((party for party in PARTIES if party != SILENT), ""),
)


def without(kind):
    return [each for each in STEPS if each.kind != kind]


def moved(kind, text):
    at = moment(text)
    steps = [replace(each, at=at) if each.kind == kind else each for each in STEPS]
    return sorted(steps, key=lambda each: each.at)


def test_a_lawful_draw_passes():
    check_timeline(STEPS, TIMELINE)


@pytest.mark.parametrize("kind", ["freeze", "seal", "run"])
def test_a_missing_step_is_refused(kind):
    with pytest.raises(DrawRefusedError, match=r"次.*应当有"):
        check_timeline(without(kind), TIMELINE)


@pytest.mark.parametrize("kind", ["init", "publish"])
def test_a_draw_is_told_from_its_beginning_to_its_end(kind):
    with pytest.raises(DrawRefusedError, match="从发布公告开始、以公布结束"):
        check_timeline(without(kind), TIMELINE)
    with pytest.raises(DrawRefusedError, match="从发布公告开始"):
        check_timeline([], TIMELINE)


@pytest.mark.parametrize("kind", ["commit", "reveal"])
def test_the_parties_of_the_steps_are_those_of_the_files(kind):
    with pytest.raises(DrawRefusedError, match=r"的各方是无.*应当是"):
        check_timeline(without(kind), TIMELINE)


WINDOWS = {
    "announced after the objections": ("init", "2023-08-22T18:00:00"),
    "revealed before the objections end": ("reveal", "2023-08-22T17:59:59"),
    "revealed at the limit": ("reveal", "2023-08-23T18:00:00"),
    "sealed before the limit": ("seal", "2023-08-23T17:59:59"),
    "sealed when the entropy is out": ("seal", "2023-08-23T23:59:24"),
    "drawn before the entropy": ("run", "2023-08-23T23:59:23"),
    "committed before the roster": ("commit", "2023-08-20T10:00:00"),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_a_step_outside_its_window_is_refused(name):
    with pytest.raises(DrawRefusedError, match=r"步早于前一步|按公告应当|从发布公告开始|之后又有"):
        check_timeline(moved(*WINDOWS[name]), TIMELINE)


def test_nothing_is_frozen_or_committed_after_the_first_reveal():
    reveal = next(at for at, each in enumerate(STEPS) if each.kind == "reveal")
    after = STEPS[reveal].at + timedelta(minutes=1)
    third = replace(FREEZES[-1], version=3, at=after)
    steps = sorted([*STEPS, Step(after, "freeze", "教育局")], key=lambda each: each.at)
    with pytest.raises(DrawRefusedError, match="首个随机数揭示之后又有“冻结名册”"):
        check_timeline(steps, replace(TIMELINE, freezes=[*FREEZES, third]))
    with pytest.raises(DrawRefusedError, match="首个随机数揭示之后又有“提交承诺”"):
        check_timeline(moved("commit", "2023-08-23T11:00:00"), TIMELINE)


def test_a_correction_may_come_after_the_objections_but_the_first_roster_not():
    late = moment("2023-08-23T09:00:00")
    corrected = [FREEZES[0], replace(FREEZES[1], at=late)]
    steps = [
        replace(each, at=late) if (each.kind, each.at) == ("freeze", FREEZES[1].at) else each
        for each in STEPS
    ]
    check_timeline(sorted(steps, key=lambda each: each.at), replace(TIMELINE, freezes=corrected))
    only = [replace(FREEZES[0], at=late)]
    steps = [each for each in STEPS if each.kind not in ("freeze", "commit")]
    steps = sorted([*steps, Step(late, "freeze", "教育局")], key=lambda each: each.at)
    with pytest.raises(DrawRefusedError, match="按公告应当早于 2023-08-22T18:00:00"):
        check_timeline(steps, replace(TIMELINE, freezes=only, commitments={}))


def test_steps_stand_in_the_order_of_their_instants():
    with pytest.raises(DrawRefusedError, match="第 2 步早于前一步"):
        check_timeline([STEPS[-1], *STEPS], TIMELINE)


def test_the_fallback_has_its_own_hour():
    with pytest.raises(DrawRefusedError, match="不早于 2023-08-24T21:00:00"):
        check_timeline(STEPS, replace(TIMELINE, is_fallback=True))
