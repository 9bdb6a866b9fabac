"""Our verifier answers with a report, whatever stands in the folder."""

import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shuangjian.engines.draw.abort import Abort
from shuangjian.engines.draw.beacon import DrandBeacon
from shuangjian.engines.draw.transcript import Step, Transcript
from shuangjian.engines.draw.verification import verify_draw
from tests.engines.draw.scene import (
    ROUND,
    SIGNATURE,
    Scene,
    allocation_scene,
    announcement,
    fallback_scene,
    interval_scene,
    moment,
    physical_scene,
    ticket,
    written,
)
from tests.engines.draw.tampering import told

SCENES = {
    "drand": Scene(),
    "sm3": Scene(announcement(hash="sm3")),
    "ranks only": Scene(announcement(seats=None)),
    "expanded": Scene(announcement(bundle="expand")),
    "everybody reveals": Scene(silent=()),
    "physical": physical_scene(),
    "fallback": fallback_scene(),
    "allocation": allocation_scene(),
    "start-interval": interval_scene(),
}


@pytest.mark.parametrize("name", SCENES)
def test_an_untouched_folder_holds(name, tmp_path):
    scene = SCENES[name]
    files = scene.files()
    report = verify_draw(written(files, tmp_path))
    assert (report.violations, report.holds) == ((), True)
    assert (report.draw, report.mechanism) == (scene.announced.id, scene.announced.mechanism)
    assert (report.version, report.tickets, report.is_aborted) == (2, 5, False)
    assert report.seed == Transcript.from_bytes(files["transcript.json"]).seed
    sealed = "interval.json" if name == "start-interval" else "commit.json"
    assert report.commit_hash == scene.hash(files[sealed])


def test_places_at_courses_are_left_to_the_checker(tmp_path):
    report = verify_draw(written(allocation_scene().files(), tmp_path))
    assert (report.market, report.result) == (tmp_path / "v2", tmp_path / "result")
    report = verify_draw(written(Scene().files(), tmp_path / "order"))
    assert (report.market, report.result) == (None, None)


def places(report):
    return [each.place for each in report.violations]


def test_a_folder_that_is_not_there_or_empty_is_no_traceback(tmp_path):
    for folder in (tmp_path, tmp_path / "absent"):
        report = verify_draw(folder)
        assert places(report) == ["draw.json"]
        assert "目录里没有这个文件" in report.violations[0].text


@pytest.mark.parametrize("name", sorted(physical_scene().files()))
def test_each_missing_file_is_named(name, tmp_path):
    files = physical_scene().files()
    del files[name]
    found = places(verify_draw(written(files, tmp_path)))
    assert any(name in place for place in found), found


@pytest.mark.parametrize("name", sorted(physical_scene().files()))
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.binary(max_size=40))
def test_junk_in_any_file_is_a_violation(name, junk, tmp_path):
    report = verify_draw(written(physical_scene().files() | {name: junk}, tmp_path))
    assert not report.holds


def test_surplus_files_and_links_are_named(tmp_path):
    folder = written(Scene().files() | {"names.xlsx": b"x", "v2/more.csv": b"x"}, tmp_path)
    (folder / "link").symlink_to(folder / "rules.txt")
    found = places(verify_draw(folder))
    assert {"names.xlsx", "link", "v2/more.csv"} <= set(found)


@pytest.mark.parametrize("place", [".", "v2", "v3"])
def test_a_name_that_is_no_text_can_be_printed(place, tmp_path):
    folder = written(physical_scene().files(), tmp_path)
    (folder / place).mkdir(exist_ok=True)
    (folder / place / os.fsdecode(b"\xff.txt")).write_bytes(b"x")
    report = verify_draw(folder)
    assert not report.holds
    for violation in report.violations:
        (violation.place + violation.text).encode()


@pytest.mark.parametrize("junk", [b"", b"[]", b"\xff", b'{"mechanism":"\\ud800"}', b"[" * 99_999])
def test_junk_for_a_summary_is_a_violation(junk, tmp_path):
    scene = allocation_scene()
    files = told(scene.files() | {"result/summary.json": junk})
    report = verify_draw(written(files, tmp_path))
    assert [each.place.split(" ")[0] for each in report.violations] == ["result/summary.json"]
    assert all(each.text.encode() for each in report.violations)


def test_a_program_of_another_hand_is_pointed_out(tmp_path):
    scene = Scene()
    text = b"print('ok')\n"
    scene = replace(scene, announced=announcement(verifier=scene.hash(text)))
    files = told(scene.files() | {"verify.py": text})
    report = verify_draw(written(files, tmp_path))
    assert report.holds
    assert any("不是本软件这一版所附的核对程序" in note for note in report.notes)


def test_the_notarys_hash_is_held_against_the_folder(tmp_path):
    folder = written(Scene().files(), tmp_path)
    right = verify_draw(folder).commit_hash
    assert verify_draw(folder, commit_hash=right.upper()).holds
    report = verify_draw(folder, commit_hash="0" * 64)
    assert places(report) == ["commit.json"]
    assert f"散列值是 {right}" in report.violations[0].text


def test_draws_form_a_chain(tmp_path):
    first = Scene().files()
    scene = Scene(announcement(id="worked-2", previous=Scene().hash(first["transcript.json"])))
    after = written(scene.files(), tmp_path / "after")
    assert verify_draw(after, previous=written(first, tmp_path / "first")).holds
    other = written(physical_scene().files(), tmp_path / "other")
    assert places(verify_draw(after, previous=other)) == ["draw.json 的 previous"]
    assert places(verify_draw(after, previous=tmp_path)) == ["transcript.json"]


