import hashlib
import struct
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from shuangjian.engines.draw.beacon import (
    DrandBeacon,
    PhysicalBeacon,
    check_beacon,
    read_beacon,
    verify_quicknet,
)
from shuangjian.engines.draw.entropy import QUICKNET
from shuangjian.engines.draw.refusal import DrawRefusedError
from tests.engines.draw.scene import (
    PHYSICAL,
    RANDOMNESS,
    ROUND,
    SIGNATURE,
    announcement,
    fallback_scene,
    physical_scene,
)

SOURCE = Path(__file__).resolve().parents[3] / "src"
# Source: rounds that drand's clients test with; each is checked here against the public key.
ROUNDS = {
    123: (
        "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482"
        "e26cd02df835d3546d23c4b13e0dfc92"
    ),
    ROUND: SIGNATURE,
    657413: (
        "b713718a38ae728dfd477991af2822e08d2f305e47718cef9f7848ce4050e7be"
        "41076862b98fad56e91a6b85b89cd97b"
    ),
}


@pytest.mark.parametrize("number", ROUNDS)
def test_rounds_of_quicknet_are_accepted(number):
    verify_quicknet(number, bytes.fromhex(ROUNDS[number]))


def test_checking_leaves_the_recursion_limit_alone():
    """py_ecc raises it on import; deep JSON would then end the process, not be refused."""
    program = (
        "import sys\n"
        "from shuangjian.engines.draw.beacon import verify_quicknet\n"
        "before = sys.getrecursionlimit()\n"
        f"verify_quicknet({ROUND}, bytes.fromhex('{SIGNATURE}'))\n"
        "assert 'py_ecc' in sys.modules\n"
        "assert sys.getrecursionlimit() == before < 10_000\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={"PYTHONPATH": str(SOURCE)})


def test_the_value_is_the_hash_of_the_signature():
    assert DrandBeacon.of(ROUND, SIGNATURE).value == RANDOMNESS
    assert DrandBeacon.of(657413, ROUNDS[657413]).value == (
        "fc1873a13f3545aeade8401532ef5519920652eee6b0d2b19ca12643b87b3587"
    )


def test_the_chain_hash_is_that_of_the_other_parameters():
    """SHA-256 over period, genesis, public key, group hash and the chain's name."""
    group = bytes.fromhex("f477d5c89f21a17c863a7f937c6a6d15859414d2be09cd448d4279af331c5d3e")
    key = bytes.fromhex(QUICKNET.public_key)
    packed = struct.pack(">Iq", QUICKNET.period, QUICKNET.genesis) + key + group + b"quicknet"
    assert hashlib.sha256(packed).hexdigest() == QUICKNET.chain_hash


# Source: RFC 9380, section 8.8.1: the field of BLS12-381; the curve is y^2 = x^3 + 4.
FIELD = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
    16,
)
GENERATOR = bytes.fromhex(
    "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac58"
    "6c55e83ff97a1aeffb3af00adb22c6bb"
)


def smallest_x(*, is_on_curve: bool) -> bytes:
    """Compressed as a point; on the curve it is outside the subgroup, for few points are in it."""
    wanted = 1 if is_on_curve else FIELD - 1
    x = next(x for x in range(1, 50) if pow(x**3 + 4, (FIELD - 1) // 2, FIELD) == wanted)
    return (x + (1 << 383)).to_bytes(48, "big")


SIGNED = bytes.fromhex(SIGNATURE)
WRONG = {
    "of another round": (ROUND + 1, SIGNED, "不是 drand quicknet 第 1001 轮的签名"),
    "of another message": (ROUND, bytes.fromhex(ROUNDS[123]), "不是 drand quicknet 第 1000 轮"),
    "negated": (ROUND, bytes([SIGNED[0] ^ 0x20]) + SIGNED[1:], "不是 drand quicknet 第 1000 轮"),
    "the generator": (ROUND, GENERATOR, "不是 drand quicknet 第 1000 轮"),
    "infinity": (ROUND, bytes([0xC0]) + bytes(47), "不是素数阶子群里的点"),
    "outside the subgroup": (ROUND, smallest_x(is_on_curve=True), "不是素数阶子群里的点"),
    "not on the curve": (ROUND, smallest_x(is_on_curve=False), "不是曲线上的点"),
    "not compressed": (ROUND, bytes([SIGNED[0] & 0x7F]) + SIGNED[1:], "不是曲线上的点"),
    "beyond the field": (ROUND, bytes([0x9F]) + b"\xff" * 47, "不是曲线上的点"),
    "too short": (ROUND, SIGNED[:-1], "长度是 47 个字节"),
    "too long": (ROUND, SIGNED + b"\0", "长度是 49 个字节"),
    "empty": (ROUND, b"", "长度是 0 个字节"),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_signatures_are_refused(name):
    number, signature, words = WRONG[name]
    with pytest.raises(DrawRefusedError, match=words):
        verify_quicknet(number, signature)


def test_declared_values_are_accepted_and_read_back():
    for scene in (physical_scene(), fallback_scene()):
        check_beacon(scene.announced, scene.beacon)
        assert read_beacon(scene.beacon.to_bytes()) == scene.beacon
    drand = DrandBeacon.of(ROUND, SIGNATURE)
    check_beacon(announcement(), drand)
    assert read_beacon(drand.to_bytes()) == drand


UNDECLARED = {
    "round": (DrandBeacon.of(123, ROUNDS[123]), "是第 123 轮.*公告写明的是第 1000 轮"),
    "value": (replace(DrandBeacon.of(ROUND, SIGNATURE), value="0" * 64), "不等于签名的 SHA-256"),
    "source": (PhysicalBeacon(PHYSICAL.name, PHYSICAL.issue, "31415"), "不是公告写明的随机源"),
    "fallback without a reason": (
        PhysicalBeacon(PHYSICAL.name, PHYSICAL.issue, "31415", is_fallback=True),
        "没有写明为什么改用备用随机源",
    ),
    "fallback's form": (
        PhysicalBeacon(PHYSICAL.name, PHYSICAL.issue, "3 1415", is_fallback=True, why="断网"),
        "“3 1415”的写法不对.*五位数字连写",
    ),
    "fallback's issue": (
        PhysicalBeacon(PHYSICAL.name, "第 1 期", "31415", is_fallback=True, why="断网"),
        "是体彩排列五第 1 期.*公告写明的是体彩排列五第 23226 期",
    ),
}


@pytest.mark.parametrize("name", UNDECLARED)
def test_what_was_not_declared_is_refused(name):
    beacon, words = UNDECLARED[name]
    with pytest.raises(DrawRefusedError, match=words):
        check_beacon(announcement(), beacon)


def test_a_signature_that_is_not_hexadecimal_is_refused():
    with pytest.raises(DrawRefusedError, match="96 位小写十六进制"):
        DrandBeacon.of(ROUND, SIGNATURE.upper())


def test_a_round_is_the_first_from_an_instant_on():
    at = QUICKNET.published_at(ROUND)
    assert QUICKNET.round_from(at) == ROUND
    assert QUICKNET.round_from(at + timedelta(microseconds=1)) == ROUND + 1
    assert QUICKNET.round_from(at - timedelta(seconds=2)) == ROUND
    assert QUICKNET.round_from(at - timedelta(days=3650)) == 1
