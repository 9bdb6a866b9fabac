"""A draw from the command line, as docs/operating/draw.md tells it; its examples are run here."""

import csv
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from shuangjian.edges import clock
from shuangjian.edges.cli.command import run
from shuangjian.engines.draw.nonce import commitment_of
from shuangjian.engines.draw.verification import verify_draw
from shuangjian.foundation.draws.models import Draw, DrawApplicant, DrawEntry, DrawStep
from tests.scene import SHANGHAI, build_scene

DOC = Path(__file__).resolve().parents[3] / "docs" / "operating" / "draw.md"
EXAMPLE = DOC.parents[1] / "examples" / "after-school"
SLUG = "xk-2026-1"
PARTIES = ("公证处", "学校", "家长委员会代表")
MOMENT = {
    "init": "2026-11-09T09:00",
    "enter": "2026-11-10T09:00",
    "freeze": "2026-11-11T09:00",
    "commit": "2026-11-12T09:00",
    "reveal": "2026-11-13T09:00",
    "seal": "2026-11-13T11:00",
    "run": "2026-11-13T20:45",
    "publish": "2026-11-13T21:00",
}


def example(name: str) -> str:
    """The block of the run-book behind a mark."""
    found = re.search(
        rf"<!-- example: {name} -->\n```[a-z]+\n(.*?)```", DOC.read_text(encoding="utf-8"), re.S
    )
    assert found, name
    return found[1]


@pytest.fixture
def scene(db, settings, tmp_path):
    settings.SHUANGJIAN_DATA = tmp_path / "data"
    return build_scene()


@pytest.fixture
def papers(tmp_path):
    draft, rules, entries = tmp_path / "公告.toml", tmp_path / "规则.txt", tmp_path / "报名表.csv"
    draft.write_text(example("draft"), encoding="utf-8")
    rules.write_text("三年级学生都可以报名。\n", encoding="utf-8")
    rows = "".join(f"S{number:02},\n" for number in range(1, 51))
    entries.write_bytes(f"学号,捆绑\n{rows}S51,双胞胎\nS52,双胞胎\n".encode("gb18030"))
    return {"draft": draft, "rules": rules, "entries": entries}


@pytest.fixture
def office(scene, papers, settings, capsys, tmp_path):
    """A school's office: says a command at its moment, and gets the code and the JSON."""

    class Office:
        school = scene.school
        files = papers
        published = tmp_path / "公示"

        def say(self, *words: str, at: str = "", who: str = "school_admin", slug: str = SLUG):
            settings.SHUANGJIAN_TODAY = at or MOMENT.get(words[0], MOMENT["publish"])
            by = ("--as", who) if who else ()
            code = run(["draw", words[0], *([slug] if slug else []), *words[1:], *by, "--json"])
            lines = capsys.readouterr().out.strip().splitlines()
            return code, json.loads(lines[-1]) if lines else {}

        def init(self, *more: str, **how):
            papers_given = ("--draft", str(papers["draft"]), "--rules", str(papers["rules"]))
            return self.say("init", *papers_given, "--school", scene.school.code, *more, **how)

        def begun(self) -> "Office":
            assert self.init()[0] == 0
            assert self.say("enter", "--from", str(papers["entries"]))[0] == 0
            return self

        def until_sealed(self) -> "Office":
            self.begun()
            assert self.say("freeze")[0] == 0
            for party in PARTIES:
                assert self.say("commit", "--party", party)[0] == 0
            for party in PARTIES:
                assert self.say("reveal", "--party", party)[0] == 0
            assert self.say("seal")[0] == 0
            return self

    return Office()


