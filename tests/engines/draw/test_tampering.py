"""Test D-2: whatever is changed in a published folder is found, and by whom."""

from collections import Counter
from dataclasses import replace

import pytest

from shuangjian.engines.draw import recomputation
from shuangjian.engines.draw.admission import Applicant, admit, admitted_bytes
from shuangjian.engines.draw.beacon import DrandBeacon, PhysicalBeacon
from shuangjian.engines.draw.commit_document import NOT_REVEALED, CommitDocument
from shuangjian.engines.draw.rank import ranked, ranks_bytes
from shuangjian.engines.draw.roster import RosterRow
from shuangjian.engines.draw.seed import seed_of
from shuangjian.engines.draw.transcript import Transcript
from shuangjian.engines.draw.verification import verify_draw
from tests.engines.draw.scene import (
    ROUND,
    ROWS,
    TICKETS,
    Scene,
    allocation_scene,
    fallback_scene,
    interval_scene,
    moment,
    nonce,
    physical_scene,
    ticket,
    written,
)
from tests.engines.draw.stranger import accepts, printed
from tests.engines.draw.tampering import TRANSCRIPT, every_fault, told
from tests.engines.worked_table import worked_table

OTHER_ROUND = 123
OTHER_SIGNATURE = (
    "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482"
    "e26cd02df835d3546d23c4b13e0dfc92"
)


def physical_allocation() -> Scene:
    """An allocation without drand, so that no signature is checked a thousand times."""
    scene, physical = allocation_scene(), physical_scene()
    entropy, fallback = physical.announced.entropy, physical.announced.fallback
    announced = replace(scene.announced, entropy=entropy, fallback=fallback)
    return replace(scene, announced=announced, beacon=physical.beacon)


SCENES = {
    "order": physical_scene(),
    "allocation": physical_allocation(),
    "start-interval": interval_scene(),
}


def judged(files, text, folder):
    """What the 40 lines and our verifier say of a folder."""
    written(files, folder)
    return accepts(text, folder), verify_draw(folder).holds


def next_draw_refuses(files, previous, folder):
    """Whether the draw after it, which names the true transcript's hash, finds the fault."""
    written(files, folder / "before")
    scene = physical_scene(id="worked-2", previous=Scene().hash(previous[TRANSCRIPT]))
    written(scene.files(), folder / "after")
    report = verify_draw(folder / "after", previous=folder / "before")
    return [each.place for each in report.violations] == ["draw.json 的 previous"]


@pytest.mark.parametrize("name", SCENES)
def test_every_changed_field_and_row_is_found(name, tmp_path):
    """As it is left, and with the transcript's hashes brought up to date."""
    files = SCENES[name].files()
    text = files["verify.py"]
    tried, stranger, ours = Counter(), Counter(), Counter()
    missed = []
    for number, (path, what, changed) in enumerate(every_fault(files)):
        assert changed != files, (path, what)
        for way, present in (("as left", changed), ("told", told(changed))):
            if way == "told" and path == TRANSCRIPT:
                continue
            is_accepted, holds = judged(present, text, tmp_path / f"{number} {way}")
            tried[way] += 1
            stranger[way] += not is_accepted
            ours[way] += not holds
            if holds:
                missed.append((path, what, present))
            if is_accepted:
                # why: what the 40 lines leave to our verifier and the checker.
                known = ("beacon.json", "commitments.json", "interval.json", TRANSCRIPT, "result/")
                assert path.startswith(known), (path, what)
                assert path == TRANSCRIPT or way == "told", (path, what)
    for row in worked_table("draw.md", "tampered"):
        if row["draw"] == name:
            way = row["transcript"]
            figures = [int(row[each]) for each in ("tried", "the 40 lines", "our verifier")]
            assert [tried[way], stranger[way], ours[way]] == figures
    for number, (path, what, present) in enumerate(missed):
        if path.startswith("result/"):
            assert name == "allocation", "placements are the checker's"
        else:
            # why: an instant or office within what is allowed stands nowhere else; the next
            # draw's ``previous`` holds the transcript.
            assert what.startswith(".steps"), (path, what)
            assert next_draw_refuses(present, files, tmp_path / f"chain {number}")


