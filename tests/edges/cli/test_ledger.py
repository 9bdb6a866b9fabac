"""``ledger …``: proves, shows, exports, seals and publishes; and verifies without a database."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from shuangjian.edges.cli.command import main, run
from shuangjian.edges.config import env
from shuangjian.engines.posting.order import Leg, Order
from shuangjian.engines.posting.published_head import PublishedHead, read_heads
from shuangjian.foundation.ledger.models import Block, Transfer
from shuangjian.foundation.ledger.publication import heads_file
from shuangjian.foundation.ledger.queries import chain_head, tail
from shuangjian.foundation.ledger.sealing import seal
from shuangjian.foundation.ledger.services import open_book, post_batch
from tests.foundation.ledger_reading.scene import BANK, BOOK, FAMILY, PAID, day, fill_scene, pay

SOURCES = Path(env.ROOT) / "src"
TODAY = "2026-11-20"


@pytest.fixture
def trial(settings, tmp_path):
    settings.SHUANGJIAN_TODAY = TODAY
    settings.SHUANGJIAN_DATA = tmp_path / "data"
    return tmp_path


@pytest.fixture
def book(db, trial):
    fill_scene()
    return trial


def answer(capsys, *arguments):
    code = run(["ledger", *map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


def told(capsys, *arguments):
    code = run(["ledger", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_transfer_is_told_with_its_kin_and_its_block(book, capsys):
    code, said = answer(capsys, "show", "lesson-1")
    assert (code, said["transfer"]["step"]) == (0, "held")
    assert [each["key"] for each in said["successors"]] == ["lesson-1/done"]
    assert said["sealed_in"] is None
    seal()
    code, out, _ = told(capsys, "show", "refund-1")
    assert code == 0
    for words in (
        "幂等键：refund-1",
        "事由：退还学费（tuition/refund）",
        f"借 {FAMILY}，贷 bank，600.00 元",
        "指向它的转账：refund-1/right/reversal",
        f"封存于第 1 块（{chain_head().sealed_at.astimezone():%Y-%m-%d}",
    ):
        assert words in out
    _, out, _ = told(capsys, "show", "lesson-3", "--book", BOOK)
    assert "还没有了结" in out


def test_an_account_is_told_now_and_then(book, capsys):
    code, said = answer(capsys, "show", "--account", FAMILY)
    assert code == 0
    assert said == {
        "book": BOOK,
        "account": FAMILY,
        "balance_fen": 155_000,
        "held_out_fen": 5_000,
        "held_in_fen": 0,
        "version": 10,
        "available_fen": 150_000,
    }
    _, said = answer(capsys, "show", "--account", FAMILY, "--on", "2026-03-05")
    assert said["balance_on_fen"] == 205_000
    paid = Transfer.objects.get(key="pay-1").recorded_at
    _, said = answer(capsys, "show", "--account", FAMILY, "--at", paid.isoformat())
    assert (said["balance_at_fen"], said["is_provisional"]) == (200_000, True)
    _, out, _ = told(
        capsys, "show", "--account", FAMILY, "--on", "2026-03-02", "--at", "2020-01-01"
    )
    assert "截至业务日 2026-03-02 的余额（按现在所知）：2,000.00 元" in out
    assert "2020-01-01 00:00:00 时的余额：0.00 元" in out
    assert "可用：1,500.00 元" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show",), "两者只写一个"),
        (("show", "pay-1", "--account", FAMILY), "两者只写一个"),
        (("show", "pay-1", "--on", "2026-03-02"), "只用于账户"),
        (("show", "pay-9"), "没有幂等键是 pay-9 的转账"),
        (("show", "--account", "nobody"), "没有账户 nobody"),
        (("show", "pay-1", "--book", "other"), "没有账簿 other"),
        (("show", "--account", FAMILY, "--at", "昨天"), "应写成 2026-11-15T20:30 的样子"),
        (("export", __file__), "已经存在，不覆盖"),
        (("export", "/nowhere.txt"), "没有第 1 块"),
        (("check", "--head", "/nowhere.jsonl"), "读不到链头文件"),
        (("check", "--head", __file__), "第 1 行不是一条链头记录"),
        (("seal", "--every", "0"), "应在 1～3600 之间"),
    ],
)
def test_refusals_say_why_and_exit_with_two(book, capsys, arguments, words):
    code, _, err = told(capsys, *arguments)
    assert code == 2
    assert words in err


def test_with_two_books_one_must_be_named(book, capsys):
    open_book(code="second", title="另一个")
    code, _, err = told(capsys, "show", "pay-1")
    assert code == 2
    assert "现有：prepaid、second" in err
    assert told(capsys, "show", "pay-1", "--book", BOOK)[0] == 0


def test_sealing_once_and_only_for_a_look(book, capsys):
    assert answer(capsys, "seal", "--dry-run") == (0, {"blocks": [1], "dry_run": True})
    assert not Block.objects.exists()
    assert answer(capsys, "seal") == (0, {"blocks": [1], "dry_run": False})
    assert tail().transfers == 0
    assert told(capsys, "seal") == (0, "没有要封存的转账。\n", "")


def test_publishing_once_a_day(book, capsys):
    file = heads_file(book / "data")
    code, said = answer(capsys, "publish", "--dry-run")
    assert (code, said["written"], said["head"]["block"]) == (0, False, 1)
    assert not file.exists()
    assert not Block.objects.exists()
    code, said = answer(capsys, "publish")
    assert (code, said["written"]) == (0, True)
    (head,) = read_heads(file.read_bytes().splitlines(keepends=True))
    assert head.head == chain_head().head == said["head"]["head"]
    assert head.published_at.astimezone().date().isoformat() == TODAY
    _, out, _ = told(capsys, "publish")
    assert out.startswith("今天已经公布过：{")
    assert len(file.read_bytes().splitlines()) == 1


def test_nothing_to_publish_is_said(db, trial, capsys):
    assert answer(capsys, "publish")[1]["head"] is None
    assert "没有链头可以公布" in told(capsys, "publish")[1]


def test_a_head_that_is_gone_is_refused(book, capsys):
    assert told(capsys, "publish")[0] == 0
    file = heads_file(book / "data")
    file.write_text(re.sub('"block":1', '"block":7', file.read_text()))
    code, _, err = told(capsys, "publish")
    assert code == 2
    assert "没有这一块" in err


def offline(*arguments, **more):
    command = [sys.executable, "-m", "shuangjian.edges.cli", "ledger", *map(str, arguments)]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCES),
        "SHUANGJIAN_DATA": "/nowhere",
    }
    return subprocess.run(
        command, env=environment | more, capture_output=True, text=True, check=False
    )  # fmt: skip


@pytest.fixture
def exported(book, capsys):
    """Two blocks, exported, and their heads."""
    assert told(capsys, "publish")[0] == 0
    pay("pay-3", 100, on=day(20))
    seal()
    code, said = answer(capsys, "export", book / "ledger.txt")
    assert (code, said["blocks"], said["transfers"], said["differing"]) == (0, 2, 11, [])
    return book


def test_an_export_is_verified_without_database_and_django(exported):
    heads = heads_file(exported / "data")
    said = offline("verify", exported / "ledger.txt", "--head", heads, "--json")
    assert said.returncode == 0, said.stderr
    report = json.loads(said.stdout)
    assert report["ok"]
    assert (report["transfers"], report["heads_checked"]) == (11, 1)
    assert report["head"] == chain_head().head
    words = offline("verify", exported / "ledger.txt")
    assert (
        "账簿 prepaid：3 个账户，11 笔转账，借方合计 160100 分，贷方合计 160100 分" in words.stdout
    )
    assert words.stdout.endswith("全部相符。\n")
    trace = offline("verify", exported / "ledger.txt", PYTHONPROFILEIMPORTTIME="1").stderr
    assert "shuangjian.engines.posting" in trace  # control: imports are listed
    assert "django" not in trace
    assert "psycopg" not in trace


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b":200000:0", b":200001:0", "链在此断开"),
        (b"slip-0001", b"slip-0002", "链在此断开"),
        (b"\tpay-3\t", b"\tpay-1\t", "幂等键与第"),
    ],
)
def test_a_changed_export_is_found(exported, old, new, words):
    file = exported / "ledger.txt"
    content = file.read_bytes()
    assert content.count(old) == 1
    file.write_bytes(content.replace(old, new))
    said = offline("verify", file)
    assert said.returncode == 3
    assert words in said.stderr
    report = json.loads(offline("verify", file, "--json").stdout)
    assert not report["ok"]
    assert report["faults"]


def test_a_change_of_the_last_block_is_found_by_the_published_head_alone(exported):
    file, heads = exported / "ledger.txt", exported / "kept elsewhere.jsonl"
    head = chain_head()
    published = PublishedHead(
        block=head.block,
        head=head.head,
        transfers=head.transfers,
        sealed_at=head.sealed_at,
        published_at=head.sealed_at,
    )
    heads.write_text(published.line())
    assert offline("verify", file, "--head", heads).returncode == 0
    file.write_bytes(file.read_bytes().replace(b":100:0", b":101:0"))
    assert offline("verify", file).returncode == 0  # control: by itself the file is in order
    said = offline("verify", file, "--head", heads)
    assert said.returncode == 3
    assert "公布以后有改动" in said.stderr


def test_what_is_not_there_is_told_without_a_database_too(tmp_path):
    said = offline("verify", tmp_path / "absent.txt")
    assert said.returncode == 2
    assert "读不到导出文件" in said.stderr
    assert offline("verify").returncode == 2


def test_the_other_commands_do_want_a_database(tmp_path):
    """Control: without one they do not get as far."""
    address = "postgresql://app@127.0.0.1:1/none"
    said = offline("show", "x", DATABASE_URL=address, SHUANGJIAN_MODE="test")
    assert said.returncode != 0
    assert "127.0.0.1" in said.stderr


def test_a_check_that_could_not_be_made_is_no_violation():
    address = "postgresql://app@127.0.0.1:1/none"
    said = offline("check", DATABASE_URL=address, SHUANGJIAN_MODE="test")
    assert said.returncode == 2
    assert "没有核对成" in said.stderr
    assert "Traceback" not in said.stderr


def service(folder, *arguments):
    """The real command on the test's database."""
    entry = connection.settings_dict
    host = entry["HOST"]
    address = f"postgresql://{entry['USER']}:{entry['PASSWORD']}@/{entry['NAME']}?host={host}"
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(SOURCES),
        "SHUANGJIAN_MODE": "test",
        "SHUANGJIAN_DATA": str(folder),
        "SHUANGJIAN_TODAY": TODAY,
        "DATABASE_URL": address,
    }
    command = [sys.executable, "-m", "shuangjian.edges.cli", "ledger", *arguments]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def a_fen(number):
    legs = (Leg(BANK, FAMILY, 1),)
    return Order(key=f"fen-{number}", **PAID, booked_on=day(20), legs=legs)


