"""Every document of a draw: canonical, typed, and refused in whole sentences."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangjian.engines.draw.abort import Abort
from shuangjian.engines.draw.announcement import Announcement
from shuangjian.engines.draw.beacon import read_beacon
from shuangjian.engines.draw.canonical import canonical_bytes, length_prefixed, read_fields
from shuangjian.engines.draw.commit_document import CommitDocument, sealed
from shuangjian.engines.draw.entropy import QUICKNET, DrandEntropy
from shuangjian.engines.draw.freeze import Freeze
from shuangjian.engines.draw.interval import IntervalDraw
from shuangjian.engines.draw.nonce import Commitments, commitment_of
from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.engines.draw.roster import RosterRow, new_ticket, read_roster, roster_bytes
from shuangjian.engines.draw.transcript import Transcript
from tests.engines.draw.scene import (
    NUMBERS,
    PARTIES,
    ROWS,
    Scene,
    announcement,
    fallback_scene,
    interval_scene,
    moment,
    nonce,
    physical_scene,
    ticket,
)

ABORT = Abort(
    draw="worked-1",
    at=moment("2023-08-23T20:00:00"),
    by="教育局",
    reason="名册有误",
    phase="sealed",
    beacon_known=False,
)
DRAND, INTERVAL = Scene().files(), interval_scene().files()
READERS = {
    "draw.json": (Announcement.from_bytes, DRAND["draw.json"]),
    "draw.json physical": (Announcement.from_bytes, physical_scene().files()["draw.json"]),
    "v2/freeze.json": (
        lambda data: Freeze.from_bytes(data, place="v2/freeze.json"),
        DRAND["v2/freeze.json"],
    ),
    "commitments.json": (Commitments.from_bytes, DRAND["commitments.json"]),
    "commit.json": (CommitDocument.from_bytes, DRAND["commit.json"]),
    "beacon.json": (read_beacon, DRAND["beacon.json"]),
    "beacon.json fallback": (read_beacon, fallback_scene().files()["beacon.json"]),
    "interval.json": (IntervalDraw.from_bytes, INTERVAL["interval.json"]),
    "transcript.json": (Transcript.from_bytes, DRAND["transcript.json"]),
    "abort.json": (Abort.from_bytes, ABORT.to_bytes()),
}


@pytest.mark.parametrize("name", READERS)
def test_a_document_is_read_back_to_the_same_bytes(name):
    read, data = READERS[name]
    assert read(data).to_bytes() == data
    assert data.endswith(b"}\n")


@pytest.mark.parametrize("name", READERS)
def test_a_document_refuses_lost_surplus_and_wrongly_typed_fields(name):
    read, data = READERS[name]
    document = json.loads(data)
    for key, value in document.items():
        lost = {other: document[other] for other in document if other != key}
        for wrong in (lost, document | {key: {"a": 1} if not isinstance(value, dict) else 7}):
            with pytest.raises(DrawRefusedError) as refused:
                read(canonical_bytes(wrong))
            assert str(refused.value).count("。") >= 3, "what, why, what to do"
    with pytest.raises(DrawRefusedError, match="协议里没有这个字段"):
        read(canonical_bytes(document | {"more": 1}))


MALFORMED = [
    b"",
    b"\xff\xfe",
    b"[]\n",
    b"null\n",
    b'{"a":NaN}\n',
    b'{"a":1}',
    b'{"a":1}\r\n',
    b'{"a":1, "b":2}\n',
    b'{"b":1,"a":2}\n',
    b'{"a":1,"a":1}\n',
    b'\xef\xbb\xbf{"a":1}\n',
    b'{"a":"\\u4e2d"}\n',
    b'{"a":"\\ud800"}\n',
    b'{"a":' * 100_000,
    b'{"a":' + b"9" * 5000 + b"}\n",
]


@pytest.mark.parametrize("data", MALFORMED, ids=lambda data: repr(data[:20]))
def test_only_one_spelling_of_a_document_is_read(data):
    with pytest.raises(DrawRefusedError, match="JSON"):
        read_fields(data, place="x.json")


@given(st.binary(max_size=60))
def test_any_bytes_give_a_document_or_a_refusal(data):
    for read, _ in READERS.values():
        with pytest.raises(DrawRefusedError):
            read(data)


@given(st.lists(st.binary(max_size=5), max_size=4), st.lists(st.binary(max_size=5), max_size=4))
def test_length_prefixes_keep_fields_apart(one, two):
    assert (length_prefixed(*one) == length_prefixed(*two)) == (one == two)


BROKEN_ANNOUNCEMENTS = {
    "one party": ({"parties": ("教育局",)}, "承诺方不足两个"),
    "unsorted parties": ({"parties": PARTIES[::-1]}, "没有按字节排序"),
    "a party twice": ({"parties": ("公证处", "公证处", "教育局")}, "没有按字节排序，或者有重复"),
    "reveal after entropy": ({"reveal_until": moment("2023-08-24T00:00:00")}, "没有依次推后"),
    "no zone": ({"reveal_until": moment("2023-08-23T18:00:00").replace(tzinfo=None)}, "时区"),
    "chosen round": ({"entropy": DrandEntropy(1001)}, "第 1001 轮不是.*起的第一轮"),
    "unknown hash": ({"hash": "md5", "rules": "", "verifier": ""}, "不认识“md5”"),
    "unknown mechanism": ({"mechanism": "first-come"}, "不认识“first-come”"),
    "unknown bundle": ({"bundle": "luck"}, "不认识“luck”"),
    "no seats": ({"seats": 0}, "名额是 0"),
    "seats at courses": ({"mechanism": "lottery"}, "名额写在课程表里"),
    "expand nothing": ({"bundle": "expand", "seats": None}, "没有名额却写了 expand"),
    "numbers from drand": ({"mechanism": "start-interval"}, "起始号和间隔号不能来自信标"),
}


@pytest.mark.parametrize("name", BROKEN_ANNOUNCEMENTS)
def test_an_announcement_against_the_protocol_is_refused(name):
    changes, words = BROKEN_ANNOUNCEMENTS[name]
    with pytest.raises(DrawRefusedError, match=words):
        replace(announcement(), **changes)


def test_another_chain_is_refused_since_its_key_may_be_the_operators():
    document = json.loads(DRAND["draw.json"])
    document["entropy"]["public_key"] = QUICKNET.public_key[:-1] + "0"
    with pytest.raises(DrawRefusedError, match="不是 drand quicknet 的公开参数"):
        Announcement.from_bytes(canonical_bytes(document))


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("(", "不是能用的写法"),
        ("", "不是能用的写法"),
        (".*", "不是能用的写法"),
        (r"\\d{5}", "不是能用的写法"),  # full-width digits are digits, too
        ("([0-9]+)+x", "不是能用的写法"),  # would hang who checks it
        ("[0-9]{5}|[0-9]{6}", "不是能用的写法"),
        ("[0-9]+", "位数没有写定"),
        ("[9-0]{5}", "前大后小"),
        ("[0-9]{3}", "至多 1000 种"),
    ],
)
def test_a_value_has_one_spelling_and_no_more_outcomes_than_that_gives(pattern, words):
    scene = physical_scene()
    with pytest.raises(DrawRefusedError, match=words):
        replace(scene.announced, entropy=replace(NUMBERS, pattern=pattern, outcomes=100_000))
    document = json.loads(scene.announced.to_bytes())
    document["entropy"] |= {"pattern": pattern, "outcomes": 100_000}
    with pytest.raises(DrawRefusedError, match=words if pattern else "pattern"):
        Announcement.from_bytes(canonical_bytes(document))


@pytest.mark.parametrize(
    "pattern", ["[0-9]{5}", "[0-3][0-9] [0-3][0-9]", "[0-9]{2},[0-9]{2}-[0-1]"]
)
def test_fixed_spellings_are_taken(pattern):
    scene = physical_scene()
    replace(scene.announced, entropy=replace(NUMBERS, pattern=pattern, outcomes=1000))


def test_a_roster_is_sorted_whatever_the_order_of_rows():
    assert roster_bytes(ROWS) == roster_bytes(ROWS[::-1])
    assert read_roster(roster_bytes(ROWS)) == sorted(ROWS)


BROKEN_ROSTERS = {
    "twice": ([*ROWS, ROWS[0]], "签没有排序或者重复"),
    "no ticket": ([RosterRow("00112233")], "第 2 行：写法不对"),
    "capitals": ([RosterRow(ticket(1).upper())], "写法不对"),
    "nobody": ([RosterRow(ticket(1), 0)], "写法不对"),
    "comma": ([RosterRow(ticket(1), 1, "a,b")], "写法不对"),
    "line feed": ([RosterRow(ticket(1), 1, "a\nb")], "写法不对"),
    "empty": ([], "至少有一个签"),
}


@pytest.mark.parametrize("name", BROKEN_ROSTERS)
def test_a_broken_roster_is_refused(name):
    rows, words = BROKEN_ROSTERS[name]
    with pytest.raises(DrawRefusedError, match=words):
        roster_bytes(rows)


def test_a_roster_that_is_no_text_is_refused():
    with pytest.raises(DrawRefusedError, match="UTF-8"):
        read_roster(b"ticket,size,group\n\xff\n")


def test_tickets_and_nonces_have_their_length():
    assert new_ticket(bytes(range(16))) == "000102030405060708090a0b0c0d0e0f"
    with pytest.raises(ValueError, match="16 个随机字节"):
        new_ticket(b"short")
    with pytest.raises(ValueError, match="32 个字节"):
        commitment_of(draw="a", party="b", nonce=b"short")


def test_a_commitment_is_of_one_draw_and_one_party():
    made = {
        commitment_of(draw=draw, party=party, nonce=nonce("x"))
        for draw in ("a", "ab")
        for party in ("b", "bb", "")
    }
    assert len(made) == 6


def commit(**changes):
    scene = Scene()
    freezes, _ = scene.freezes()
    given_ = {
        "commitments": scene.commitments(),
        "nonces": {party: nonce(party) for party in PARTIES},
    }
    return sealed(scene.announced, freezes[-1], **given_ | changes)


def test_sealing_drops_who_is_missing_and_leaves_nothing_to_choose():
    found = commit()
    assert (dict(found.dropped), list(found.nonces)) == ({}, list(PARTIES))
    assert found.at == announcement().reveal_until
    silent = commit(nonces={"教育局": nonce("教育局"), "公证处": nonce("wrong")})
    assert silent.dropped == {"公证处": "not_revealed", "家长代表": "not_revealed"}
    commitments = dict(Scene().commitments())
    del commitments["家长代表"]
    assert commit(commitments=commitments).dropped == {"家长代表": "not_committed"}


def test_sealing_refuses_strangers_and_nobody():
    with pytest.raises(DrawRefusedError, match="路人不是公告的承诺方"):
        commit(nonces={"路人": nonce("路人")})
    with pytest.raises(DrawRefusedError, match=r"没有任何一方揭示随机数.*另立编号"):
        commit(nonces={})
