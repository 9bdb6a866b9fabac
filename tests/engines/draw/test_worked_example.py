"""The worked example of docs/algorithms/draw.md, every hash of it, made again from its five tickets."""

import hashlib
import hmac
import re
from math import log, sqrt

import pytest

from shuangjian.engines.draw.canonical import length_prefixed
from shuangjian.engines.draw.entropy import grinding_gain
from shuangjian.engines.draw.hashing import hex_digest
from tests.engines.draw.scene import PARTIES, RANDOMNESS, SIGNATURE, Scene, nonce, ticket
from tests.engines.worked_table import PAGES, worked_table

SCENE = Scene()
FILES = SCENE.files()
PAGE = (PAGES / "draw.md").read_text(encoding="utf-8")


def test_every_file_has_the_hash_of_the_page():
    rows = {row["file"]: row["sha256"] for row in worked_table("draw.md", "files")}
    assert rows == {name: hex_digest(data) for name, data in FILES.items()}


def test_the_files_shown_are_those_of_the_example():
    shown = dict(re.findall(r"<!-- file: (\S+) -->\n```\w*\n(.*?)```", PAGE, re.DOTALL))
    assert len(shown) >= 5
    for name, text in shown.items():
        assert text.encode() == FILES[name], name


def test_nonces_and_commitments():
    rows = worked_table("draw.md", "nonces")
    assert [row["party"] for row in rows] == list(PARTIES)
    commitments = SCENE.commitments()
    for row in rows:
        assert row["nonce"] == nonce(row["party"]).hex()
        assert row["commitment"] == commitments[row["party"]]
        packed = length_prefixed(
            b"SHUANGJIAN-NONCE/1", b"worked-1", row["party"].encode(), bytes.fromhex(row["nonce"])
        )
        assert row["commitment"] == hashlib.sha256(packed).hexdigest()


def test_the_seed_from_its_parts_and_nothing_else():
    rows = {row["part"]: row["bytes"] for row in worked_table("draw.md", "seed")}
    parts = [
        b"EDU-LOTTERY/1",
        bytes.fromhex(rows["H(commit.json)"]),
        bytes.fromhex(rows["nonce of 公证处"]),
        bytes.fromhex(rows["nonce of 教育局"]),
        rows["beacon value"].encode(),
    ]
    assert (
        rows["beacon value"] == hashlib.sha256(bytes.fromhex(SIGNATURE)).hexdigest() == RANDOMNESS
    )
    packed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    assert rows["seed"] == hashlib.sha256(packed).hexdigest()
    assert rows["H(commit.json)"] == hashlib.sha256(FILES["commit.json"]).hexdigest()


def test_ranks_and_seats():
    (seed,) = (row["bytes"] for row in worked_table("draw.md", "seed") if row["part"] == "seed")
    rows = worked_table("draw.md", "ranks")
    keys = [row["key"] for row in rows]
    assert keys == sorted(keys)
    assert {row["ticket"] for row in rows} == {ticket(number) for number in range(1, 6)}
    for place, row in enumerate(rows, 1):
        made = hmac.digest(bytes.fromhex(seed), row["ticket"].encode(), "sha256").hex()
        assert (row["key"], row["rank"]) == (made, str(place))
    lines = [f"{row['rank']},{row['ticket']},{row['key']}\n" for row in rows]
    assert FILES["ranks.csv"].decode() == "rank,ticket,key\n" + "".join(lines)
    twins = [row for row in rows if row["ticket"] == ticket(3)]
    assert twins[0]["outcome"] == "one twin admitted, one waiting at 1"


@pytest.mark.parametrize("row", worked_table("draw.md", "grinding"), ids=lambda row: row["source"])
def test_what_colluders_gain(row):
    outcomes, bits = int(row["outcomes"]), int(row["tries, bits"])
    gain = grinding_gain(outcomes=outcomes, attempts_bits=bits)
    assert f"{100 * gain:.2g}" == row["gain, points"]
    assert gain == pytest.approx(sqrt(bits * log(2) / (2 * outcomes)))


def test_the_bound_holds_when_nonces_are_ground():
    """4,096 sets of nonces, a draw of 100 values, a child with one chance in four."""
    outcomes, bits, wins = 100, 12, []
    for attempt in range(2**bits):
        draws = hashlib.shake_256(f"nonces {attempt}".encode()).digest(outcomes)
        wins.append(sum(value < 64 for value in draws) / outcomes)
    gain = max(wins) - 0.25
    assert 0.1 < gain <= grinding_gain(outcomes=outcomes, attempts_bits=bits)


@pytest.mark.parametrize("row", worked_table("draw.md", "withholding"), ids=lambda row: row["who"])
def test_what_choosing_after_seeing_would_give(row):
    results = int(row["results to choose from"])
    assert f"{1 - (1 - 0.05) ** results:.1%}" == row["chance of 5% becomes"]
