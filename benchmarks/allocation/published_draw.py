"""公布的抽签: the folder of a whole invented draw, with as many tickets as are wanted."""

from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from shuangjian.engines.draw.announcement import Announcement
from shuangjian.engines.draw.beacon import PhysicalBeacon
from shuangjian.engines.draw.commit_document import sealed
from shuangjian.engines.draw.entropy import Fallback, PhysicalEntropy
from shuangjian.engines.draw.freeze import Freeze
from shuangjian.engines.draw.hashing import hex_digest
from shuangjian.engines.draw.nonce import Commitments, commitment_of
from shuangjian.engines.draw.rank import ranked, ranks_bytes
from shuangjian.engines.draw.roster import RosterRow, roster_bytes
from shuangjian.engines.draw.seed import seed_of
from shuangjian.engines.draw.transcript import Step, Transcript
from shuangjian.engines.draw.verifier import stranger_verifier

VERIFIER = "verify.py"
VALUE = "31415"
MECHANISM = "order"
PARTIES = ("公证处", "教育局")
RULES = "每个签一次，位次由 HMAC（种子，签）从小到大排定。\n".encode()
BEGINS_AT = datetime(2026, 8, 20, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def publish(folder: Path, *, tickets: int, hash_name: str) -> list[str]:
    """Draw and write the published folder (公布目录), its verifier among the files.

    Returns:
        The tickets, sorted.
    """
    announced = _announcement(hash_name)
    names = sorted(
        sha256(f"ticket {number}".encode()).hexdigest()[:32] for number in range(tickets)
    )
    roster = roster_bytes(RosterRow(name) for name in names)
    freeze = Freeze(
        draw=announced.id,
        version=1,
        at=BEGINS_AT + timedelta(hours=1),
        reason="",
        previous="",
        announcement=hex_digest(announced.to_bytes(), hash_name=hash_name),
        files={"roster.csv": hex_digest(roster, hash_name=hash_name)},
    )
    nonces = {party: sha256(f"nonce {party}".encode()).digest() for party in PARTIES}
    commitments = {
        party: commitment_of(draw=announced.id, party=party, nonce=nonce, hash_name=hash_name)
        for party, nonce in nonces.items()
    }
    commit = sealed(announced, freeze, commitments=commitments, nonces=nonces)
    seed = seed_of(
        commit=commit.to_bytes(), nonces=commit.nonce_bytes(), value=VALUE, hash_name=hash_name
    )
    entropy = announced.entropy
    assert isinstance(entropy, PhysicalEntropy)
    files = {
        "draw.json": announced.to_bytes(),
        "rules.txt": RULES,
        VERIFIER: stranger_verifier(MECHANISM),
        "v1/roster.csv": roster,
        freeze.place: freeze.to_bytes(),
        "commitments.json": Commitments(
            announced.id, hex_digest(freeze.to_bytes(), hash_name=hash_name), commitments
        ).to_bytes(),
        "commit.json": commit.to_bytes(),
        "beacon.json": PhysicalBeacon(entropy.name, entropy.issue, VALUE).to_bytes(),
        "ranks.csv": ranks_bytes(ranked(seed, names, hash_name=hash_name)),
    }
    transcript = Transcript(
        draw=announced.id,
        seed=seed.hex(),
        files={name: hex_digest(data, hash_name=hash_name) for name, data in files.items()},
        previous="",
        steps=_steps(announced),
    )
    for name, data in {**files, "transcript.json": transcript.to_bytes()}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return names


def _announcement(hash_name: str) -> Announcement:
    entropy = PhysicalEntropy(
        name="体彩排列五",
        issue="第 26226 期",
        pattern="[0-9]{5}",
        transcription="五位数字连写，不留空格",
        outcomes=100_000,
    )
    later = PhysicalEntropy(
        name=entropy.name,
        issue="第 26227 期",
        pattern=entropy.pattern,
        transcription=entropy.transcription,
        outcomes=entropy.outcomes,
    )
    return Announcement(
        id="measured",
        title="测量用的抽签",
        hash=hash_name,
        mechanism=MECHANISM,
        parties=PARTIES,
        objections_until=BEGINS_AT + timedelta(days=1),
        reveal_until=BEGINS_AT + timedelta(days=2),
        entropy_at=BEGINS_AT + timedelta(days=3),
        entropy=entropy,
        fallback=Fallback(entropy=later, at=BEGINS_AT + timedelta(days=4), when="这一期没有开奖"),
        rules=hex_digest(RULES, hash_name=hash_name),
        verifier=hex_digest(stranger_verifier(MECHANISM), hash_name=hash_name),
        bundle="split",
        seats=None,
    )


def _steps(announced: Announcement) -> tuple[Step, ...]:
    commit_at, reveal_at = BEGINS_AT + timedelta(hours=2), BEGINS_AT + timedelta(days=1, hours=1)
    return (
        Step(BEGINS_AT, "init", "教育局"),
        Step(BEGINS_AT + timedelta(hours=1), "freeze", "教育局"),
        *(Step(commit_at, "commit", party) for party in PARTIES),
        *(Step(reveal_at, "reveal", party) for party in PARTIES),
        Step(announced.reveal_until, "seal", "教育局"),
        Step(announced.entropy_at, "run", "教育局"),
        Step(announced.entropy_at, "publish", "教育局"),
    )
