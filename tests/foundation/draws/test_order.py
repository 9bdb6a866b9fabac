"""Which step may follow which, and when: the services, the trigger and a plain table agree."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.foundation.draws import life as life_module
from shuangjian.foundation.draws.entries import Application, Changes
from shuangjian.foundation.draws.errors import DrawActRefusedError
from shuangjian.foundation.draws.life import Step, advance, schedule_of
from shuangjian.foundation.draws.models import DrawStep, StepKind
from shuangjian.foundation.draws.queries import life_of

from .act import (
    ANNOUNCED,
    BUREAU,
    ENTERED,
    ENTROPY_AT,
    FALLBACK_AT,
    FROZEN,
    NOTARY,
    OBJECTIONS_UNTIL,
    PARENTS,
    PUBLISHED,
    REVEAL_UNTIL,
    REVEALED,
    RUN,
    SEALED,
    VALUE,
    Life,
)

pytestmark = pytest.mark.django_db

# From which phases a step may be taken; written by hand, not read from the program.
FROM = {
    "freeze": {"announced", "frozen", "committed"},
    "commit": {"frozen", "committed"},
    "reveal": {"committed", "revealed"},
    "seal": {"revealed"},
    "run": {"sealed"},
    "publish": {"drawn"},
    "abort": {"announced", "frozen", "committed", "revealed", "sealed", "drawn"},
}
TO = {
    "freeze": "frozen",
    "commit": "committed",
    "reveal": "revealed",
    "seal": "sealed",
    "run": "drawn",
    "publish": "published",
    "abort": "aborted",
}
WINDOW = {
    "commit": (None, REVEAL_UNTIL),
    "reveal": (OBJECTIONS_UNTIL, REVEAL_UNTIL),
    "seal": (REVEAL_UNTIL, ENTROPY_AT),
    "run": (ENTROPY_AT, None),
}
MOMENTS = [
    ENTERED,
    FROZEN,
    OBJECTIONS_UNTIL - timedelta(microseconds=1),
    OBJECTIONS_UNTIL,
    REVEALED,
    REVEAL_UNTIL - timedelta(microseconds=1),
    REVEAL_UNTIL,
    SEALED,
    ENTROPY_AT - timedelta(microseconds=1),
    ENTROPY_AT,
    RUN,
    FALLBACK_AT,
]
PARTIES = [BUREAU, NOTARY, PARENTS, "过路人"]


def window(kind: str, model: dict) -> tuple[datetime | None, datetime | None]:
    if kind == "freeze":
        return None, REVEAL_UNTIL if model["versions"] else OBJECTIONS_UNTIL
    return WINDOW.get(kind, (None, None))


def is_allowed(kind: str, model: dict, *, at: datetime, party: str, reason: str) -> bool:
    opens, closes = window(kind, model)
    return (
        model["phase"] in FROM[kind]
        and at >= model["at"]
        and (opens is None or at >= opens)
        and (closes is None or at < closes)
        and (kind != "abort" or bool(reason))
        and (kind != "freeze" or bool(reason) is bool(model["versions"]))
        and (kind != "commit" or party in set(PARTIES[:3]) - model["committed"])
        and (kind != "reveal" or party in model["committed"] - model["revealed"])
    )


class Machine(RuleBasedStateMachine):
    """The services against a plain dictionary; a draw a run."""

    count = 0

    def __init__(self, scene):
        super().__init__()
        self.scene = scene

    @initialize()
    def announce(self):
        Machine.count += 1
        self.life = Life(self.scene, slug=f"m-{Machine.count}").announce()
        self.life.enter("s1", "s2")
        self.place = 0
        self.model = {
            "phase": "announced",
            "versions": 0,
            "committed": set(),
            "revealed": set(),
            "at": ANNOUNCED,
        }

    @rule(steps=st.sampled_from([0, 0, 0, 1, 1, 2, 3, -1]))
    def wait(self, steps):
        """Let time pass, and at times let somebody set the clock back."""
        self.place = min(max(self.place + steps, 0), len(MOMENTS) - 1)

    @rule(
        kind=st.sampled_from([*FROM, *(each for each in FROM if each != "abort")] * 2),
        party=st.sampled_from([*PARTIES[:3], *PARTIES]),
        reason=st.sampled_from(["", "补录一人"]),
    )
    def take(self, kind, party, reason):
        self._try(kind, party=party, reason=reason)

    @rule(party=st.sampled_from(PARTIES[:3]), reason=st.sampled_from(["", "补录一人"]))
    def take_what_is_due(self, party, reason):
        """What comes next at its first moment; else most runs would never get past the reveals."""
        nexts = {
            "announced": "freeze",
            "frozen": "commit",
            "committed": "reveal",
            "revealed": "seal",
            "sealed": "run",
            "drawn": "publish",
        }
        kind = nexts.get(self.model["phase"], "abort")
        for place in range(self.place, len(MOMENTS)):
            if is_allowed(kind, self.model, at=MOMENTS[place], party=party, reason=reason):
                self.place = place
                break
        self._try(kind, party=party, reason=reason)

    def _try(self, kind: str, *, party: str, reason: str) -> None:
        at = MOMENTS[self.place]
        allowed = is_allowed(kind, self.model, at=at, party=party, reason=reason)
        if kind == "run" and self.model["phase"] in {"drawn", "published"}:
            assert self.life.run(at=at) is False  # only a check
            with pytest.raises(DrawActRefusedError):
                self.life.run("99999", at=at)
            return
        try:
            self._act(kind, at=at, party=party, reason=reason)
        except (DrawActRefusedError, DrawRefusedError):
            assert not allowed, (kind, at, self.model)
        else:
            assert allowed, (kind, at, self.model)
            self._follow(kind, party=party, at=at)
        found = life_of(self.life.draw)
        assert found.phase == self.model["phase"]
        assert found.versions == self.model["versions"]
        assert found.committed == self.model["committed"]
        assert found.revealed == self.model["revealed"]

    def _act(self, kind: str, *, at: datetime, party: str, reason: str) -> None:
        life = self.life
        if kind == "freeze":
            number = self.model["versions"] + 2
            life.freeze(at=at, reason=reason, corrections=_one(number) if reason else None)
        elif kind == "commit":
            life.commit(party, at=at)
        elif kind == "reveal":
            life.reveal(party, nonce=life.nonces.get(party, "0" * 64), at=at)
        elif kind == "seal":
            life.seal(at=at)
        elif kind == "run":
            life.run(VALUE, at=at)
        elif kind == "publish":
            life.publish(at=at)
        else:
            life.abort(reason, at=at)

    def _follow(self, kind: str, *, party: str, at: datetime) -> None:
        model = self.model
        is_correction = kind == "freeze" and model["phase"] == "committed"
        model["at"] = at
        model["phase"] = "committed" if is_correction else TO[kind]
        model["versions"] += kind == "freeze"
        if kind in {"commit", "reveal"}:
            model[TO[kind]].add(party)


def _one(number: int):
    return Changes([Application(f"s{number + 10}")])


def test_the_services_follow_the_plain_table(scene):
    run_state_machine_as_test(
        lambda: Machine(scene),
        settings=settings(
            max_examples=40,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,  # why: that every step is reached must not hang on luck.
            suppress_health_check=list(HealthCheck),
        ),
    )
    reached = set(DrawStep.objects.values_list("kind", flat=True))
    assert reached == set(StepKind.values), "some step was never reached"


STEPS = st.builds(
    Step,
    st.sampled_from(StepKind),
    st.sampled_from([ANNOUNCED, *MOMENTS, PUBLISHED]),
    party=st.sampled_from(PARTIES),
    version=st.sampled_from([1, 2, 3]),
    reason=st.sampled_from(["", "补录"]),
)


def write(draw, number: int, step: Step) -> None:
    party = step.party if step.kind in {StepKind.COMMITTED, StepKind.REVEALED} else ""
    DrawStep.objects.create(
        draw=draw,
        number=number,
        kind=step.kind,
        at=step.at,
        office="校长",
        actor="测试",
        version=step.version if step.kind is StepKind.FROZEN else None,
        party=party,
        commitment="a" * 64 if step.kind is StepKind.COMMITTED else "",
        nonce="b" * 64 if step.kind is StepKind.REVEALED else "",
        reason=step.reason,
        is_beacon_known=step.at >= ENTROPY_AT if step.kind is StepKind.ABORTED else None,
    )


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    is_sealed=st.booleans(),
    is_in_order=st.sampled_from([True, True, False]),
    tried=st.lists(STEPS, min_size=6, max_size=40),
)
def test_the_trigger_agrees_with_life_on_any_steps(scene, is_sealed, is_in_order, tried):
    Machine.count += 1
    mechanism = {} if is_sealed else {"mechanism": "start-interval", "pattern": "[0-9]+,[0-9]+"}
    draw = Life(scene, slug=f"t-{Machine.count}").announce(**mechanism).draw
    schedule = schedule_of(draw)
    life = life_of(draw)
    for step in sorted(tried, key=lambda each: each.at) if is_in_order else tried:
        try:
            after = advance(life, step, schedule=schedule)
        except DrawActRefusedError:
            with pytest.raises(IntegrityError), transaction.atomic():
                write(draw, life.steps + 1, step)
            continue
        write(draw, life.steps + 1, step)
        life = after
        assert life_of(draw) == life


def test_control_a_service_without_its_windows_is_caught(scene, monkeypatch):
    monkeypatch.setattr(life_module, "window", lambda *_args, **_kwargs: (None, None))
    with pytest.raises((AssertionError, IntegrityError)):
        run_state_machine_as_test(
            lambda: Machine(scene),
            settings=settings(
                max_examples=60,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate],
                print_blob=False,
            ),
        )
