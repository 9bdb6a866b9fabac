"""One child, one ticket, one live entry: whoever enters it, however often."""

import pytest

from shuangjian.foundation.draws.entries import (
    Application,
    Changes,
    Source,
    live_entries,
    record_changes,
)
from shuangjian.foundation.draws.entry_file import read_changes
from shuangjian.foundation.draws.errors import (
    EntriesClosedError,
    WrongEntryError,
    WrongEntryFileError,
)
from shuangjian.foundation.draws.models import DrawEntry, DrawTicket, EntryKind
from shuangjian.foundation.draws.roster import lots_of, receipts, roster_rows
from shuangjian.foundation.registry.models import School
from tests.scene import START

from .act import ENTERED, FROZEN, Life

pytestmark = pytest.mark.django_db


def tickets_of(draw) -> dict[str, tuple[str, ...]]:
    return {each.reference: each.tickets for each in live_entries(draw)}


def other_school_of(scene) -> School:
    return School.objects.create(
        code="2199000003",
        name="示范市第二小学",
        kind="primary",
        region=scene.county,
        starts_on=START,
    )


def test_no_way_of_applying_again_brings_another_ticket(life):
    """Withdraw, apply again, edit, a second guardian, the bureau: 0 tickets change hands."""
    (before,) = tickets_of(life.draw)["s1"]
    seen = [before]
    life.withdraw("s1")
    assert "s1" not in tickets_of(life.draw)
    life.enter("s1")
    seen += tickets_of(life.draw)["s1"]
    life.enter(Application("s1", group="随迁"))
    seen += tickets_of(life.draw)["s1"]
    for guardian in ("妈妈", "奶奶"):  # a room above enters for families; two guardians, one child
        source = Source(actor=guardian, user_id=7, at=ENTERED)
        record_changes(
            draw=life.draw, changes=Changes([Application("s1", group="随迁")]), source=source
        )
        seen += tickets_of(life.draw)["s1"]
    life.enter("s1", who="officer")
    seen += tickets_of(life.draw)["s1"]
    rerolls = sum(each != before for each in seen)
    assert rerolls == 0
    assert DrawTicket.objects.filter(applicant__reference="s1").count() == 1
    kinds = DrawEntry.objects.filter(applicant__reference="s1").order_by("number")
    assert [each.kind for each in kinds] == ["entered", "withdrawn", "entered", "edited", "edited"]


def test_a_child_through_two_schools_has_one_entry(scene):
    life = Life(scene, slug="rx-2026", who="officer").announce(of_school=False)
    life.enter("child-1", who="principal")
    (before,) = tickets_of(life.draw)["child-1"]
    second = other_school_of(scene)
    source = Source(actor="second", user_id=9, at=ENTERED, school=second)
    found = record_changes(draw=life.draw, changes=Changes([Application("child-1")]), source=source)
    assert found == {"child-1": None}
    for changes in (
        Changes([Application("child-1", group="随迁")]),
        Changes(withdrawn=["child-1"]),
    ):
        with pytest.raises(WrongEntryError) as refused:
            record_changes(draw=life.draw, changes=changes, source=source)
        assert refused.value.fault == "other_school"
    life.withdraw("child-1", who="principal")
    record_changes(draw=life.draw, changes=Changes([Application("child-1")]), source=source)
    assert tickets_of(life.draw) == {"child-1": (before,)}


def test_asking_again_changes_nothing(life):
    assert life.enter("s1", "s2") == {"s1": None, "s2": None}
    assert life.enter("s1", "s9") == {"s1": None, "s9": EntryKind.ENTERED}


def test_carry_over_tickets_are_added_and_never_replaced(scene):
    life = Life(scene).announce(mechanism="lottery")
    life.enter(Application("s1", tickets=3), "s2")
    three = tickets_of(life.draw)["s1"]
    assert len(set(three)) == 3
    life.enter(Application("s1", tickets=1))
    assert tickets_of(life.draw)["s1"] == three[:1]
    life.enter(Application("s1", tickets=4))
    assert tickets_of(life.draw)["s1"][:3] == three
    assert len(roster_rows(lots_of(live_entries(life.draw)))) == 5