def replaced(files, name, old, new):
    assert old in files[name], name
    return told(files | {name: files[name].replace(old, new, 1)})


def ranks_swapped(files):
    header, first, second, *rest = files["ranks.csv"].decode().split("\n")
    places = [line.split(",", 1) for line in (first, second)]
    lines = [header, f"1,{places[1][1]}", f"2,{places[0][1]}", *rest]
    return told(files | {"ranks.csv": "\n".join(lines).encode()})


def steps_changed(files, change):
    transcript = Transcript.from_bytes(files[TRANSCRIPT])
    return files | {TRANSCRIPT: replace(transcript, steps=change(transcript.steps)).to_bytes()}


def late(kind, text):
    at = moment(text)

    def change(steps):
        moved = [replace(each, at=at) if each.kind == kind else each for each in steps]
        return tuple(sorted(moved, key=lambda each: each.at))

    return change


class PartyDropped(Scene):
    """The keeper drops a party that did reveal, and makes everything again."""

    def files(self):
        files = super().files()
        again = replace(self, silent=(*self.silent, "公证处"))
        steps = Transcript.from_bytes(files[TRANSCRIPT]).steps
        return steps_changed(Scene.files(again), lambda _: steps)


def remade(files, commit, rows=ROWS):
    """Seed, ranks and seats made again after another commit document."""
    scene = Scene()
    data = commit.to_bytes()
    value = scene.beacon.value
    seed = seed_of(commit=data, nonces=commit.nonce_bytes(), value=value)
    order = ranked(seed, [row.ticket for row in rows])
    size = {row.ticket: row.size for row in rows}
    admissions = admit(
        [Applicant(each.ticket, size[each.ticket]) for each in order], seats=3, bundle="split"
    )
    transcript = replace(Transcript.from_bytes(files[TRANSCRIPT]), seed=seed.hex())
    return told(
        files
        | {
            "commit.json": data,
            "ranks.csv": ranks_bytes(order),
            "result/admitted.csv": admitted_bytes(admissions),
            TRANSCRIPT: transcript.to_bytes(),
        }
    )


def commit_changed(files, **changes):
    return remade(files, replace(CommitDocument.from_bytes(files["commit.json"]), **changes))


def other_nonce(files):
    commit = CommitDocument.from_bytes(files["commit.json"])
    nonces = dict(commit.nonces) | {"教育局": nonce("another").hex()}
    return remade(files, replace(commit, nonces=nonces))


def surplus_version(files):
    return told(files | {"v3/roster.csv": files["v2/roster.csv"]})