def test_the_whole_way_ends_in_a_folder_that_anybody_checks(office, settings):
    office.begun()
    assert office.say("publish", "--out", str(office.published))[1]["phase"] == "announced"
    assert office.say("freeze")[1] == {"draw": SLUG, "version": 1, "dry_run": False}
    for party in PARTIES:
        code, said = office.say("commit", "--party", party)
        path = Path(said["nonce_file"])
        assert code == 0
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        nonce = bytes.fromhex(path.read_text().strip())
        assert said["commitment"] == commitment_of(draw=SLUG, party=party, nonce=nonce)
    for party in PARTIES[:2]:
        assert office.say("reveal", "--party", party)[0] == 0
    _, sealed = office.say("seal")
    assert sealed["dropped"] == {"家长委员会代表": "not_revealed"}
    assert office.say("run", "--value", "52107")[1]["recorded"] is True
    assert office.say("run", "--value", "52107")[1]["recorded"] is False
    assert office.say("run", "--value", "52108")[0] == 2
    _, said = office.say("publish", "--out", str(office.published))
    assert said["phase"] == "published"
    assert office.say("publish", "--out", str(office.published))[1]["written"] == 0
    commit = (office.published / "commit.json").read_bytes()
    assert hashlib.sha256(commit).hexdigest() == sealed["commit_hash"]
    check = subprocess.run(
        [sys.executable, "-I", "verify.py", ".", "52107"],
        cwd=office.published,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert check.returncode == 0, check.stdout
    assert verify_draw(office.published, commit_hash=sealed["commit_hash"]).violations == ()
    admitted = list(csv.DictReader((office.published / "result/admitted.csv").open()))
    seats = sum(int(row["pupils"]) for row in admitted if row["outcome"] == "admitted")
    assert seats in {40, 41}  # 41 where the twins stand at the last seat and the seats grow
    _, shown = office.say("show")
    assert shown["phase"] == "published"
    assert [step["kind"] for step in shown["steps"]][-1] == "published"
    assert office.say("list", slug="")[1][0]["draw"] == SLUG


def test_a_draw_by_wishes(office, tmp_path):
    text = office.files["draft"].read_text().replace('"order"', '"lottery"')
    office.files["draft"].write_text(
        "\n".join(line for line in text.splitlines() if not line.startswith(("seats", "bundle")))
    )
    assert office.init()[0] == 0
    assert office.say("enter", "--from", str(EXAMPLE / "pupils.csv"))[1]["entered"] == 24
    assert office.say("freeze")[0] == 2
    assert office.say("freeze", "--in", str(EXAMPLE))[0] == 0
    for party in PARTIES:
        office.say("commit", "--party", party)
    for party in PARTIES:
        office.say("reveal", "--party", party)
    office.say("seal")
    assert office.say("run", "--value", "52107")[0] == 0
    assert office.say("publish", "--out", str(office.published))[0] == 0
    assert (office.published / "result" / "placements.csv").exists()
    assert verify_draw(office.published).violations == ()


def test_a_dry_run_writes_nothing_anywhere(office, tmp_path):
    dry = "--dry-run"
    assert office.init(dry)[1]["dry_run"] is True
    assert not Draw.objects.exists()
    office.begun()
    before = DrawStep.objects.count(), DrawEntry.objects.count()
    assert office.say("enter", "--applicant", "S99", dry)[1]["entered"] == 1
    assert office.say("receipts", "--out", str(tmp_path / "回执.csv"), dry)[1]["tickets"] == 52
    assert office.say("freeze", dry)[1]["version"] == 1
    assert office.say("publish", "--out", str(office.published), dry)[1]["written"] == 0
    assert office.say("abort", "--reason", "试试", dry)[1]["beacon_known"] is True
    assert (DrawStep.objects.count(), DrawEntry.objects.count()) == before
    assert office.say("freeze")[0] == 0
    code, said = office.say("commit", "--party", "学校", dry)
    assert code == 0
    assert not Path(said["nonce_file"]).exists()
    assert not (tmp_path / "回执.csv").exists()
    assert not office.published.exists()
    assert DrawStep.objects.count() == before[0] + 1


def test_receipts_are_for_the_families_alone(office, tmp_path):
    office.begun()
    out = tmp_path / "回执.csv"
    assert office.say("receipts", "--out", str(out), who="other_principal")[0] == 2
    assert office.say("receipts", "--out", str(out), who="auditor")[0] == 2
    assert not out.exists()
    assert office.say("receipts", "--out", str(out))[0] == 0
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    rows = list(csv.DictReader(out.open()))
    assert len(rows) == 52
    by_applicant = {row["applicant"]: row["ticket"] for row in rows}
    assert by_applicant["S51"] == by_applicant["S52"]
    assert office.say("receipts", "--out", str(out))[0] == 2  # never over an older one
    office.say("enter", "--withdraw", "S01")
    office.say("enter", "--applicant", "S01")
    again = tmp_path / "再.csv"
    office.say("receipts", "--out", str(again))
    assert {row["applicant"]: row["ticket"] for row in csv.DictReader(again.open())} == by_applicant


def test_a_correction_needs_its_reason(office, tmp_path):
    office.begun()
    office.say("freeze")
    table = tmp_path / "更正.csv"
    table.write_text("applicant,change\nS99,\nS01,withdraw\n")
    assert office.say("enter", "--applicant", "S99")[0] == 2
    assert office.say("freeze", "--corrections", str(table))[0] == 2
    code, said = office.say("freeze", "--corrections", str(table), "--reason", "漏了一名")
    assert (code, said["version"]) == (0, 2)


def test_a_party_makes_its_nonce_on_its_own_machine(office):
    """The snippet of the run-book, run as a stranger would; the platform sees the promise only."""
    words = example("nonce")
    head, code = words.split("\n", 1)
    arguments = head.split(" - ")[1].split(" <<")[0].split()
    assert arguments[:2] == [SLUG, "家长委员会代表"]
    said = subprocess.run(
        [sys.executable, "-I", "-", *arguments],
        input=code.removesuffix("END\n"),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    ).stdout
    nonce, commitment = re.findall(r"[0-9a-f]{64}", said)
    office.begun()
    office.say("freeze")
    party = ("--party", "家长委员会代表")
    assert office.say("commit", *party, "--commitment", commitment)[1]["nonce_file"] is None
    assert office.say("reveal", *party, "--nonce", nonce[::-1])[0] == 2
    assert office.say("reveal", *party, "--nonce", nonce)[0] == 0


def test_a_nonce_whose_promise_was_refused_is_not_left_lying_about(office):
    office.begun()
    code, _ = office.say("commit", "--party", "学校")  # nothing frozen yet
    assert code == 2
    assert not list((office.published.parent / "data").rglob("*.txt"))
    office.say("freeze")
    _, said = office.say("commit", "--party", "学校")
    assert office.say("commit", "--party", "学校")[0] == 2
    assert Path(said["nonce_file"]).exists()  # the first one's is not lost by a second try


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("enter",), "写且只写一个"),
        (("enter", "--applicant", "S1", "--withdraw", "S2"), "写且只写一个"),
        (("freeze", "--reason", "早了"), "第一版"),
        (("commit", "--party", "过路人"), "没有“过路人”这个承诺方"),
        (("commit", "--party", "学校", "--commitment", "x", "--nonce-file", "y"), "只写一个"),
        (("commit", "--party", "学校", "--commitment", "a" * 64), "请先办完报名"),
        (("reveal", "--party", "学校"), "读不到随机数文件"),
        (("reveal", "--party", "学校", "--nonce", "a" * 64, "--nonce-file", "y"), "只写一个"),
        (("seal",), "不能封存"),
        (("run", "--value", "12345"), "不能出结果"),
        (("abort", "--reason", "  "), "理由"),
    ],
)
def test_refusals_say_why(office, words, reason):
    office.begun()
    code, said = office.say(*words)
    assert code == 2
    assert reason in said["refused"]


