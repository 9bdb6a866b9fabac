import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuangjian.engines.draw.hashing import (
    HASHES,
    HashUnavailableError,
    digest,
    hex_digest,
    hex_digest_of_file,
    keyed_digests,
)

# Source: RFC 4231, test cases 1, 2, 3 and 6 (a key longer than a block).
RFC_4231 = [
    (
        b"\x0b" * 20,
        b"Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ),
    (
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    (
        b"\xaa" * 20,
        b"\xdd" * 50,
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
    ),
    (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
]


@pytest.mark.parametrize(("key", "message", "wanted"), RFC_4231)
def test_hmac_known_answers(key, message, wanted):
    assert keyed_digests(key, [message]).hex() == wanted


def test_hash_known_answers():
    """GB/T 32905-2016, appendix A, and FIPS 180-4."""
    assert hex_digest(b"abc", hash_name="sm3") == (
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    )
    assert hex_digest(b"abcd" * 16, hash_name="sm3") == (
        "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"
    )
    assert hex_digest(b"abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )


@given(st.binary(max_size=100), st.lists(st.binary(max_size=80), max_size=6))
def test_many_hmacs_are_those_of_the_standard_library(key, messages):
    for hash_name in HASHES:
        found = keyed_digests(key, messages, hash_name=hash_name)
        assert bytes(found) == b"".join(hmac.digest(key, each, hash_name) for each in messages)


def test_a_file_hashes_like_its_bytes(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(b"\x00\xff" * 300_000)
    for hash_name in HASHES:
        assert hex_digest_of_file(path, hash_name=hash_name) == hex_digest(
            path.read_bytes(), hash_name=hash_name
        )
    assert digest(b"").hex() == hashlib.sha256(b"").hexdigest()


def test_another_hash_is_refused_in_words():
    with pytest.raises(HashUnavailableError, match="不支持散列算法“md5”，可选：sha256、sm3"):
        digest(b"", hash_name="md5")
