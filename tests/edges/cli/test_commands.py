"""The command line: help with an example, JSON, dry runs, who acts, and three exit codes."""

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import click
import openpyxl
import pytest

from shuangjian.areas.homework.models import PlannedHomework
from shuangjian.edges.cli.command import main, run
from shuangjian.edges.config import embedded
from shuangjian.foundation.accounts.models import User
from shuangjian.foundation.audit.models import AuditEntry
from shuangjian.foundation.findings.models import Finding, FindingEvent
from shuangjian.foundation.policy.services import load_policies, policy_roots
from shuangjian.foundation.registry.models import Region, SettingValue
from tests.scene import build_scene

TODAY = date(2026, 11, 20)
WRITERS = {
    "import plan",
    "lake export",
    "inspect",
    "findings assign",
    "findings rectify",
    "findings verify",
    "findings clear",
    "report",
    "setting choose",
    "account open",
    "setup",
    "draw init",
    "draw enter",
    "draw receipts",
    "draw freeze",
    "draw commit",
    "draw reveal",
    "draw seal",
    "draw run",
    "draw publish",
    "draw abort",
    "ledger seal",
    "ledger publish",
}


def leaves(command: click.Command, path: str = "") -> dict[str, click.Command]:
    if isinstance(command, click.Group):
        found = {}
        for name, each in command.commands.items():
            found |= leaves(each, f"{path} {name}".strip())
        return found
    return {path: command}


COMMANDS = leaves(main)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_an_example_and_json(name):
    command = COMMANDS[name]
    assert command.help
    assert (command.epilog or "").startswith("例：")
    options = {option for each in command.params for option in each.opts}
    assert "--json" in options
    assert ("--dry-run" in options) is (name in WRITERS)


def test_the_issues_commands_are_there():
    wanted = {
        "policy show",
        "policy check",
        "import plan",
        "lake export",
        "inspect",
        "report",
        "serve",
        "doctor",
    }
    assert wanted <= set(COMMANDS)


@pytest.fixture
def scene(db, settings, tmp_path):
    settings.SHUANGJIAN_TODAY = TODAY.isoformat()
    settings.SHUANGJIAN_DATA = tmp_path
    Region.objects.create(code="000000", name="全国", level="nation", path="000000")
    Region.objects.create(
        code="990100", name="示范市", level="city", path="000000.990000.990100", city_code="990100"
    )
    return build_scene()


@pytest.fixture
def policies(scene, monkeypatch):
    """The shipped policies without the regions that this small tree lacks: the scene's rows stand."""
    monkeypatch.setattr("shuangjian.edges.cli.commands.inspection.load_policies", lambda _: None)
    monkeypatch.setattr("shuangjian.edges.cli.commands.report.load_policies", lambda _: None)
    monkeypatch.setattr("shuangjian.edges.cli.commands.policy.load_policies", lambda _: None)
    assert load_policies
    assert policy_roots


@pytest.fixture
def workbook(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "五年级（1）班"
    sheet.append(["五年级（1）班课后书面作业布置计划表（2026年11月9日—11月13日）"])
    sheet.append(("日期", "学科", "作业内容", "作业类型", "预计时长"))
    sheet.append((date(2026, 11, 9), "语文", "作文", "书面", 50))
    sheet.append((date(2026, 11, 9), "数学", "卷子", "书面", 30))
    content = io.BytesIO()
    book.save(content)
    path = tmp_path / "计划表.xlsx"
    path.write_bytes(content.getvalue())
    return str(path)


def answer(capsys, *arguments: str) -> tuple[int, dict]:
    code = run([*arguments, "--json"])
    lines = capsys.readouterr().out.strip().splitlines()
    return code, json.loads(lines[-1]) if lines else {}


def test_from_a_workbook_to_two_findings(scene, policies, workbook, capsys):
    code, said = answer(
        capsys, "import", "plan", workbook, "--school", scene.school.code, "--dry-run"
    )
    assert (code, said["done"], said["tally"]["added"]) == (0, False, 2)
    assert PlannedHomework.objects.count() == 0
    code, said = answer(capsys, "import", "plan", workbook, "--school", scene.school.code)
    assert (code, said["done"], said["tally"]["over_limit_days"]) == (0, True, 1)
    opened = set(Finding.objects.values_list("rule", flat=True))
    assert opened == {"homework.total_over_limit", "homework.override_without_reason"}
    window = ("--from", "2026-11-01", "--to", "2026-11-15", "--region", "990101")
    code, said = answer(capsys, "inspect", *window)
    assert (code, said) == (0, {"opened": 0, "ceased": 0, "reopened": 0, "corrected": 0, "kept": 2})
    code, said = answer(capsys, "findings", "list", "--as", "officer")
    assert (code, said["count"]) == (0, 2)


def test_a_findings_life_and_who_may_not(scene, policies, workbook, capsys):
    answer(capsys, "import", "plan", workbook, "--school", scene.school.code)
    number = str(Finding.objects.get(rule="homework.total_over_limit").pseudonym)
    due = ("--due", "2026-11-30")
    code, said = answer(capsys, "findings", "assign", number, *due, "--as", "officer", "--dry-run")
    assert (code, said["dry_run"]) == (0, True)
    assert not FindingEvent.objects.filter(kind="assigned").exists()
    assert answer(capsys, "findings", "assign", number, *due, "--as", "officer")[0] == 0
    words = ("--note", "已协调各科总量", "--evidence", "次日公示表")
    # the operator may neither rectify nor verify nor clear
    assert answer(capsys, "findings", "rectify", number, *words)[0] == 2
    assert answer(capsys, "findings", "rectify", number, *words, "--as", "principal")[0] == 0
    passed = ("--passed", "--note", "抽看了公示表")
    assert answer(capsys, "findings", "verify", number, *passed)[0] == 2
    assert answer(capsys, "findings", "verify", number, *passed, "--as", "principal")[0] == 2
    assert answer(capsys, "findings", "verify", number, *passed, "--as", "inspector")[0] == 0
    assert answer(capsys, "findings", "clear", number, "--evidence", "复核记录")[0] == 2
    assert (
        answer(capsys, "findings", "clear", number, "--evidence", "复核记录", "--as", "officer")[0]
        == 0
    )
    code, said = answer(capsys, "findings", "show", number, "--as", "officer")
    assert said["status"] == "cleared"
    assert [event["kind"] for event in said["events"]][1:] == [
        "assigned",
        "rectified",
        "verified",
        "cleared",
    ]


def test_another_countys_finding_is_as_if_absent(scene, policies, workbook, capsys):
    answer(capsys, "import", "plan", workbook, "--school", scene.school.code)
    number = str(Finding.objects.first().pseudonym)
    foreign = answer(capsys, "findings", "show", number, "--as", "other_officer")
    absent = answer(
        capsys, "findings", "show", "00000000-0000-4000-8000-000000000000", "--as", "officer"
    )
    assert foreign == absent
    assert foreign[0] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("findings", "list", "--as", "nobody"), "没有叫“nobody”的在用账号"),
        (("import", "plan", __file__, "--school", "2199000001"), "xlsx"),
        (("import", "plan", __file__, "--school", "0000000000"), "没有标识码为"),
        (("inspect", "--as", "principal"), "只有教育局双减专班或系统操作员"),
        (("inspect", "--rule", "homework.nothing", "--from", "2026-11-01"), "homework.nothing"),
        (
            (
                "setting",
                "choose",
                "homework.publish_by",
                "--value",
                "1020",
                "--from",
                "2026-11-01",
                "--reason",
                "理由",
                "--region",
                "990101",
            ),
            "最早从明天起",
        ),
        (
            ("account", "open", "li", "--name", "李", "--role", "officer", "--password", "x" * 14),
            "--region",
        ),
    ],
)
def test_refusals_say_why_and_exit_with_two(scene, policies, capsys, arguments, words):
    assert run(list(arguments)) == 2
    assert words in capsys.readouterr().err