def test_who_may_not_see_it_is_told_nothing_of_it(office):
    office.begun()
    absent = office.say("show", slug="no-such-draw")
    foreign = office.say("show", who="other_principal")
    assert absent == foreign
    assert absent[0] == 2
    assert office.say("list", slug="", who="other_principal")[1] == []
    assert office.say("freeze", who="inspector")[0] == 2  # sees it, may not act
    assert office.say("show", who="inspector")[0] == 0
    assert office.say("freeze", who="officer")[0] == 0


def test_announcing_needs_a_known_school_and_a_free_id(office):
    papers = ("--draft", str(office.files["draft"]), "--rules", str(office.files["rules"]))
    code, said = office.say("init", *papers, "--school", "0000000000")
    assert (code, "没有标识码为" in said["refused"]) == (2, True)
    assert office.init(who="other_principal")[0] == 2
    assert office.init()[0] == 0
    code, said = office.init()
    assert (code, "已经用过" in said["refused"]) == (2, True)
    office.files["draft"].write_text("title = 1")
    code, said = office.init(slug="xk-2026-2")
    assert (code, said["refused"].startswith("没有公告")) == (2, True)


def test_the_bureau_announces_for_its_region_and_the_operator_on_paper(office):
    papers = ("--draft", str(office.files["draft"]), "--rules", str(office.files["rules"]))
    code, _ = office.say("init", *papers, "--region", "990101", who="officer", slug="rx-1")
    assert code == 0
    assert Draw.objects.get(slug="rx-1").school is None
    assert office.say("init", *papers, "--region", "990101", who="", slug="rx-2")[0] == 0
    assert DrawStep.objects.get(draw__slug="rx-2").office == "系统操作员"
    assert office.say("enter", "--applicant", "S1", slug="rx-1", who="principal")[0] == 0
    assert DrawApplicant.objects.get().reference == "S1"


