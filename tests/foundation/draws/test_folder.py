"""The published folder: made from the database whenever wanted, the same to the byte, and no name."""

import hashlib
import json
import stat
from pathlib import Path

import pytest

from shuangjian.engines.draw.verification import verify_draw
from shuangjian.foundation.draws.entries import Application, Changes
from shuangjian.foundation.draws.errors import (
    DrawActRefusedError,
    FolderDiffersError,
    MissingReasonError,
    NotCommittedError,
    NothingEnteredError,
    NothingToCorrectError,
    PartyTwiceError,
    UnknownPartyError,
    WindowError,
    WrongHexError,
    WrongNumbersError,
)
from shuangjian.foundation.draws.folder import published_files, write_folder
from shuangjian.foundation.draws.life import fold, schedule_of
from shuangjian.foundation.draws.services.nonce import commit_nonce

from .act import (
    BUREAU,
    ENTROPY_AT,
    FROZEN,
    NOTARY,
    OBJECTIONS_UNTIL,
    PARENTS,
    REVEAL_UNTIL,
    REVEALED,
    RUN,
    SEALED,
    Life,
)
from .test_life_of_a_draw import strangers_check

pytestmark = pytest.mark.django_db

FILES = {
    "announced": {"draw.json", "rules.txt", "verify.py"},
    "frozen": {"v1/roster.csv", "v1/freeze.json"},
    "committed": {"commitments.json"},
    "revealed": set(),
    "sealed": {"commit.json"},
    "drawn": {"beacon.json"},
    "published": {"ranks.csv", "result/admitted.csv", "transcript.json"},
}


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_the_folder_grows_with_the_draw_and_is_the_same_whenever_made(scene, tmp_path):
    life = Life(scene).announce(seats="seats = 3")
    life.enter("s1", Application("s2", bundle="b"), Application("s3", bundle="b"), "s4")
    wanted: set[str] = set()
    taken: list[str] = []
    steps = {
        "announced": lambda: None,
        "frozen": life.freeze,
        "committed": lambda: [life.commit(each) for each in (BUREAU, NOTARY, PARENTS)],
        "revealed": lambda: [life.reveal(each) for each in (BUREAU, NOTARY, PARENTS)],
        "sealed": life.seal,
        "drawn": life.run,
        "published": life.publish,
    }
    for phase, step in steps.items():
        step()
        taken.append(phase)
        wanted |= FILES[phase]
        files = published_files(life.draw)
        assert set(files) == wanted, phase
        write_folder(files, tmp_path / "grown")
        write_folder(files, tmp_path / phase)
        assert contents(tmp_path / "grown") == contents(tmp_path / phase) == files
    assert write_folder(published_files(life.draw), tmp_path / "grown") == 0
    assert verify_draw(tmp_path / "grown").violations == ()
    assert strangers_check(tmp_path / "grown").returncode == 0
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "grown").glob("*.*")}
    assert modes == {0o644}


def test_nothing_published_names_a_child_or_an_official(scene, tmp_path):
    life = Life(scene).announce()
    life.enter("学号-20260001", "学号-20260002")
    life.until("published")
    everything = b"".join(published_files(life.draw).values()).decode()
    assert "学号" not in everything
    assert "20260001" not in everything
    assert "principal" not in everything
    assert "示范市第一实验小学校长" in everything


def test_a_correction_is_another_version_and_the_old_one_stays(life, tmp_path):
    life.freeze()
    first = published_files(life.draw)
    life.commit(BUREAU)
    life.freeze(
        at=OBJECTIONS_UNTIL,  # an objection of the last minute is answered after it
        reason="漏了一人，一人重复",
        corrections=Changes([Application("s9")], ["s1"]),
    )
    files = published_files(life.draw)
    assert {path: files[path] for path in first} == first
    second = json.loads(files["v2/freeze.json"])
    assert (second["version"], second["reason"]) == (2, "漏了一人，一人重复")
    assert len(files["v2/roster.csv"].splitlines()) == len(files["v1/roster.csv"].splitlines())
    assert files["v2/roster.csv"] != files["v1/roster.csv"]
    # why: the promise was made before the correction, and says so
    promised = json.loads(files["commitments.json"])["freeze"]
    assert promised == hashlib.sha256(files["v1/freeze.json"]).hexdigest()
    life.reveal(BUREAU)
    life.seal()
    life.run()
    life.publish()
    write_folder(published_files(life.draw), tmp_path)
    assert verify_draw(tmp_path).violations == ()
    assert strangers_check(tmp_path).returncode == 0


def test_a_folder_that_differs_is_not_touched(life, tmp_path):
    life.until("sealed")
    files = published_files(life.draw)
    write_folder(files, tmp_path)
    (tmp_path / "v1" / "roster.csv").write_bytes(b"ticket,size,group\n")
    (tmp_path / "draw.json").unlink()
    before = contents(tmp_path)
    with pytest.raises(FolderDiffersError, match=r"v1/roster\.csv") as refused:
        write_folder(files, tmp_path)
    assert refused.value.paths == ("v1/roster.csv",)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["ranks.csv", "v2/roster.csv", "abort.json", "result/x.csv"])
def test_a_published_name_that_the_database_does_not_know_is_noticed(life, tmp_path, name):
    """A backup put back too old would otherwise go on as if nothing had been published."""
    life.until("sealed")
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(FolderDiffersError):
        write_folder(published_files(life.draw), tmp_path)


def test_other_things_in_the_folder_are_left_alone(life, tmp_path):
    (tmp_path / "index.html").write_text("首页")
    write_folder(published_files(life.draw), tmp_path)
    assert (tmp_path / "index.html").read_text() == "首页"