def test_wrong_words_are_refused_too(capsys):
    assert run(["inspect", "--engine", "oracle"]) == 2
    assert run(["inspect", "--from", "昨天"]) == 2
    assert "应写成 2026-11-15 的样子" in capsys.readouterr().err


def test_a_bug_exits_with_one(scene, policies, capsys, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("bug")

    monkeypatch.setattr("shuangjian.edges.cli.commands.findings.list_findings", broken)
    assert run(["findings", "list"]) == 1
    assert "RuntimeError: bug" in capsys.readouterr().err


def test_accounts_and_settings_are_written_once_asked_for_real(scene, capsys):
    account = (
        "account",
        "open",
        "zhang",
        "--name",
        "张三",
        "--role",
        "officer",
        "--region",
        "990101",
        "--password",
        "三个月亮-2026-江边",
    )
    assert answer(capsys, *account, "--dry-run")[0] == 0
    assert not User.objects.filter(username="zhang").exists()
    assert answer(capsys, *account)[0] == 0
    assert User.objects.get(username="zhang").check_password("三个月亮-2026-江边")
    choice = (
        "setting",
        "choose",
        "homework.publish_by",
        "--value",
        "1020",
        "--from",
        "2026-12-01",
        "--reason",
        "放学提前",
        "--region",
        "990101",
        "--as",
        "officer",
    )
    assert answer(capsys, *choice, "--dry-run")[0] == 0
    assert not SettingValue.objects.exists()
    assert answer(capsys, *choice)[0] == 0
    assert SettingValue.objects.get().owner == "officer"
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "account.open",
        "setting.choose",
    ]
    assert run([*choice[:-1], "principal"]) == 2
    _, said = answer(capsys, "setting", "list", "--region", "990101")
    row = next(each for each in said if each["key"] == "homework.publish_by")
    assert (row["value"], row["history"][0]["reason"]) == (1080, "放学提前")  # not yet December


def test_doctor_says_what_is_wrong_and_how_to_mend_it(scene, capsys):
    code, said = answer(capsys, "doctor")
    assert (code, said["is_well"]) == (2, False)
    checks = {each["title"]: each for each in said["checks"]}
    assert checks["PostgreSQL"]["is_well"]
    assert not checks["工作日历"]["is_well"]
    assert checks["工作日历"]["mend"]


def test_whoever_starts_the_trials_server_stops_it():
    """The real command, on a data folder of its own; nothing is left running behind it."""
    parent = Path(tempfile.mkdtemp(prefix="trial-"))
    environment = {**os.environ, "SHUANGJIAN_MODE": "demo", "SHUANGJIAN_DATA": str(parent)}
    environment.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "shuangjian.edges.cli", "doctor", "--json"]
    try:
        said = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert said.returncode == 2  # an empty database: doctor says what to do
        assert "PostgreSQL" in said.stdout
        cluster = embedded.read_cluster(parent / "postgres")
        assert cluster is not None
        assert not embedded.is_running(cluster)
    finally:
        embedded.stop(parent / "postgres")
        shutil.rmtree(parent)
