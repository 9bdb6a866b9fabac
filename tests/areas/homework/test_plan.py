"""A teacher plans, the day fills, the plan is held, the class teacher decides."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shuangjian.areas.homework.errors import HomeworkRefusedError
from shuangjian.areas.homework.models import LimitOverride, PlannedHomework
from shuangjian.areas.homework.queries import get_day, last_plan, list_class_cards
from shuangjian.areas.homework.services.plan import HomeworkWish, plan_homework, withdraw_homework
from shuangjian.areas.homework.services.settle import move_homework, override_limit, trim_homework
from shuangjian.areas.homework.wording import REFUSALS, refusal_text
from tests.scene import MONDAY, TUESDAY, Scene, at

NOW = at(MONDAY)


def plan(
    scene: Scene, who: str, minutes: int, *, on=TUESDAY, kind="written", place="home", **other
):
    wish = HomeworkWish(
        course=other.get("course", who),
        content=other.get("content", "练习册第 32 页"),
        kind=kind,
        place=place,
        minutes=minutes,
    )
    return plan_homework(
        actor=scene.actor(who),
        school_class=other.get("school_class", scene.fifth),
        on=on,
        wish=wish,
        at=other.get("when", NOW),
    )


def lines(scene: Scene, on=TUESDAY):
    view = get_day(scene.actor("head"), school_class=scene.fifth, on=on, today=MONDAY)
    return {line.course: (line.minutes, line.is_held) for line in view.lines}


def settle(scene: Scene, **extra):
    return {
        "actor": scene.actor("head"),
        "school_class": scene.fifth,
        "on": TUESDAY,
        "at": NOW,
        **extra,
    }


def test_within_the_limit_it_is_published_at_once(scene):
    outcome = plan(scene, "chinese", 30)
    assert not outcome.is_held
    assert outcome.plan.published_at == NOW
    assert plan(scene, "math", 30).total.published == 60  # exactly the limit still fits
    assert lines(scene) == {"chinese": (30, False), "math": (30, False)}


def test_over_the_limit_it_is_held_and_counts_for_nobody(scene):
    plan(scene, "chinese", 40)
    held = plan(scene, "math", 21)
    assert held.is_held
    assert held.plan.published_at is None
    assert (held.total.published, held.total.held) == (40, 21)
    assert not plan(scene, "english", 20).is_held  # the held 21 minutes leave room for these


def test_only_written_homework_at_home_counts(scene):
    plan(scene, "chinese", 60)
    assert not plan(scene, "math", 30, kind="oral").is_held
    assert not plan(scene, "english", 30, place="school").is_held


def test_first_grades_get_none_at_home_but_may_practise_in_school(scene):
    assert plan(scene, "chinese", 5, school_class=scene.first).is_held
    assert not plan(scene, "math", 15, school_class=scene.first, place="school").is_held


def test_the_same_wish_twice_changes_nothing(scene):
    first = plan(scene, "chinese", 30)
    again = plan(scene, "chinese", 30, when=at(MONDAY, 20))
    assert again.is_unchanged
    assert again.plan.pk == first.plan.pk
    assert PlannedHomework.objects.count() == 1


def test_a_change_is_a_version_and_the_old_one_is_kept(scene):
    old = plan(scene, "chinese", 30).plan
    new = plan(scene, "chinese", 25, when=at(MONDAY, 17)).plan
    old.refresh_from_db()
    assert old.superseded_at == new.recorded_at == at(MONDAY, 17)
    assert (old.minutes, new.minutes) == (30, 25)


def test_less_of_ones_own_releases_what_was_held(scene):
    plan(scene, "chinese", 50)
    assert plan(scene, "math", 20).is_held
    plan(scene, "chinese", 40)
    assert lines(scene) == {"chinese": (40, False), "math": (20, False)}


def test_withdrawing_releases_what_was_held_and_leaves_a_mark(scene):
    plan(scene, "chinese", 50)
    plan(scene, "math", 20)
    withdraw_homework(
        actor=scene.actor("chinese"), school_class=scene.fifth, on=TUESDAY, course="chinese", at=NOW
    )
    assert lines(scene) == {"math": (20, False)}
    assert PlannedHomework.objects.filter(state="withdrawn", superseded_at=None).count() == 1
    assert not plan(scene, "chinese", 40).is_held  # and may be planned again


def test_the_class_teacher_trims(scene):
    plan(scene, "chinese", 50)
    plan(scene, "math", 20)
    total = trim_homework(**settle(scene, course="chinese", minutes=40))
    assert (total.published, total.held) == (60, 0)
    assert lines(scene) == {"chinese": (40, False), "math": (20, False)}
    trimmed = PlannedHomework.objects.get(course="chinese", superseded_at=None)
    assert trimmed.published_at == NOW  # trimming what was shown is not a late publication


def test_the_class_teacher_moves(scene):
    plan(scene, "chinese", 50)
    plan(scene, "math", 20)
    wednesday = date(2026, 11, 11)
    moved = move_homework(**settle(scene, course="math", to=wednesday))
    assert moved.state == "published"
    assert lines(scene) == {"chinese": (50, False)}
    assert lines(scene, wednesday) == {"math": (20, False)}


def test_an_override_publishes_with_a_reason_and_holds_again_beyond_it(scene):
    plan(scene, "chinese", 50)
    plan(scene, "math", 20)
    override = override_limit(**settle(scene, reason="期中复习，年级组已协商"))
    assert (override.minutes, override.limit_minutes) == (70, 60)
    assert lines(scene) == {"chinese": (50, False), "math": (20, False)}
    assert plan(scene, "english", 5).is_held


REFUSED = [
    ("not_teacher", lambda s: plan(s, "chinese", 10, course="math")),
    ("not_teacher", lambda s: plan(s, "head", 10, course="math")),
    ("past_day", lambda s: plan(s, "chinese", 10, on=date(2026, 11, 6))),
    ("too_early", lambda s: plan(s, "chinese", 10, on=date(2026, 12, 31))),
    ("not_working_day", lambda s: plan(s, "chinese", 10, on=date(2026, 11, 14))),
    ("no_content", lambda s: plan(s, "chinese", 10, content="  ")),
    ("minutes_range", lambda s: plan(s, "chinese", 0)),
    ("minutes_range", lambda s: plan(s, "chinese", 601)),
    (
        "class_gone",
        lambda s: plan(s, "chinese", 10, on=date(2028, 7, 17), when=at(date(2028, 7, 14))),
    ),
    ("no_such_plan", lambda s: trim_homework(**settle(s, course="math", minutes=5))),
    (
        "trim_not_less",
        lambda s: (plan(s, "math", 10), trim_homework(**settle(s, course="math", minutes=10))),
    ),
    ("same_day", lambda s: move_homework(**settle(s, course="math", to=TUESDAY))),
    ("no_reason", lambda s: override_limit(**settle(s, reason="  没办法 "))),
    (
        "nothing_held",
        lambda s: (plan(s, "math", 10), override_limit(**settle(s, reason="理由写得很充分"))),
    ),
    (
        "not_class_teacher",
        lambda s: trim_homework(**settle(s, actor=s.actor("math"), course="math", minutes=5)),
    ),
    (
        "not_class_teacher",
        lambda s: override_limit(**settle(s, actor=s.actor("principal"), reason="理由写得很充分")),
    ),
]


@pytest.mark.parametrize(("code", "wish"), REFUSED)
def test_what_may_not_be_is_refused_with_what_to_do(scene, code, wish):
    with pytest.raises(HomeworkRefusedError) as refused:
        wish(scene)
    assert refused.value.code == code
    text = refusal_text(refused.value)
    assert "{" not in text
    assert "请" in text or code in {"not_teacher", "too_early"}


def test_a_move_onto_a_taken_day_is_refused(scene):
    wednesday = date(2026, 11, 11)
    plan(scene, "math", 10)
    plan(scene, "math", 15, on=wednesday)
    with pytest.raises(HomeworkRefusedError) as refused:
        move_homework(**settle(scene, course="math", to=wednesday))
    assert refused.value.code == "target_taken"
    assert lines(scene) == {"math": (10, False)}


def test_every_refusal_has_been_seen_in_these_tests():
    tested = {code for code, _ in REFUSED} | {"target_taken", "not_importer"}
    assert tested == set(REFUSALS)


def test_the_last_homework_is_offered_again(scene):
    plan(scene, "chinese", 25, content="生字两遍")
    found = last_plan(
        scene.actor("chinese"),
        school_class=scene.fifth,
        course="chinese",
        before=date(2026, 11, 11),
    )
    assert (found.content, found.minutes) == ("生字两遍", 25)
    assert (
        last_plan(
            scene.actor("math"),
            school_class=scene.fifth,
            course="chinese",
            before=date(2026, 11, 11),
        )
        is None
    )


def test_cards_show_only_ones_own_classes(scene):
    plan(scene, "math", 35)
    cards = list_class_cards(scene.actor("math"), on=TUESDAY, today=MONDAY)
    assert [(card.class_name, card.published_minutes) for card in cards] == [
        ("一年级（1）班", 0),
        ("五年级（1）班", 35),
    ]
    assert [
        c.class_name for c in list_class_cards(scene.actor("guardian"), on=TUESDAY, today=MONDAY)
    ] == ["五年级（1）班"]


def test_versions_and_overrides_cannot_be_rewritten(scene):
    from django.db import DatabaseError, transaction

    version = plan(scene, "chinese", 50).plan
    plan(scene, "math", 20)
    override_limit(**settle(scene, reason="理由写得很充分"))
    for change in (
        lambda: PlannedHomework.objects.filter(pk=version.pk).update(minutes=5),
        lambda: PlannedHomework.objects.filter(pk=version.pk).delete(),
        lambda: LimitOverride.objects.update(reason="改了"),
        lambda: LimitOverride.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_list_of_classes_costs_the_same_for_one_class_and_for_many(
    scene, django_assert_num_queries
):
    from shuangjian.foundation.registry.models import SchoolClass

    with CaptureQueriesContext(connection) as few:
        list_class_cards(scene.actor("principal"), on=TUESDAY, today=MONDAY)
    for number in range(2, 30):
        SchoolClass.objects.create(
            school=scene.school,
            stage="primary",
            entry_year=2023,
            number=number,
            starts_on=date(2023, 9, 1),
        )
    with django_assert_num_queries(len(few)):
        assert len(list_class_cards(scene.actor("principal"), on=TUESDAY, today=MONDAY)) == 30