@pytest.mark.parametrize(
    "change",
    [
        lambda said: {**said, "commitments": {**said["commitments"], "公证处": "0" * 64}},
        lambda said: {**said, "commitments": {**said["commitments"], "过路人": "0" * 64}},
        lambda said: {**said, "draw": "other"},
        lambda said: {**said, "more": 1},
        lambda said: [said],
    ],
)
def test_commitments_only_grow(life, tmp_path, change):
    life.freeze()
    life.commit(NOTARY)
    write_folder(published_files(life.draw), tmp_path)
    life.commit(BUREAU)
    assert write_folder(published_files(life.draw), tmp_path) == 1
    path = tmp_path / "commitments.json"
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(FolderDiffersError):
        write_folder(published_files(life.draw), tmp_path)


def test_a_start_and_interval_draw_states_its_weakness(scene, tmp_path):
    life = Life(scene).announce(
        mechanism="start-interval", pattern="[0-9]+,[0-9]+", seats="seats = 2"
    )
    life.enter("s1", "s2", "s3", "s4", "s5")
    life.freeze()
    for act in (lambda: life.commit(BUREAU), life.seal):
        with pytest.raises(DrawActRefusedError):
            act()
    with pytest.raises(WindowError):
        life.run("2,2", at=SEALED)
    assert life.run("2,2")
    assert life.run("2,2", at=RUN) is False
    with pytest.raises(DrawActRefusedError):
        life.run("2,3")
    life.publish()
    write_folder(published_files(life.draw), tmp_path)
    report = verify_draw(tmp_path)
    assert report.violations == ()
    assert any("至多只有" in note for note in report.notes)
    said = strangers_check(tmp_path)
    assert said.returncode == 0
    assert "谁能左右这两个号码" in said.stdout


def test_a_start_and_interval_is_two_numbers(scene):
    life = Life(scene).announce(mechanism="start-interval", pattern="[0-9]+")
    life.enter("s1", "s2")
    life.freeze()
    with pytest.raises(WrongNumbersError, match="12,7"):
        life.run("12")


@pytest.mark.parametrize(
    ("act", "error", "words"),
    [
        (lambda life: life.freeze(reason="早了"), NothingToCorrectError, "第一版"),
        (lambda life: life.freeze(at=OBJECTIONS_UNTIL), WindowError, "请公开中止"),
        (lambda life: life.abort("  "), MissingReasonError, "请写明后再办"),
        (lambda life: life.until("frozen").commit("过路人"), UnknownPartyError, "公告的承诺方是"),
        (
            lambda life: life.until("committed").commit(NOTARY, at=FROZEN),
            PartyTwiceError,
            "不能更换",
        ),
        (
            lambda life: life.until("committed").reveal(NOTARY, at=FROZEN),
            WindowError,
            "请到时再办",
        ),
        (lambda life: life.until("revealed").reveal(NOTARY), PartyTwiceError, "已经揭示"),
        (lambda life: life.until("revealed").seal(at=REVEALED), WindowError, "从"),
        (lambda life: life.until("sealed").run(at=SEALED), WindowError, "请到时再办"),
        (
            lambda life: life.until("frozen").freeze(reason="再来一版"),
            NothingToCorrectError,
            "完全相同",
        ),
        (
            lambda life: life.until("frozen").freeze(corrections=Changes(withdrawn=["s1"])),
            MissingReasonError,
            "理由",
        ),
        (
            lambda life: life.until("frozen").freeze(
                at=REVEAL_UNTIL, reason="太晚", corrections=Changes(withdrawn=["s1"])
            ),
            WindowError,
            "谁也不能延长",
        ),
        (lambda life: life.until("committed").reveal(NOTARY, nonce="F" * 64), WrongHexError, "64"),
    ],
)
def test_every_refusal_says_why_and_what_next(life, act, error, words):
    with pytest.raises(error, match=words) as refused:
        act(life)
    assert str(refused.value).count("。") >= 2
    assert refused.value.code.startswith("draw.")


def test_a_party_that_never_committed_does_not_reveal(life):
    life.freeze()
    life.commit(BUREAU)
    life.reveal(BUREAU)
    with pytest.raises(NotCommittedError, match="没有在首次揭示以前提交承诺"):
        life.reveal(NOTARY, nonce="0" * 64)


def test_a_commitment_is_64_digits(life):
    life.freeze()
    with pytest.raises(WrongHexError):
        commit_nonce(actor=life.actor(), draw=life.draw, party=BUREAU, commitment="abc", at=FROZEN)


def test_nobody_to_draw_for(scene):
    life = Life(scene).announce()
    with pytest.raises(NothingEnteredError, match="还没有人报名"):
        life.freeze()


def test_before_the_announcement_there_is_nothing(scene):
    life = Life(scene).announce()
    with pytest.raises(DrawActRefusedError, match="还没有公告"):
        fold([], schedule=schedule_of(life.draw))


@pytest.mark.parametrize("phase", ["announced", "frozen", "committed", "revealed"])
def test_an_abort_at_any_phase_is_in_the_folder(life, tmp_path, phase):
    if phase != "announced":
        life.until(phase)
    life.abort("学校停办\n这门课", at=ENTROPY_AT)
    said = json.loads(published_files(life.draw)["abort.json"])
    assert said["reason"] == "学校停办 这门课"
    assert said["beacon_known"] is True
    write_folder(published_files(life.draw), tmp_path)
    assert verify_draw(tmp_path).violations == ()