ALL_REMADE = replace(Scene(), rows=[*ROWS[:-1], RosterRow(ticket(6))])
FAULTS = {
    "a ticket is taken off the roster": lambda files: replaced(
        files, "v2/roster.csv", f"{TICKETS[4]},1,\n".encode(), b""
    ),
    "a ticket is added to the roster": lambda files: replaced(
        files, "v2/roster.csv", b"size,group\n", b"size,group\n" + b"0" * 32 + b",1,\n"
    ),
    "the roster of an earlier version is changed": lambda files: replaced(
        files, "v1/roster.csv", f"{TICKETS[0]},1".encode(), f"{TICKETS[0]},2".encode()
    ),
    "a wish is changed": lambda files: replaced(files, "v2/choices.csv", b"1,chess", b"2,chess"),
    "a course gets one seat more": lambda files: replaced(
        files, "v2/courses.csv", b"chess,mon,2", b"chess,mon,3"
    ),
    "a pupil gets a better tier": lambda files: replaced(
        files, "v2/tiers.csv", b"chess,2", b"chess,1"
    ),
    "the draw gets one seat more": lambda files: replaced(
        files, "draw.json", b'"seats":3', b'"seats":4'
    ),
    "the rules are changed": lambda files: replaced(files, "rules.txt", b"HMAC", b"hmac"),
    "the rules and their hash are changed": lambda files: replaced(
        replaced(files, "rules.txt", b"HMAC", b"hmac"),
        "draw.json",
        Scene().hash(files["rules.txt"]).encode(),
        Scene().hash(files["rules.txt"].replace(b"HMAC", b"hmac", 1)).encode(),
    ),
    "the verifier is changed": lambda files: replaced(files, "verify.py", b"sys.exit", b"print"),
    "the hash of the draw before is changed": lambda files: replaced(
        files, "draw.json", b'"previous":""', b'"previous":"' + b"0" * 64 + b'"'
    ),
    "the declared round is changed": lambda files: replaced(
        files, "draw.json", b'"round":1000', b'"round":1001'
    ),
    "the beacon's round is changed": lambda files: replaced(
        files, "beacon.json", b'"round":1000', b'"round":1001'
    ),
    "the beacon's value is changed": lambda files: replaced(
        files, "beacon.json", b'"value":"fe', b'"value":"ff'
    ),
    "another round's value, all made again": lambda _: Scene(
        beacon=replace(DrandBeacon.of(OTHER_ROUND, OTHER_SIGNATURE), round=ROUND)
    ).files(),
    "a physical value of the wrong form, all made again": lambda _: physical_scene("3141").files(),
    "another issue of the physical draw, all made again": lambda _: replace(
        physical_scene(), beacon=PhysicalBeacon("体彩排列五", "第 23227 期", "31415")
    ).files(),
    "the fallback before its hour, all made again": lambda _: steps_changed(
        fallback_scene().files(), late("run", "2023-08-24T09:00:00")
    ),
    "a nonce is changed": lambda files: replaced(
        files, "commit.json", nonce("教育局").hex().encode(), nonce("另一个").hex().encode()
    ),
    "a nonce is changed, all made again": other_nonce,
    "a commitment is changed": lambda files: replaced(
        files, "commitments.json", Scene().commitments()["教育局"].encode(), b"0" * 64
    ),
    "a silent party's commitment is changed": lambda files: replaced(
        files, "commitments.json", Scene().commitments()["家长代表"].encode(), b"0" * 64
    ),
    "the dropped party is left out, all made again": lambda files: commit_changed(
        files, dropped={}
    ),
    "a party that revealed is dropped, all made again": lambda _: PartyDropped().files(),
    "the same, and its reveal is struck from the steps": lambda _: replace(
        Scene(), silent=("家长代表", "公证处")
    ).files(),
    "a stranger is dropped besides, all made again": lambda files: commit_changed(
        files, dropped={"家长代表": NOT_REVEALED, "路人": NOT_REVEALED}
    ),
    "the sealing instant is changed, all made again": lambda files: commit_changed(
        files, at=moment("2023-08-23T18:00:01")
    ),
    "an earlier version is sealed, all made again": lambda files: commit_changed(
        files, version=1, freeze=Scene().hash(files["v1/freeze.json"])
    ),
    "two ranks are swapped": ranks_swapped,
    "a key is changed": lambda files: replaced(files, "ranks.csv", files["ranks.csv"][-2:], b"g\n"),
    "a waiting pupil is admitted": lambda files: replaced(
        files, "result/admitted.csv", b"waiting,2", b"admitted,0"
    ),
    "the places are of another mechanism": lambda files: replaced(
        files, "result/summary.json", b'"lottery"', b'"serial"'
    ),
    "a nonce is revealed too late": lambda files: steps_changed(
        files, late("reveal", "2023-08-23T18:00:00")
    ),
    "the roster is corrected after a reveal": lambda files: steps_changed(
        files, late("freeze", "2023-08-23T11:00:00")
    ),
    "it is sealed after the entropy": lambda files: steps_changed(
        files, late("seal", "2023-08-24T00:00:00")
    ),
    "it runs before the entropy": lambda files: steps_changed(
        files, late("run", "2023-08-23T23:00:00")
    ),
    "a version that was not sealed lies beside": surplus_version,
    "a result lies beside": lambda files: told(files | {"result2/admitted.csv": b"\n"}),
    "a second result under the same id, all made again": lambda _: ALL_REMADE.files(),
}


