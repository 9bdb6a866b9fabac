"""The whole way of a draw, and a stranger who checks the published folder with Python alone."""

import json
import subprocess
import sys
from datetime import datetime

import pytest

from shuangjian.engines.draw.refusal import DrawRefusedError
from shuangjian.engines.draw.verification import verify_draw
from shuangjian.foundation.draws.folder import published_files, write_folder
from tests.engines.draw.scene import RANDOMNESS, ROUND, SIGNATURE
from tests.scene import SHANGHAI

from .act import BUREAU, Life, draft_text


def strangers_check(folder) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd="/",
    )


@pytest.mark.parametrize("hash_name", ["sha256", "sm3"])
def test_a_stranger_checks_the_published_folder(scene, tmp_path, hash_name):
    life = Life(scene).announce(hash_name=hash_name, seats="seats = 2")
    life.enter("s1", "s2", "s3", "s4", "s5")
    life.until("published")
    write_folder(published_files(life.draw), tmp_path / "公示")
    said = strangers_check(tmp_path / "公示")
    assert said.returncode == 0, said.stdout
    assert verify_draw(tmp_path / "公示").violations == ()
    transcript = json.loads((tmp_path / "公示" / "transcript.json").read_text())
    assert transcript["draw"] == life.slug


def test_a_draw_by_the_public_beacon(scene, tmp_path):
    """Round 1000 of drand quicknet, as it came out: the real signature passes, no other does."""
    before = draft_text().decode().split("[entropy]")[0]
    for ours, theirs in (("11-12T18", "08-22T18"), ("11-13T10", "08-23T18")):
        before = before.replace(f"2026-{ours}", f"2023-{theirs}")
    before = before.replace("2026-11-13T20:30:00", "2023-08-23T23:59:24")
    fallback = draft_text().decode().split("[fallback]")[1].replace("2026-11-14", "2023-08-24")
    text = f'{before}[entropy]\nsource = "drand"\n[fallback]{fallback}'
    at = {day: datetime(2023, 8, day, 19, tzinfo=SHANGHAI) for day in (21, 22, 23, 24)}
    life = Life(scene).announce(at=at[21], text=text.encode())
    life.enter("s1", "s2", "s3", at=at[21])
    life.freeze(at=at[21])
    life.commit(BUREAU, at=at[21])
    life.reveal(BUREAU, at=at[22])
    life.seal(at=at[23])
    for wrong in (SIGNATURE.replace("b", "a", 1), SIGNATURE[:-2] + "00", "00" * 48, "abc"):
        with pytest.raises(DrawRefusedError):
            life.run(wrong, at=at[24])
    assert life.run(SIGNATURE, at=at[24])
    life.publish(at=at[24])
    write_folder(published_files(life.draw), tmp_path)
    beacon = json.loads((tmp_path / "beacon.json").read_text())
    assert (beacon["round"], beacon["value"]) == (ROUND, RANDOMNESS)
    assert verify_draw(tmp_path).violations == ()
    assert strangers_check(tmp_path).returncode == 0