def test_twins_draw_with_one_ticket_the_first_in_byte_order(life):
    life.enter(Application("s1", bundle="双胞胎"), Application("s2", bundle="双胞胎"))
    own = DrawTicket.objects.filter(applicant__reference__in=["s1", "s2"])
    first = min(own.values_list("ticket", flat=True))
    lots = lots_of(live_entries(life.draw))
    (twins,) = [lot for lot in lots if len(lot.members) == 2]
    assert (twins.members, twins.tickets) == (("s1", "s2"), (first,))
    assert twins.pseudonyms == (f"{first}-1", f"{first}-2")
    assert [row.size for row in roster_rows(lots) if row.ticket == first] == [2]
    assert dict(receipts(lots))["s1"] == dict(receipts(lots))["s2"] == first
    life.withdraw("s2")  # the bundle falls apart, the other keeps its own
    (alone,) = [lot for lot in lots_of(live_entries(life.draw)) if lot.members == ("s1",)]
    assert alone.tickets == tuple(
        own.filter(applicant__reference="s1").values_list("ticket", flat=True)
    )


def test_a_bundle_has_as_many_tickets_as_its_luckiest_member(scene):
    life = Life(scene).announce(mechanism="lottery")
    life.enter(Application("s1", bundle="b", tickets=2), Application("s2", bundle="b"))
    (lot,) = lots_of(live_entries(life.draw))
    every = sorted(DrawTicket.objects.values_list("ticket", flat=True))
    assert list(lot.tickets) == every[:2]


def test_a_bundle_of_two_groups_is_refused_when_frozen(life):
    life.enter(Application("s1", bundle="b", group="甲"), Application("s2", bundle="b", group="乙"))
    with pytest.raises(WrongEntryError, match="类别不同"):
        life.freeze()


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (Application(""), "reference"),
        (Application(" s1"), "reference"),
        (Application("s\n1"), "reference"),
        (Application("x" * 81), "reference"),
        (Application("s1", group="甲,乙"), "group"),
        (Application("s1", bundle="b" * 81), "bundle"),
        (Application("s1", tickets=0), "tickets"),
        (Application("s1", tickets=21), "tickets"),
        (Application("s1", tickets=2), "one_ticket"),
    ],
)
def test_what_cannot_be_entered(life, asked, fault):
    before = DrawEntry.objects.count()
    with pytest.raises(WrongEntryError) as refused:
        life.enter("s8", asked)
    assert refused.value.fault == fault
    assert "请改正后整批重办" in str(refused.value)
    assert DrawEntry.objects.count() == before  # all or none


def test_a_batch_names_a_child_once(life):
    with pytest.raises(WrongEntryError, match="写了两次"):
        life.enter("s8", "s8")


def test_who_is_not_in_cannot_withdraw(life):
    for reference in ("nobody", "s1"):
        if reference == "s1":
            life.withdraw("s1")
        with pytest.raises(WrongEntryError, match="没有正在参加的报名"):
            life.withdraw(reference)


def test_a_frozen_roster_takes_no_entries(life):
    life.freeze()
    for act in (lambda: life.enter("s9", at=FROZEN), lambda: life.withdraw("s1", at=FROZEN)):
        with pytest.raises(EntriesClosedError, match="corrections"):
            act()
    life.abort(at=FROZEN)
    with pytest.raises(EntriesClosedError, match="中止"):
        life.enter("s9", at=FROZEN)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_schools_own_table_is_read(encoding):
    text = "学号,年级,类别,捆绑,签数,变动\n s1 ,3,随迁,,2,\ns2,3,,b1,,报名\n,,,,,\ns3,,,,,退出\n"
    assert read_changes(text.encode(encoding)) == Changes(
        [Application("s1", "随迁", "", 2), Application("s2", "", "b1", 1)], ["s3"]
    )


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (b"", 1, "空的"),
        (b"\xff\xff\xff", 1, "GBK"),
        (b"name\ns1\n", 1, "“name”不认识"),
        ("group\n甲\n".encode(), 1, "没有 applicant"),
        (b"pupil,pupil\ns1,s1\n", 1, "重复"),
        (b"pupil,group\ns1\n", 2, "格数"),
        ("pupil,tickets\ns1,1\ns2,两张\n".encode(), 3, "签数"),
        ("pupil,change\ns1,删\n".encode(), 2, "enter"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(text, line, words):
    with pytest.raises(WrongEntryFileError, match=words) as refused:
        read_changes(text)
    assert refused.value.line == line
    assert f"第 {line} 行" in str(refused.value)