def wait_for(holds):
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_service_seals_publishes_and_stops_in_order(trial, stop):
    fill_scene()
    folder = trial / "data"
    with service(folder, "seal", "--every", "1") as process:
        try:
            wait_for(lambda: heads_file(folder).exists() and tail().transfers == 0)
            pay("pay-3", 100, on=day(20))
            wait_for(lambda: tail().transfers == 0)
            process.send_signal(stop)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, err) == (0, "")
    assert "已封存第 1 块。" in out
    assert "已封存第 2 块。" in out
    assert out.count("已公布：") == 1
    assert len(heads_file(folder).read_bytes().splitlines()) == 1


@pytest.mark.django_db(transaction=True)
def test_the_service_outlives_a_lost_connection(trial):
    fill_scene()
    folder = trial / "data"
    with service(folder, "seal", "--every", "1") as process:
        try:
            wait_for(lambda: heads_file(folder).exists() and tail().transfers == 0)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
                assert cursor.fetchone()[0] == 1  # control: its connection is gone
            pay("pay-3", 100, on=day(20))
            wait_for(lambda: tail().transfers == 0)
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "数据库没有回应，稍后再试" in err


@pytest.mark.django_db(transaction=True)
def test_a_full_block_is_sealed_before_its_time(trial):
    fill_scene()
    with service(trial / "data", "seal", "--every", "3600") as process:
        try:
            wait_for(lambda: tail().transfers == 0)
            post_batch(book=BOOK, orders=[a_fen(number) for number in range(999)])
            time.sleep(3)
            assert tail().transfers == 999  # control: what does not fill a block waits
            pay("pay-3", 100, on=day(20))
            wait_for(lambda: tail().transfers == 0)
        finally:
            process.kill()