def test_an_abort_is_public_and_the_next_draw_is_chained(office):
    office.until_sealed()
    code, said = office.say("abort", "--reason", "开奖停了", at="2026-11-13T20:40")
    assert (code, said["beacon_known"]) == (0, True)
    assert office.say("publish", "--out", str(office.published))[0] == 0
    assert json.loads((office.published / "abort.json").read_text())["beacon_known"] is True
    assert office.say("run", "--value", "52107")[0] == 2
    draft = office.files["draft"]
    draft.write_text(draft.read_text().replace("2026-11-1", "2026-12-1"))
    code, said = office.init(slug="xk-2026-2", at="2026-11-14T09:00")
    assert (code, said["previous"]) == (0, SLUG)


def test_a_changed_folder_is_not_written_over(office):
    office.until_sealed()
    office.say("publish", "--out", str(office.published))
    (office.published / "v1" / "roster.csv").write_text("ticket,size,group\n")
    assert office.say("run", "--value", "52107")[0] == 0
    code, said = office.say("publish", "--out", str(office.published))
    assert (code, "v1/roster.csv" in said["refused"]) == (2, True)
    assert not DrawStep.objects.filter(kind="published").exists()  # refused before recording
    assert office.say("publish", "--out", str(office.published.with_name("新")))[0] == 0


def test_what_people_read_is_plain_chinese(office, capsys, settings):
    office.begun()
    settings.SHUANGJIAN_TODAY = MOMENT["freeze"]
    assert run(["draw", "freeze", SLUG, "--as", "principal"]) == 0
    assert "已冻结第 1 版名册" in capsys.readouterr().out
    assert run(["draw", "show", SLUG, "--as", "principal"]) == 0
    said = capsys.readouterr().out
    assert "现在：冻结名册" in said
    assert "下一步：请让各承诺方提交承诺" in said
    assert run(["draw", "list", "--as", "principal"]) == 0
    assert SLUG in capsys.readouterr().out
    assert run(["draw", "seal", SLUG, "--as", "principal"]) == 2
    assert "请到时再办" in capsys.readouterr().err


def test_a_trial_sets_the_hour_too(settings):
    settings.SHUANGJIAN_TODAY = "2026-11-13T20:45"
    assert clock.now() == datetime(2026, 11, 13, 20, 45, tzinfo=SHANGHAI)
    assert clock.today().isoformat() == "2026-11-13"
    settings.SHUANGJIAN_TODAY = "2026-11-13"
    assert clock.now().date().isoformat() == "2026-11-13"
