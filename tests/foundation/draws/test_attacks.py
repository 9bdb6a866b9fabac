"""The known ways to bend a draw: each is impossible, or stands in public."""

import hashlib
import json

import pytest
from django.db import IntegrityError, transaction

from shuangjian.engines.draw.rank import ranks_bytes
from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.engines.draw.verification import verify_draw
from shuangjian.foundation.draws.entries import Application, Changes
from shuangjian.foundation.draws.errors import (
    ClockBackError,
    DrawActRefusedError,
    DrawTakenError,
    FallbackEarlyError,
    IllegalStepError,
    MissingReasonError,
    NonceMismatchError,
    ResultDiffersError,
    SecondResultError,
    WindowError,
)
from shuangjian.foundation.draws.folder import kept_files, published_files, write_folder
from shuangjian.foundation.draws.models import DrawStep
from shuangjian.foundation.draws.services.nonce import commit_nonce

from .act import (
    BUREAU,
    ENTROPY_AT,
    FALLBACK_AT,
    FROZEN,
    NOTARY,
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


def test_running_again_until_a_favoured_child_wins_gives_one_result(life):
    """A hundred tries with a hundred numbers: one result, ninety-nine refusals."""
    life.until("sealed")
    results, refused = set(), 0
    for number in range(100):
        try:
            life.run(f"{number:05}")
        except SecondResultError:
            refused += 1
        results.add(kept_files(life.draw)["ranks.csv"])
    print(f"tries 100, results {len(results)}, refused {refused}")  # noqa: T201
    assert (len(results), refused) == (1, 99)
    assert DrawStep.objects.filter(kind="drawn").count() == 1


def test_computing_again_is_a_check_and_writes_nothing(life):
    life.until("drawn")
    before = kept_files(life.draw), DrawStep.objects.count()
    assert [life.run() for _ in range(3)] == [False, False, False]
    life.publish()
    assert life.run(at=PUBLISHED) is False
    after = kept_files(life.draw)
    assert {path: after[path] for path in before[0]} == before[0]
    assert DrawStep.objects.count() == before[1] + 1  # the publication


def test_a_program_that_computes_otherwise_is_found_out(life, monkeypatch):
    life.until("drawn")
    monkeypatch.setattr(
        "shuangjian.foundation.draws.result.ranks_bytes", lambda _: b"rank,ticket,key\n"
    )
    with pytest.raises(ResultDiffersError, match="与保存的不同"):
        life.run()


def test_the_fallback_cannot_be_taken_beside_the_first_source(life):
    life.until("sealed")
    with pytest.raises(FallbackEarlyError, match="2026-11-14 10:00:00"):
        life.run("12345", why="没有开奖")
    assert life.run(at=RUN)
    with pytest.raises(SecondResultError):
        life.run("12345", why="没有开奖", at=FALLBACK_AT)


def test_the_fallback_is_public_with_its_reason(life, tmp_path):
    life.until("sealed")
    assert life.run("12345", why="当晚没有开奖", at=FALLBACK_AT)
    life.publish(at=FALLBACK_AT)
    beacon = json.loads(published_files(life.draw)["beacon.json"])
    assert (beacon["fallback"], beacon["why"]) == (True, "当晚没有开奖")
    assert beacon["issue"] == "第 26305 期"
    write_folder(published_files(life.draw), tmp_path)
    report = verify_draw(tmp_path)
    assert report.holds
    assert any("备用随机源" in note for note in report.notes)


@pytest.mark.parametrize(
    "value", ["1234", "12 345", "\uff11\uff12\uff13\uff14\uff15", "123456", ""]
)
def test_another_spelling_than_announced_is_refused(life, value):
    life.until("sealed")
    with pytest.raises(DrawRefusedError, match="五个数字"):
        life.run(value)
    assert not DrawStep.objects.filter(kind="drawn").exists()


def test_aborting_after_seeing_is_public(life, tmp_path):
    life.until("drawn")
    assert "ranks.csv" not in published_files(life.draw)  # nobody but the operator saw it
    step = life.abort("名册有误", at=PUBLISHED)
    assert step.is_beacon_known is True
    files = published_files(life.draw)
    said = json.loads(files["abort.json"])
    assert (said["beacon_known"], said["phase"], said["reason"]) == (True, "drawn", "名册有误")
    assert json.loads(files["transcript.json"])["steps"][-1]["kind"] == "abort"
    assert not {"ranks.csv"} & set(files)
    write_folder(files, tmp_path)
    report = verify_draw(tmp_path)
    assert report.violations == ()
    assert any("任何人都能算出被放弃的结果" in note for note in report.notes)


def test_aborting_before_says_that_nothing_was_known(life):
    life.until("sealed")
    assert life.abort(at=SEALED).is_beacon_known is False
    said = json.loads(published_files(life.draw)["abort.json"])
    assert (said["beacon_known"], said["phase"]) == (False, "sealed")


def test_an_aborted_id_is_used_up_and_the_next_draw_is_chained_to_it(life, scene):
    life.until("sealed").abort()
    for act in (life.run, life.publish, life.seal, life.abort):
        with pytest.raises(IllegalStepError, match="请用新编号重新公告"):
            act(at=PUBLISHED)
    with pytest.raises(DrawTakenError, match="中止了的也不能再用"):
        Life(scene).announce()
    again = Life(scene, slug="xk-2026-2").announce()
    assert again.draw.previous == life.draw
    announced = json.loads(published_files(again.draw)["draw.json"])
    transcript = published_files(life.draw)["transcript.json"]
    assert announced["previous"] == hashlib.sha256(transcript).hexdigest()


def test_withholding_a_nonce_is_settled_before_the_entropy(life):
    life.until("committed")
    life.reveal(BUREAU)
    life.reveal(NOTARY)
    with pytest.raises(WindowError, match="截止"):
        life.reveal(PARENTS, at=REVEAL_UNTIL)
    document = life.seal()
    assert dict(document.dropped) == {PARENTS: "not_revealed"}
    assert set(document.nonces) == {BUREAU, NOTARY}
    assert life.run()


def test_a_nonce_that_does_not_match_counts_for_nothing(life):
    life.until("committed")
    with pytest.raises(NonceMismatchError, match="不相符的，这一方不计入"):
        life.reveal(PARENTS, nonce="f" * 64)
    life.reveal(BUREAU)
    assert dict(life.seal().dropped) == {NOTARY: "not_revealed", PARENTS: "not_revealed"}


def test_whoever_never_committed_is_dropped_by_name(life):
    life.freeze()
    life.commit(BUREAU)
    life.reveal(BUREAU)
    assert dict(life.seal().dropped) == {NOTARY: "not_committed", PARENTS: "not_committed"}


def test_without_any_nonce_there_is_no_draw(life):
    life.until("committed")
    with pytest.raises(DrawRefusedError, match="没有任何一方揭示随机数"):
        life.seal()


def test_nobody_commits_after_seeing_a_nonce(life):
    life.freeze()
    life.commit(BUREAU)
    life.reveal(BUREAU)
    with pytest.raises(IllegalStepError):
        life.commit(NOTARY, at=REVEALED)


def test_the_roster_stands_once_a_nonce_is_seen(life):
    life.until("committed")
    life.reveal(BUREAU)
    with pytest.raises(IllegalStepError):
        life.freeze(at=REVEALED, reason="补录", corrections=Changes([Application("s9")]))


@pytest.mark.parametrize("at", [ENTROPY_AT, RUN])
def test_what_is_not_sealed_in_time_is_not_sealed_at_all(life, at):
    life.until("revealed")
    with pytest.raises(WindowError, match="请公开中止"):
        life.seal(at=at)
    with pytest.raises(IllegalStepError):
        life.run()
    assert life.abort(at=at).is_beacon_known is True


def test_a_clock_set_back_is_noticed(life):
    life.until("sealed")
    with pytest.raises(ClockBackError, match="请校准时钟"):
        life.abort(at=FROZEN)


def test_one_may_not_commit_for_another_draw_or_party(life, scene):
    """A commitment names its draw and party, so that nobody repeats another's."""
    life.until("committed")
    taken = DrawStep.objects.get(kind="committed", party=NOTARY).commitment
    other = Life(scene, slug="xk-2026-2").announce()
    other.enter("s1")
    other.freeze()
    commit_nonce(actor=other.actor(), draw=other.draw, party=PARENTS, commitment=taken, at=FROZEN)
    with pytest.raises(NonceMismatchError):
        other.reveal(PARENTS, nonce=life.nonces[NOTARY])


@pytest.mark.parametrize(
    "path",
    ["v1/roster.csv", "ranks.csv", "commit.json", "beacon.json", "rules.txt", "transcript.json"],
)
def test_a_changed_file_is_found_by_everybody(life, tmp_path, path):
    life.until("published")
    write_folder(published_files(life.draw), tmp_path)
    changed = tmp_path / path
    changed.write_bytes(changed.read_bytes().replace(b"1", b"2", 1) + b" ")
    assert not verify_draw(tmp_path).holds


def test_a_result_that_does_not_verify_is_not_published(life, monkeypatch):
    """A fault of our own, a swap of two ranks say, is stopped before it is public."""

    def swapped(order):
        rows = list(order)
        rows[0], rows[1] = rows[1], rows[0]
        return ranks_bytes(rows)

    life.until("sealed")
    monkeypatch.setattr("shuangjian.foundation.draws.result.ranks_bytes", swapped)
    life.run()
    with pytest.raises(DrawActRefusedError, match="公布前的核对没有通过"):
        life.publish()
    assert "transcript.json" not in published_files(life.draw)


def test_the_result_files_cannot_be_swapped_in_the_database(life):
    life.until("drawn")
    with pytest.raises(IntegrityError), transaction.atomic():
        life.draw.files.filter(path="ranks.csv").update(content=b"")
    assert life.run(VALUE) is False


@pytest.mark.parametrize("why", ["", "  ", "\u200b"])
def test_a_fallback_without_a_reason_is_not_taken_for_the_first_source(life, why):
    life.until("sealed")
    with pytest.raises(MissingReasonError, match="理由"):
        life.run(why=why, at=FALLBACK_AT)
    assert "beacon.json" not in kept_files(life.draw)


def test_what_people_type_cannot_make_a_folder_that_nobody_can_read(life, tmp_path):
    """Line breaks and invisible characters in reasons would be refused by every reader."""
    life.freeze()
    life.freeze(reason=" 补\u200b录\n一人 ", corrections=Changes([Application("s9")]))
    life.commit(BUREAU)
    life.reveal(BUREAU)
    life.seal()
    life.run("12345", why="没有\r\n开奖\x07", at=FALLBACK_AT)
    life.publish(at=FALLBACK_AT)
    files = published_files(life.draw)
    assert json.loads(files["v2/freeze.json"])["reason"] == "补录 一人"
    assert json.loads(files["beacon.json"])["why"] == "没有 开奖"
    write_folder(files, tmp_path)
    assert verify_draw(tmp_path).violations == ()