def test_what_a_reader_should_know_stands_in_the_notes(tmp_path):
    notes = "".join(verify_draw(written(fallback_scene().files(), tmp_path)).notes)
    assert "家长代表不计入：到揭示截止时没有给出与承诺相符的随机数。" in notes
    assert "公告的条件是“到 8 月 24 日 12:00 仍取不到这一轮信标”" in notes
    assert "体彩排列五只有 100000 种结果" in notes
    assert "至多提高 1.2 个百分点" in notes
    assert "连号最长的有" in notes
    notes = "".join(verify_draw(written(interval_scene().files(), tmp_path / "other")).notes)
    assert "至多只有 5×5=25 种结果" in notes


def aborted(*, abort=None, keep=(), beacon_known=False):
    scene = Scene()
    freezes, _ = scene.freezes()
    found = abort or Abort(
        draw=scene.announced.id,
        at=moment("2023-08-23T20:00:00"),
        by="教育局",
        reason="名册漏了一个班",
        phase="sealed",
        beacon_known=beacon_known,
    )
    files = scene.files()
    dropped = {"ranks.csv", "result/admitted.csv", "beacon.json"} - set(keep)
    files = {name: data for name, data in files.items() if name not in dropped}
    steps = [each for each in scene.steps(freezes) if each.kind not in ("run", "publish")]
    transcript = replace(
        Transcript.from_bytes(files["transcript.json"]),
        seed="",
        steps=(*steps, Step(found.at, "abort", "教育局")),
    )
    return told(files | {"abort.json": found.to_bytes(), "transcript.json": transcript.to_bytes()})


def test_an_abort_is_public_and_has_no_result(tmp_path):
    report = verify_draw(written(aborted(), tmp_path))
    assert (report.holds, report.is_aborted) == (True, True)
    assert "教育局在“已封存”时公开中止，理由是“名册漏了一个班”。" in report.notes


def test_an_abort_after_the_beacon_says_so(tmp_path):
    report = verify_draw(written(aborted(beacon_known=True, keep=["beacon.json"]), tmp_path))
    assert report.holds
    assert any("任何人都能算出被放弃的结果" in note for note in report.notes)
    files = aborted(keep=["beacon.json"])
    assert places(verify_draw(written(files, tmp_path / "denied"))) == ["abort.json"]


def test_an_abort_must_fit_what_was_frozen(tmp_path):
    at = moment("2023-08-23T20:00:00")
    early = Abort("worked-1", at, "教育局", "名册漏了一个班", "announced", beacon_known=False)
    assert places(verify_draw(written(aborted(abort=early), tmp_path))) == ["abort.json"]


LATE = Abort("worked-1", moment("2023-08-24T08:00:00"), "教育局", "结果不妥", "drawn", False)


@pytest.mark.parametrize(
    ("files", "place"),
    [
        (aborted(keep=["ranks.csv"]), "ranks.csv"),
        (aborted(keep=["result/admitted.csv"]), "result/admitted.csv"),
        (aborted(abort=LATE), "abort.json"),
        (aborted(abort=replace(LATE, draw="another", beacon_known=True)), "abort.json"),
    ],
    ids=["with ranks", "with a result", "denies the beacon", "of another draw"],
)
def test_an_abort_that_hides_something_is_refused(files, place, tmp_path):
    assert places(verify_draw(written(files, tmp_path))) == [place]


def market(tmp_path, name, old, new):
    scene = allocation_scene()
    contents = scene.market_files(scene.rows)
    assert old in contents[name]
    changed = contents[name].replace(old, new, 1)

    class Changed(Scene):
        def market_files(self, rows):
            return contents | {name: changed}

    changed_scene = Changed(announced=scene.announced, market=scene.market)
    return verify_draw(written(changed_scene.files(), tmp_path))


TWIN = ticket(3).encode()
MARKETS = {
    "a pupil without a ticket": ("pupils.csv", b"grade\n", b"grade\nxx,2\n", "没有名册上的签"),
    "a twin less": ("tickets.csv", TWIN + b"-2," + TWIN + b"," + TWIN + b"\n", b"", "有 2 人"),
    "a second ticket": (
        "tickets.csv",
        b"bundle\n",
        b"bundle\n" + ticket(1).encode() + b"," + ticket(2).encode() + b",\n",
        "在名册上有 1 人，在志愿文件里有 2 人",
    ),
    "a stranger's ticket": ("tickets.csv", b"bundle\n", b"bundle\nyy,zz,\n", "不在 pupils.csv 里"),
    "no column": ("tickets.csv", b"ticket", b"tocket", "没有pupil、ticket列"),
    "a cell too few": ("pupils.csv", b",2\n", b"\n", "列，表头有 2 列"),
}


@pytest.mark.parametrize("name", MARKETS)
def test_who_wishes_is_who_draws(name, tmp_path):
    file, old, new, words = MARKETS[name]
    report = market(tmp_path, file, old, new)
    assert any(words in each.text for each in report.violations), report.violations


def test_an_early_beacon_is_refused(tmp_path):
    """The round must come out after the nonces: the announcement itself says so."""
    scene = Scene()
    late = {
        "reveal_until": moment("2023-08-24T10:00:00"),
        "entropy_at": moment("2023-08-24T11:00:00"),
    }
    data = scene.files()["draw.json"]
    for key, at in late.items():
        old = getattr(scene.announced, key).isoformat().encode()
        data = data.replace(old, at.isoformat().encode())
    files = told(scene.files() | {"draw.json": data})
    report = verify_draw(written(files, tmp_path))
    assert places(report) == ["draw.json 的 entropy"]
    assert DrandBeacon.of(ROUND, SIGNATURE).round == scene.announced.entropy.round
