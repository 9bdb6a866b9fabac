"""The published folder of the worked example in docs/algorithms/draw.md, and its variants."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from shuangjian.engines.draw.admission import Applicant, admit, admitted_bytes
from shuangjian.engines.draw.announcement import START_INTERVAL, Announcement
from shuangjian.engines.draw.beacon import Beacon, DrandBeacon, PhysicalBeacon
from shuangjian.engines.draw.canonical import canonical_bytes, utf8_sorted
from shuangjian.engines.draw.commit_document import sealed
from shuangjian.engines.draw.entropy import DrandEntropy, Fallback, PhysicalEntropy
from shuangjian.engines.draw.freeze import Freeze
from shuangjian.engines.draw.hashing import hex_digest
from shuangjian.engines.draw.interval import IntervalDraw, counted_order, interval_ranks_bytes
from shuangjian.engines.draw.nonce import Commitments, commitment_of
from shuangjian.engines.draw.rank import ranked, ranks_bytes
from shuangjian.engines.draw.roster import RosterRow, roster_bytes
from shuangjian.engines.draw.seed import seed_of
from shuangjian.engines.draw.transcript import Step, Transcript
from shuangjian.engines.draw.verifier import stranger_verifier

ROUND = 1000
SIGNATURE = (
    "b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125"
    "e342b73a8dd2bacbe47e4b6b63ed5e39"
)
RANDOMNESS = "fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd"
PHYSICAL = PhysicalEntropy(
    name="体彩排列五",
    issue="第 23226 期",
    pattern="[0-9]{5}",
    transcription="五位数字连写，不留空格",
    outcomes=100_000,
)
NUMBERS = PhysicalEntropy(
    name="公证处现场摇号",
    issue="第一次",
    pattern="[1-9][0-9]*,[1-9][0-9]*",
    transcription="先写起始号，再写间隔号，中间用英文逗号",
    outcomes=25,
)
PARTIES = utf8_sorted(("教育局", "公证处", "家长代表"))
SILENT = "家长代表"
RULES = (
    "位次由 HMAC(种子, 签) 从小到大排定，共 3 个名额；多胞胎共用一个签，最后一个名额可以拆分。\n"
).encode()
PAIR = 3
"""The ticket of the twins: the third of ``TICKETS``."""


def ticket(number: int) -> str:
    return hashlib.sha256(f"ticket {number}".encode()).hexdigest()[:32]


def nonce(party: str) -> bytes:
    return hashlib.sha256(f"nonce {party}".encode()).digest()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


TICKETS = [ticket(number) for number in range(1, 6)]
ROWS = [RosterRow(each, 2 if number == PAIR else 1) for number, each in enumerate(TICKETS, 1)]
ENTROPY_AT = moment("2023-08-23T23:59:24")


def announcement(**changes) -> Announcement:
    hash_name = changes.get("hash", "sha256")
    mechanism = changes.get("mechanism", "order")
    fields = {
        "id": "worked-1",
        "title": "课后服务名额抽签（算例）",
        "hash": hash_name,
        "mechanism": mechanism,
        "parties": PARTIES,
        "objections_until": moment("2023-08-22T18:00:00"),
        "reveal_until": moment("2023-08-23T18:00:00"),
        "entropy_at": ENTROPY_AT,
        "entropy": DrandEntropy(ROUND),
        "fallback": Fallback(
            entropy=PHYSICAL,
            at=moment("2023-08-24T21:00:00"),
            when="到 8 月 24 日 12:00 仍取不到这一轮信标",
        ),
        "rules": hex_digest(RULES, hash_name=hash_name),
        "verifier": hex_digest(stranger_verifier(mechanism), hash_name=hash_name),
        "bundle": "split",
        "seats": 3,
    }
    return Announcement(**fields | changes)


@dataclass
class Scene:
    """What happens in one draw; ``files()`` gives its published folder by path."""

    announced: Announcement = field(default_factory=announcement)
    rows: list[RosterRow] = field(default_factory=lambda: list(ROWS))
    market: dict[str, bytes] = field(default_factory=dict)
    silent: tuple[str, ...] = (SILENT,)
    beacon: Beacon = field(default_factory=lambda: DrandBeacon.of(ROUND, SIGNATURE))
    numbers: tuple[int, int] = (2, 3)

    def hash(self, data: bytes) -> str:
        return hex_digest(data, hash_name=self.announced.hash)

    def freezes(self) -> tuple[list[Freeze], dict[str, bytes]]:
        """The first version misses the last ticket; the second brings it."""
        found: list[Freeze] = []
        files: dict[str, bytes] = {}
        at = moment("2023-08-21T09:00:00")
        for version, rows in enumerate((self.rows[:-1], self.rows), 1):
            contents = {"roster.csv": roster_bytes(rows), **self.market_files(rows)}
            freeze = Freeze(
                draw=self.announced.id,
                version=version,
                at=at + timedelta(days=version - 1),
                reason="" if version == 1 else "补录漏报的一名学生",
                previous=self.hash(found[-1].to_bytes()) if found else "",
                announcement=self.hash(self.announced.to_bytes()),
                files={name: self.hash(data) for name, data in contents.items()},
            )
            found.append(freeze)
            files |= {f"v{version}/{name}": data for name, data in contents.items()}
            files[freeze.place] = freeze.to_bytes()
        return found, files

    def market_files(self, rows: list[RosterRow]) -> dict[str, bytes]:
        if not self.market:
            return {}
        pupils = ["pupil,grade"]
        tickets = ["pupil,ticket,bundle"]
        for row in rows:
            names = (
                [row.ticket]
                if row.size == 1
                else [f"{row.ticket}-{number}" for number in range(1, row.size + 1)]
            )
            pupils += [f"{name},2" for name in names]
            tickets += [
                f"{name},{row.ticket},{row.ticket if row.size > 1 else ''}" for name in names
            ]
        text = {"pupils.csv": pupils, "tickets.csv": tickets}
        return self.market | {
            name: "".join(f"{line}\n" for line in lines).encode() for name, lines in text.items()
        }

    def commitments(self) -> dict[str, str]:
        return {
            party: commitment_of(
                draw=self.announced.id,
                party=party,
                nonce=nonce(party),
                hash_name=self.announced.hash,
            )
            for party in self.announced.parties
        }

    def files(self) -> dict[str, bytes]:
        announced = self.announced
        freezes, frozen = self.freezes()
        files = {
            "draw.json": announced.to_bytes(),
            "rules.txt": RULES,
            "verify.py": stranger_verifier(announced.mechanism),
            **frozen,
        }
        if announced.mechanism == START_INTERVAL:
            seed, order = "", self.count(files, freezes)
        else:
            seed, order = self.draw(files, freezes)
        files |= self.results(order, seed=seed)
        return self.transcribed(files, freezes, seed=seed)

    def draw(self, files: dict[str, bytes], freezes: list[Freeze]) -> tuple[str, list[str]]:
        announced = self.announced
        commitments = self.commitments()
        files["commitments.json"] = Commitments(
            announced.id, self.hash(freezes[0].to_bytes()), commitments
        ).to_bytes()
        revealed = {party: nonce(party) for party in announced.parties if party not in self.silent}
        commit = sealed(announced, freezes[-1], commitments=commitments, nonces=revealed)
        files["commit.json"] = commit.to_bytes()
        files["beacon.json"] = self.beacon.to_bytes()
        seed = seed_of(
            commit=files["commit.json"],
            nonces=commit.nonce_bytes(),
            value=self.beacon.value,
            hash_name=announced.hash,
        )
        order = ranked(seed, [row.ticket for row in self.rows], hash_name=announced.hash)
        files["ranks.csv"] = ranks_bytes(order)
        return seed.hex(), [each.ticket for each in order]

    def count(self, files: dict[str, bytes], freezes: list[Freeze]) -> list[str]:
        drawn = IntervalDraw.drawn(
            self.announced,
            freezes[-1],
            count=len(self.rows),
            numbers=self.numbers,
            at=self.run_at,
        )
        tickets = sorted(row.ticket for row in self.rows)
        order = counted_order(len(tickets), start=self.numbers[0], interval=self.numbers[1])
        files["interval.json"] = drawn.to_bytes()
        files["ranks.csv"] = interval_ranks_bytes(tickets, order)
        return [tickets[number - 1] for number in order]

    def results(self, order: list[str], *, seed: str) -> dict[str, bytes]:
        announced = self.announced
        if self.market:
            summary = {"mechanism": announced.mechanism, "hash": announced.hash, "seed": seed}
            return {
                "result/placements.csv": b"pupil,slot,course,rank\n",
                "result/summary.json": canonical_bytes(summary | {"placed": 0}),
            }
        if announced.seats is None:
            return {}
        size = {row.ticket: row.size for row in self.rows}
        admissions = admit(
            [Applicant(each, size[each]) for each in order],
            seats=announced.seats,
            bundle=announced.bundle,
        )
        return {"result/admitted.csv": admitted_bytes(admissions)}

    @property
    def run_at(self) -> datetime:
        at = self.announced.fallback.at if self.beacon.is_fallback else self.announced.entropy_at
        return at + timedelta(minutes=1)

    def steps(self, freezes: list[Freeze]) -> tuple[Step, ...]:
        announced = self.announced
        found = [Step(moment("2023-08-20T09:00:00"), "init", "教育局")]
        found += [Step(each.at, "freeze", "教育局") for each in freezes]
        if announced.mechanism != START_INTERVAL:
            commit_at, reveal_at = moment("2023-08-22T10:00:00"), moment("2023-08-23T10:00:00")
            found += [Step(commit_at, "commit", party) for party in announced.parties]
            found += [
                Step(reveal_at, "reveal", party)
                for party in announced.parties
                if party not in self.silent
            ]
            found.append(Step(announced.reveal_until, "seal", "教育局"))
        found.append(Step(self.run_at, "run", "教育局"))
        found.append(Step(self.run_at + timedelta(minutes=1), "publish", "教育局"))
        return tuple(found)

    def transcribed(
        self, files: dict[str, bytes], freezes: list[Freeze], *, seed: str
    ) -> dict[str, bytes]:
        transcript = Transcript(
            draw=self.announced.id,
            seed=seed,
            files={name: self.hash(data) for name, data in files.items()},
            previous=self.announced.previous,
            steps=self.steps(freezes),
        )
        return files | {"transcript.json": transcript.to_bytes()}


MARKET = {
    "courses.csv": b"course,slot,seats,least,grades\nchess,mon,2,0,1-3\nrobots,mon,1,0,\n",
    "choices.csv": "".join(
        ["pupil,slot,rank,course\n"]
        + [f"{each},mon,1,chess\n{each},mon,2,robots\n" for each in TICKETS if each != ticket(PAIR)]
    ).encode(),
    "tiers.csv": f"pupil,course,tier\n{ticket(1)},chess,2\n".encode(),
}


def allocation_scene(mechanism: str = "lottery", **changes) -> Scene:
    """A draw with seats at courses; what ``allocate`` answers is the checker's affair."""
    return Scene(
        announced=announcement(mechanism=mechanism, seats=None, **changes),
        market=dict(MARKET),
    )


def physical_scene(value: str = "31415", **changes) -> Scene:
    return Scene(
        announced=announcement(
            entropy=PHYSICAL,
            fallback=Fallback(
                entropy=replace(PHYSICAL, issue="第 23227 期"),
                at=moment("2023-08-24T21:00:00"),
                when="这一期没有开奖",
            ),
            **changes,
        ),
        beacon=PhysicalBeacon(PHYSICAL.name, PHYSICAL.issue, value),
    )


def fallback_scene() -> Scene:
    beacon = PhysicalBeacon(
        PHYSICAL.name, PHYSICAL.issue, "27182", is_fallback=True, why="网络中断，到时取不到信标"
    )
    return Scene(beacon=beacon)


def interval_scene(**changes) -> Scene:
    announced = announcement(
        mechanism=START_INTERVAL,
        entropy=NUMBERS,
        fallback=Fallback(
            entropy=replace(NUMBERS, issue="第二次"),
            at=moment("2023-08-24T21:00:00"),
            when="第一次抽出的号码无效",
        ),
        **changes,
    )
    return Scene(announced=announced)


def written(files: dict[str, bytes], folder: Path) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