@pytest.mark.django_db(transaction=True)
def test_a_head_that_cannot_be_written_does_not_stop_the_sealing(trial):
    fill_scene()
    folder = trial / "data"
    folder.mkdir()
    (folder / "published").write_text("a file where a folder should be")
    with service(folder, "seal", "--every", "1") as process:
        try:
            wait_for(lambda: tail().transfers == 0)
            pay("pay-3", 100, on=day(20))
            wait_for(lambda: tail().transfers == 0)
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "链头没有公布" in err
    assert "Traceback" not in err


@pytest.mark.django_db(transaction=True)
def test_a_function_that_is_gone_ends_the_sealing_with_a_reason(trial):
    fill_scene()
    with connection.cursor() as cursor:
        cursor.execute("ALTER FUNCTION ledger_seal() RENAME TO ledger_seal_away")
    try:
        with service(trial / "data", "seal", "--every", "1") as process:
            _, err = process.communicate(timeout=60)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER FUNCTION ledger_seal_away() RENAME TO ledger_seal")
    assert process.returncode == 2
    assert "没有封存：数据库不接受" in err
    assert "没有回应" not in err


@pytest.fixture
def guards(transactional_db):
    """The guards against TRUNCATE, which the test run stands down for its own sake."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgtype & 32 <> 0 AND tgrelid::regclass::text ~ '^ledger'"
        )
        found = cursor.fetchall()
        for table, trigger in found:
            cursor.execute(f'ALTER TABLE {table} ENABLE TRIGGER "{trigger}"')
    yield
    with connection.cursor() as cursor:
        for table, trigger in found:
            cursor.execute(f'ALTER TABLE {table} DISABLE TRIGGER "{trigger}"')


def test_checking_live_data(guards, trial, capsys):
    fill_scene()
    assert told(capsys, "publish")[0] == 0
    pay("pay-3", 100, on=day(20))
    head = ("--head", heads_file(trial / "data"))
    code, said = answer(capsys, "check", *head)
    assert (code, said["ok"], said["violations"]) == (0, True, [])
    assert {"transfers", "accounts", "blocks", "unsealed", "head", "seconds"} <= set(said)
    assert (said["transfers"], said["accounts"], said["blocks"], said["unsealed"]) == (11, 3, 1, 1)
    assert said["head"] == chain_head().head
    assert "全部相符" in told(capsys, "check", *head)[1]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_transfer DISABLE TRIGGER USER")
        cursor.execute("UPDATE ledger_transfer SET reference = 'slip-0009' WHERE key = 'pay-1'")
        cursor.execute("ALTER TABLE ledger_transfer ENABLE TRIGGER USER")
    code, said = answer(capsys, "check", *head)
    assert (code, said["ok"]) == (3, False)
    code, _, err = told(capsys, "check")
    assert code == 3
    assert "不符：" in err
    assert "请立即停止记账" in err


def test_every_command_of_the_page_can_be_given():
    page = Path(env.ROOT) / "docs" / "operating" / "ledger.md"
    lines = re.findall(r"bin/shuangjian ledger ([^`\n]*)", page.read_text(encoding="utf-8"))
    given = set()
    for line in lines:
        name, *words = shlex.split(re.split(r"#|>|\|\|", line)[0])
        main.commands["ledger"].commands[name].make_context(name, words)
        given.add(name)
    assert given == set(main.commands["ledger"].commands)