@pytest.mark.parametrize("row", worked_table("draw.md", "faults"), ids=lambda row: row["fault"])
def test_named_faults_are_found_by_whom_the_page_says(row, tmp_path):
    is_market = any(word in row["fault"] for word in ("wish", "course", "tier", "mechanism"))
    scene = allocation_scene() if is_market else Scene()
    files = scene.files()
    text = files["verify.py"]
    present = FAULTS[row["fault"]](files)
    assert present != files
    folder = written(present, tmp_path)
    honest = scene.hash(files["commit.json"])
    # why: whoever looks for himself reads the source that the folder says was used.
    value = fallback_scene().beacon.value if "fallback" in row["fault"] else scene.beacon.value
    found = {
        "yes": not accepts(text, folder),
        "with the beacon given": not accepts(text, folder, value),
        "by the notary's hash": honest not in (printed(text, folder) or ""),
    }
    assert row["the 40 lines"] == next((way for way, is_found in found.items() if is_found), "no")
    ours = {
        "yes": not verify_draw(folder).holds,
        "by the notary's hash": not verify_draw(folder, commit_hash=honest).holds,
    }
    assert row["our verifier"] == next((way for way, is_found in ours.items() if is_found), "no")


def test_the_page_names_every_fault():
    assert {row["fault"] for row in worked_table("draw.md", "faults")} == set(FAULTS)


def test_untouched_folders_pass_both():
    """The control of all the above; each scene is run whole elsewhere, too."""
    assert len({"".join(scene.files()) for scene in SCENES.values()}) == len(SCENES)


CHECKS = {
    "    check(hashed(name) == value, name)": (
        "result/admitted.csv",
        b"waiting",
        b"witting",
        False,
    ),
    "check(texts == [": ("rules.txt", b"HMAC", b"hmac", True),
    "    check(chain == [": ("v1/roster.csv", b",1,", b",3,", True),
    "check(before == commit": ("v2/freeze.json", "补录".encode(), "补登".encode(), True),
    '    check(made == promised["commitments"][party]': (
        "commitments.json",
        Scene().commitments()["教育局"].encode(),
        b"0" * 64,
        True,
    ),
    "check(right and sys.argv": ("beacon.json", b'"round":1000', b'"round":1001', True),
    'check([transcript["seed"]': ("ranks.csv", b"\n1,", b"\n9,", True),
}


@pytest.mark.parametrize("check", CHECKS)
def test_each_check_of_the_40_lines_can_fail(check, tmp_path):
    """A verifier without it lets through what the whole one refuses."""
    files = Scene().files()
    text = files["verify.py"].decode()
    (line,) = [each for each in text.splitlines() if each.startswith(check)]
    indent = line[: len(line) - len(line.lstrip())]
    broken = text.replace(line, f"{indent}pass")
    name, old, new, is_told = CHECKS[check]
    changed = files | {name: files[name].replace(old, new, 1)}
    folder = written(told(changed) if is_told else changed, tmp_path)
    assert not accepts(text.encode(), folder)
    assert accepts(broken.encode(), folder)


def test_every_check_of_the_40_lines_is_among_them():
    lines = Scene().files()["verify.py"].decode().splitlines()
    calls = [line for line in lines if line.lstrip().startswith("check(")]
    assert all(any(line.startswith(check) for check in CHECKS) for line in calls)
    assert len(calls) == len(CHECKS)


def test_our_verifier_without_its_beacon_check_lets_a_false_round_through(tmp_path, monkeypatch):
    name = "another round's value, all made again"
    folder = written(FAULTS[name](Scene().files()), tmp_path)
    assert [each.place for each in verify_draw(folder).violations] == ["beacon.json 的 signature"]
    monkeypatch.setattr(recomputation, "check_beacon", lambda announcement, beacon: None)
    assert verify_draw(folder).holds
