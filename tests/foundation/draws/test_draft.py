"""What a school writes in TOML, and what of it is refused."""

from datetime import timedelta

import pytest

from shuangjian.engines.draw.entropy import QUICKNET
from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.foundation.draws.draft import read_draft
from shuangjian.foundation.draws.errors import (
    DrawActRefusedError,
    WindowError,
    WrongDraftError,
)
from shuangjian.foundation.draws.services.announce import announce_draw

from .act import ANNOUNCED, ENTROPY_AT, OBJECTIONS_UNTIL, RULES, Life, draft_text

DRAND = '[fallback]\nsource = "drand"\nat = 2026-11-14T10:00:00+08:00\nwhen = "没有开奖"\n'


def test_the_round_of_a_drand_source_follows_from_its_moment():
    text = draft_text().decode().split("[fallback]")[0] + DRAND
    fallback = read_draft(text.encode()).fallback
    assert fallback.entropy.round == QUICKNET.round_from(fallback.at)
    assert timedelta(0) <= fallback.entropy.published_at - fallback.at < timedelta(seconds=3)


def test_the_parties_are_put_in_order():
    assert read_draft(draft_text()).parties == ("公证处", "家长代表", "教育局")


@pytest.mark.parametrize(
    ("before", "after", "field", "words"),
    [
        ('title = "课后服务抽签"', "title = 3", "title", "文字"),
        ('title = "课后服务抽签"', f'title = "{"长" * 121}"', "title", "太长"),
        ('title = "课后服务抽签"', "", "title", "缺少这一项"),
        ('title = "课后服务抽签"', 'title = "甲"\ntitel = "乙"', "titel", "写错了名称"),
        ("2026-11-12T18:00:00+08:00", "2026-11-12T18:00:00", "objections_until", "带时区"),
        ("2026-11-12T18:00:00+08:00", '"下周"', "objections_until", "带时区"),
        ('parties = ["教育局", "公证处", "家长代表"]', 'parties = "教育局"', "parties", "列表"),
        ('"公证处"', "5", "parties.2", "文字"),
        ("outcomes = 100000", "outcomes = true", "fallback.outcomes", "整数"),
        ('source = "physical"', 'source = "自己想"', "fallback.source", "drand"),
        ('when = "当晚没有开奖"', "", "fallback.when", "缺少"),
        ("[fallback]", "[reserve]", "fallback", "缺少"),
        ("[entropy]", "entropy = 3\n[other]", "fallback.outcomes", "整数"),
    ],
)
def test_a_draft_that_cannot_be_taken_says_which_field(before, after, field, words):
    text = draft_text().decode()
    assert before in text
    if field == "fallback.outcomes" and before == "[entropy]":
        field, words = "entropy", "节"
    with pytest.raises(WrongDraftError, match=words) as refused:
        read_draft(text.replace(before, after).encode())
    assert refused.value.field in {field, field.replace("fallback", "entropy")}


def test_a_file_that_is_no_toml():
    for content in (b"\xff", b"title = "):
        with pytest.raises(WrongDraftError, match="TOML"):
            read_draft(content)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"slug": "大写"}, "小写字母"),
        ({"slug": "-a"}, "小写字母"),
        ({"slug": "a" * 61}, "小写字母"),
        ({"rules": b"  \n"}, "规则是空的"),
        ({"rules": b"\xff"}, "UTF-8"),
    ],
)
def test_an_announcement_that_cannot_be_made(scene, changed, words):
    wanted = {
        "actor": scene.actor("principal"),
        "slug": "xk-1",
        "draft": read_draft(draft_text()),
        "rules": RULES,
        "region": scene.county,
        "school": scene.school,
        "at": ANNOUNCED,
    }
    with pytest.raises(DrawActRefusedError, match=words):
        announce_draw(**(wanted | changed))


@pytest.mark.django_db
def test_too_late_to_announce(scene):
    with pytest.raises(WindowError, match="请把公告里的时刻改晚"):
        Life(scene).announce(at=OBJECTIONS_UNTIL)


@pytest.mark.django_db
def test_what_breaks_the_protocol_is_refused_by_the_engine(scene):
    text = draft_text().replace(b'"\xe5\x85\xac\xe8\xaf\x81\xe5\xa4\x84", ', b"")
    alone = text.replace(b', "\xe5\xae\xb6\xe9\x95\xbf\xe4\xbb\xa3\xe8\xa1\xa8"', b"")
    with pytest.raises(DrawRefusedError, match="承诺方不足两个"):
        announce_draw(
            actor=scene.actor("principal"),
            slug="xk-1",
            draft=read_draft(alone),
            rules=RULES,
            region=scene.county,
            school=scene.school,
            at=ANNOUNCED,
        )


@pytest.mark.django_db
def test_a_draw_is_chained_to_the_latest_that_ended(scene):
    first = Life(scene).announce()
    second = Life(scene, slug="xk-2026-2").announce()
    assert second.draw.previous is None
    first.abort(at=ENTROPY_AT)
    assert Life(scene, slug="xk-2026-3").announce().draw.previous == first.draw
    second.abort(at=ENTROPY_AT)
    assert Life(scene, slug="xk-2026-4").announce().draw.previous == second.draw
