"""Wishes by school number in, wishes by ticket out; and a whole draw with places at courses."""

import csv
import hashlib
import json
import random
from pathlib import Path

import pytest

from shuangjian.engines.allocation import run as run_module
from shuangjian.engines.draw.verification import verify_draw
from shuangjian.engines.market.fault import MarketRefusedError
from shuangjian.engines.market.folder import read_market
from shuangjian.foundation.draws.entries import Application
from shuangjian.foundation.draws.errors import NotVerifiedError, WrongMarketError
from shuangjian.foundation.draws.folder import kept_files, published_files, write_folder
from shuangjian.foundation.draws.pseudonymous import pseudonymous_files
from shuangjian.foundation.draws.roster import Lot

from .act import Life
from .test_life_of_a_draw import strangers_check

EXAMPLE = Path(__file__).resolve().parents[3] / "docs" / "examples" / "after-school"
PUPILS = [line.split(",")[0] for line in (EXAMPLE / "pupils.csv").read_text().split()[1:]]


def ticket(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()[:32]


def lots(references=PUPILS, *, group: str = "") -> list[Lot]:
    made = [Lot((each,), (ticket(place),), group) for place, each in enumerate(references)]
    return sorted(made, key=lambda lot: lot.tickets)


def write_market(folder: Path, **tables: str) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in tables.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def small(tmp_path):
    """Everything that a market can say, with a name and a spelling that must not get out."""
    return write_market(
        tmp_path / "small",
        pupils="姓名,pupil,grade,group\n张三,甲,3,随迁\n李四,乙,,\n王五,丙,5,\n",
        courses=(
            "course,slots,seats,least,grades,round,close_order,reserved\n"
            '"棋,一",mon,2,1,3-4,2,7,随迁:1\n合唱,mon,3,,,2,,\n机器人,mon+wed,1,0,5,1,0,\n'
        ),
        choices=(
            'pupil,slot,rank,course\n甲,mon,1,"棋,一"\n甲,mon,2,合唱\n乙,mon,1,合唱\n丙,mon+wed,1,机器人\n'
        ),
        tiers='pupil,course,tier\n甲,"棋,一",2\n乙,"棋,一",3\n丙,机器人,1\n',
    )


def renamed(market, name_by_pseudonym):
    """A market as comparable plain data, its pupils by their references again."""
    name = [name_by_pseudonym.get(each, each) for each in market.pupils.to_pylist()]
    courses = market.courses
    ids = courses.ids.to_pylist()
    applications = market.applications
    wishes = set()
    for place in range(len(applications.pupil)):
        for wish in range(applications.start[place], applications.start[place + 1]):
            wishes.add(
                (
                    name[applications.pupil[place]],
                    market.slots[applications.slot[place]],
                    int(applications.rank[wish]),
                    ids[applications.course[wish]],
                    int(applications.tier[wish]),
                )
            )
    return {
        "pupils": dict(zip(name, market.grade.tolist(), strict=True)),
        "courses": {
            course: (
                market.slots[courses.slot[place]],
                *(
                    int(getattr(courses, column)[place])
                    for column in ("seats", "least", "close_order", "round", "grades")
                ),
                dict(zip(market.groups, courses.reserved[place].tolist(), strict=False)),
            )
            for place, course in enumerate(ids)
        },
        "wishes": wishes,
    }


def test_what_is_published_says_the_same_of_the_same_children(small, tmp_path):
    groups = {"甲": "随迁", "乙": "", "丙": ""}
    made = sorted(
        (Lot((each,), (ticket(place),), groups[each]) for place, each in enumerate(groups)),
        key=lambda lot: lot.tickets,
    )
    files = pseudonymous_files(small, lots=made)
    assert set(files) == {f"{n}.csv" for n in ("pupils", "courses", "choices", "tiers", "tickets")}
    everything = b"".join(files.values()).decode()
    assert not [word for word in ("甲", "乙", "丙", "张三", "姓名") if word in everything]
    out = tmp_path / "out"
    out.mkdir()
    for name, data in files.items():
        (out / name).write_bytes(data)
    back = {lot.pseudonyms[0]: lot.members[0] for lot in made}
    before, after = read_market(small), read_market(out)
    assert renamed(after, back) == renamed(before, {})
    group = dict(zip(after.pupils.to_pylist(), after.group.tolist(), strict=True))
    assert {back[name]: after.groups[at] for name, at in group.items() if at >= 0} == {"甲": "随迁"}


def test_the_order_of_rows_and_the_encoding_do_not_show(tmp_path):
    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    for path in EXAMPLE.glob("*.csv"):
        header, *rows = path.read_text(encoding="utf-8").splitlines()
        random.Random(7).shuffle(rows)
        text = "\r\n".join([header, *rows]) + "\r\n"
        (shuffled / path.name).write_bytes(text.encode("gb18030"))
    assert pseudonymous_files(shuffled, lots=lots()) == pseudonymous_files(EXAMPLE, lots=lots())


def test_twins_and_carried_over_tickets_are_written_out(tmp_path):
    folder = write_market(
        tmp_path / "in",
        pupils="pupil\na\nb\nc\n",
        courses="course,slots,seats\nx,mon,2\n",
        choices="pupil,slot,rank,course\na,mon,1,x\nb,mon,1,x\nc,mon,1,x\n",
    )
    first, second, third = sorted(map(ticket, range(3)))
    files = pseudonymous_files(
        folder, lots=[Lot(("a", "b"), (first,), ""), Lot(("c",), (second, third), "")]
    )
    rows = list(csv.reader(files["tickets.csv"].decode().splitlines()))
    assert rows == [
        ["pupil", "ticket", "bundle"],
        [f"{first}-1", first, first],
        [f"{first}-2", first, first],
        [second, second, ""],
        [second, third, ""],
    ]
    assert files["pupils.csv"].decode().split() == [
        "pupil,grade,group",
        f"{first}-1,,",
        f"{first}-2,,",
        f"{second},,",
    ]


@pytest.mark.parametrize(
    ("made", "fault", "concerned"),
    [
        (lambda: lots(PUPILS[1:]), "absent", (PUPILS[0],)),
        (lambda: lots([*PUPILS, "Z9"]), "left_out", ("Z9",)),
    ],
)
def test_who_is_in_the_folder_is_who_was_entered(made, fault, concerned):
    with pytest.raises(WrongMarketError) as refused:
        pseudonymous_files(EXAMPLE, lots=made())
    assert (refused.value.fault, refused.value.references) == (fault, concerned)
    assert concerned[0] in str(refused.value)


def test_a_group_is_said_once_or_twice_alike(small):
    with pytest.raises(WrongMarketError, match="类别与报名时不同"):
        pseudonymous_files(small, lots=lots(["甲", "乙", "丙"], group="本地"))


def test_tickets_come_from_the_platform_alone(small):
    (small / "tickets.csv").write_text("pupil,ticket\n甲,好签\n")
    with pytest.raises(WrongMarketError, match=r"tickets\.csv"):
        pseudonymous_files(small, lots=lots(["甲", "乙", "丙"]))


@pytest.mark.django_db
@pytest.mark.parametrize("mechanism", ["lottery", "fullest", "rank-optimal"])
def test_a_whole_draw_with_places_at_courses(scene, tmp_path, mechanism):
    life = Life(scene).announce(mechanism=mechanism)
    twins = {PUPILS[0], PUPILS[1]}
    life.enter(
        *[
            Application(
                each,
                bundle="双胞胎" if each in twins else "",
                tickets=3 if each == PUPILS[2] else 1,
            )
            for each in PUPILS
        ]
    )
    life.until("published", market=EXAMPLE)
    files = published_files(life.draw)
    assert {"result/placements.csv", "result/outcomes.csv", "result/summary.json"} <= set(files)
    summary = json.loads(files["result/summary.json"])
    assert (summary["mechanism"], summary["seconds"]) == (mechanism, 0)
    assert summary["seed"] == json.loads(files["transcript.json"])["seed"]
    assert life.run() is False  # the same to the byte, in another process or year
    folder = tmp_path / "公示"
    write_folder(files, folder)
    assert strangers_check(folder).returncode == 0
    assert verify_draw(folder).violations == ()
    assert not [each for each in PUPILS if each.encode() in b"".join(files.values())]


@pytest.mark.django_db
def test_a_folder_is_wanted_where_places_follow_and_only_there(scene):
    life = Life(scene).announce(mechanism="lottery")
    life.enter(*PUPILS)
    with pytest.raises(WrongMarketError, match="需要志愿文件夹"):
        life.freeze()
    order = Life(scene, slug="order").announce()
    order.enter(*PUPILS)
    with pytest.raises(WrongMarketError, match="不需要志愿文件"):
        order.freeze(market=EXAMPLE)


@pytest.mark.django_db
def test_a_folder_with_a_fault_names_the_line_of_the_schools_own_file(scene, tmp_path):
    life = Life(scene).announce(mechanism="lottery")
    life.enter("a")
    folder = write_market(
        tmp_path / "in",
        pupils="pupil\na\n",
        courses="course,slots,seats\nx,mon,两个\n",
        choices="pupil,slot,rank,course\na,mon,1,x\n",
    )
    with pytest.raises(MarketRefusedError, match=r"courses\.csv 第 2 行"):
        life.freeze(market=folder)
    assert set(kept_files(life.draw)) == {"draw.json", "rules.txt", "verify.py"}


@pytest.mark.django_db
def test_places_that_the_checker_refutes_are_not_published(scene, monkeypatch):
    """A fault of the solver, one place given away wrongly, is stopped before it is public."""

    def generous(*args, **kwargs):
        allocation = true_allocate(*args, **kwargs)
        allocation.placed[:] = -1
        return allocation

    true_allocate = run_module.allocate
    life = Life(scene).announce(mechanism="lottery")
    life.enter(*PUPILS)
    life.until("sealed", market=EXAMPLE)
    monkeypatch.setattr(run_module, "allocate", generous)
    life.run()
    with pytest.raises(NotVerifiedError, match="公布前的核对没有通过"):
        life.publish()
    assert "result/placements.csv" not in published_files(life.draw)
