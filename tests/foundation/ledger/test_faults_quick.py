"""The quick half of the faults: all of ``bin/bench faults`` on its smallest scale.

The server is killed and starved of disk, its clock put back, its data restored; each fault with the
control that shows that it would be seen if the ledger did not stand it.
"""

import json
import os

import pytest

from benchmarks.faults.acknowledgement import Acknowledgements
from benchmarks.faults.fake_clock import find_library
from benchmarks.outcome import Count, Must, Outcome, read_outcome
from shuangjian.engines.posting.order import Receipt
from tests.test_benchmarks import bench

pytestmark = pytest.mark.xdist_group("faults")


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """All faults, once."""
    done = bench("faults", "--scale", "school", "--json")
    print(done.stdout, done.stderr)  # noqa: T201
    assert done.returncode == 0, done.stderr + done.stdout
    found = json.loads(done.stdout)
    assert found["ratios"] == []
    return {plain["key"]: read_outcome(plain) for plain in found["outcomes"]}


def test_nothing_acknowledged_is_lost_or_doubled_by_a_kill(tried):
    kill = tried["kill"]
    assert kill.is_met
    assert kill.runs == 4
    assert kill.value("acknowledged") >= 800
    assert kill.value("restarts")
    assert [kill.value(name) for name in ("lost", "doubled", "torn", "unbalanced", "chain")] == [
        0
    ] * 5


def test_control_what_is_lost_doubled_or_changed_is_seen(tried):
    assert tried["kill/control-durability"].value("lost")
    assert tried["kill/control-durability"].value("unbalanced") == 0
    assert tried["kill/control-keys"].value("doubled")
    assert tried["kill/control-fen"].value("unbalanced")
    assert tried["kill/control-fen"].value("chain")
    assert tried["disk/control"].value("lost")


def test_a_full_disk_refuses_clearly_and_loses_nothing(tried):
    disk = tried["disk"]
    assert disk.is_met
    assert disk.value("not_full") == 0
    assert disk.value("refused")
    assert [disk.value(name) for name in ("lost", "doubled", "torn", "unclear", "chain")] == [0] * 5


def test_a_clock_that_steps_back_changes_nothing_final(tried):
    clock = tried["clock"]
    assert clock.is_met
    assert clock.value("stepped_back")
    assert clock.value("naive_falling")
    assert clock.value("naive_changed")
    assert [clock.value(name) for name in ("falling", "changed", "as_of_wrong")] == [0] * 3


def test_the_year_ends_at_midnight_in_china(tried):
    assert tried["year-end"].is_met
    assert tried["year-end"].value("other_year_by_utc")


def test_restored_and_replayed_it_is_the_same_ledger(tried):
    moment, dump = tried["restore/moment"], tried["restore/dump"]
    assert moment.is_met
    assert dump.is_met
    assert moment.value("differences") == dump.value("differences") == 0
    assert moment.value("before_replay")
    assert dump.value("unsealed")


def test_every_race_has_its_figure_and_its_control(tried):
    races = ("sequences", "late-commit", "one-hold")
    assert all(tried[key].is_met for key in races)
    assert tried["sequences/control"].value("differences")
    assert tried["late-commit"].value("naive_totals")
    assert tried["one-hold/control"].value("differences")


def test_each_outcome_tells_its_server_and_seed(tried):
    assert {outcome.seed for outcome in tried.values()} == {20211121}
    assert all(outcome.server.startswith("PostgreSQL ") for outcome in tried.values())


def outcome(*counts):
    return Outcome("key", "标题", "PostgreSQL", seed=1, runs=1, seconds=0.5, counts=counts)


def test_an_outcome_is_met_only_if_every_number_is():
    lost, told = Count("lost", "丢失", 1, Must.NONE), Count("sent", "已发", 0)
    assert outcome(told, Count("lost", "丢失", 0, Must.NONE)).is_met
    assert not outcome(told, lost).is_met
    assert outcome(Count("lost", "丢失", 1, Must.SOME)).is_met
    assert not outcome(Count("lost", "丢失", 0, Must.SOME)).is_met


def test_an_outcome_comes_back_from_its_json():
    first = outcome(Count("lost", "丢失", 1, Must.NONE), Count("sent", "已发", 7))
    again = read_outcome(json.loads(json.dumps(first.plain())))
    assert (again.plain(), again.is_met) == (first.plain(), False)


def test_a_line_cut_off_by_a_kill_is_no_acknowledgement(tmp_path):
    from datetime import UTC, datetime

    log = Acknowledgements(tmp_path / "log")
    receipt = Receipt(7, "key", datetime(2026, 9, 1, tzinfo=UTC), is_repeat=False)
    log.add(0, [receipt])
    with log.path.open("ab") as file:
        file.write(b'{"place": 1, "transf')
    assert (log.count(), [said.place for said in log.read()]) == (1, [0])
    log.mend()
    log.add(1, [receipt])
    assert (log.count(), [said.place for said in log.read()]) == (2, [0, 1])


def test_the_library_of_the_false_clock_can_be_loaded():
    assert os.access(find_library(), os.R_OK)
