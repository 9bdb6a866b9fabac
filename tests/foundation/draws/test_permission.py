"""Who may do what: the bureau of the region, the school that holds the draw, the operator."""

import pytest

from shuangjian.foundation.accounts.access import NotAccessibleError
from shuangjian.foundation.accounts.actor import OPERATOR
from shuangjian.foundation.audit.models import AuditEntry
from shuangjian.foundation.draws.errors import NotPermittedError
from shuangjian.foundation.draws.models import Draw, DrawEntry, DrawStep
from shuangjian.foundation.draws.queries import access_draw, visible_draws

from .act import BUREAU, Life

pytestmark = pytest.mark.django_db

HOLDERS = ("principal", "school_admin", "officer", "second_officer", "operator")
STRANGERS = (
    "inspector",
    "auditor",
    "other_officer",
    "other_principal",
    "chinese",
    "head",
    "guardian",
    "stranger",
)


def acts(life: Life, who: str):
    """Every step, each by somebody, as soon as it is due."""
    return {
        "enter": lambda: life.enter("s9", who=who),
        "freeze": lambda: life.freeze(who=who),
        "commit": lambda: life.commit(BUREAU, who=who),
        "reveal": lambda: life.reveal(BUREAU, who=who),
        "seal": lambda: life.seal(who=who),
        "run": lambda: life.run(who=who),
        "publish": lambda: life.publish(who=who),
    }


class ByAnybody(Life):
    """Knows the operator of the command line, too."""

    def actor(self, name: str = ""):
        return OPERATOR if (name or self.who) == "operator" else super().actor(name)


@pytest.mark.parametrize("who", HOLDERS)
def test_a_holder_takes_a_draw_all_the_way(scene, who):
    life = ByAnybody(scene).announce(who=who)
    for act in acts(life, who).values():
        act()
    kinds = list(DrawStep.objects.order_by("number").values_list("kind", flat=True))
    assert kinds[-1] == "published"
    offices = set(DrawStep.objects.values_list("office", flat=True))
    assert offices == {
        "principal": {"示范市第一实验小学校长"},
        "school_admin": {"示范市第一实验小学教务管理员"},
        "operator": {"系统操作员"},
    }.get(who, {"教育局双减专班"})


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_takes_no_step(scene, who):
    with pytest.raises(NotPermittedError):
        Life(scene).announce(who=who)
    assert not Draw.objects.exists()
    life = Life(scene).announce()
    mine, theirs = acts(life, "principal"), acts(life, who)
    for name, act in theirs.items():
        steps, entries = DrawStep.objects.count(), DrawEntry.objects.count()
        with pytest.raises(NotPermittedError, match="您现在的身份不能办理"):
            act()
        with pytest.raises(NotPermittedError):
            life.abort(who=who)
        assert (DrawStep.objects.count(), DrawEntry.objects.count()) == (steps, entries)
        mine[name]()


def test_a_bureaus_draw_is_held_by_the_bureau_and_entered_by_its_schools(scene):
    life = Life(scene, slug="rx-2026", who="officer").announce(of_school=False)
    life.enter("s1", who="principal")
    assert DrawEntry.objects.get().school == scene.school
    for who in ("other_principal", "other_officer", "guardian", "inspector"):
        with pytest.raises(NotPermittedError):
            life.enter("s2", who=who)
    for who in ("principal", "other_principal"):
        with pytest.raises(NotPermittedError):
            life.freeze(who=who)
    life.freeze()


def test_a_school_cannot_hold_the_bureaus_or_anothers_draw(scene):
    with pytest.raises(NotPermittedError):
        Life(scene, who="principal").announce(of_school=False)
    with pytest.raises(NotPermittedError):
        Life(scene, who="other_principal").announce()


def test_absent_and_forbidden_look_the_same(scene):
    own = Life(scene).announce()
    bureaus = Life(scene, slug="rx-2026", who="officer").announce(of_school=False)
    sees = {
        "principal": {own.slug, bureaus.slug},
        "officer": {own.slug, bureaus.slug},
        "inspector": {own.slug, bureaus.slug},
        "other_principal": set(),
        "other_officer": set(),
        "guardian": set(),
    }
    for who, slugs in sees.items():
        assert set(visible_draws(scene.actor(who)).values_list("slug", flat=True)) == slugs, who
    for slug in (own.slug, "no-such-draw"):
        with pytest.raises(NotAccessibleError) as refused:
            access_draw(scene.actor("other_principal"), slug=slug)
        assert str(refused.value) == ""


def test_every_step_is_audited_without_a_childs_reference(scene):
    life = Life(scene).announce()
    life.enter("学号-甲", "学号-乙")
    life.until("published")
    audited = list(AuditEntry.objects.order_by("id"))
    assert [each.action for each in audited] == [
        "draw.announce",
        "draw.enter",
        "draw.freeze",
        *["draw.commit"] * 3,
        *["draw.reveal"] * 3,
        "draw.seal",
        "draw.run",
        "draw.publish",
    ]
    assert {each.subject for each in audited} == {"draw:xk-2026-1"}
    assert not [each for each in audited if "学号" in str(each.detail)]
