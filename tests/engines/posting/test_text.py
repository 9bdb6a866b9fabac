import random
import uuid

import pytest

from shuangjian.engines.posting.text import holds_identity, is_key, is_owner, is_slug


@pytest.mark.parametrize(
    "text",
    [
        "110101201503071234",
        "order-11010120150307123x",
        "a/11010120150307123X/b",
        "13912345678",
        "tel:19912345678",
        "pupil13912345678",
        "x-13912345678-y",
    ],
)
def test_identity_and_mobile_numbers_are_found_wherever_they_stand(text):
    assert holds_identity(text)


@pytest.mark.parametrize(
    "text",
    [
        "110101201513071234",  # no such month
        "1101012015030712345",  # 19 digits
        "12912345678",
        "139123456789",
        "slip-20260302-000123",
        "7f3a13912345678b",
    ],
)
def test_other_numbers_are_not(text):
    assert not holds_identity(text)


def test_random_pseudonyms_are_not_refused_by_chance():
    seed = 7
    chance = random.Random(seed)
    for _ in range(100_000):
        found = uuid.UUID(int=chance.getrandbits(128), version=4)
        assert not holds_identity(f"pupil:{found}"), seed
        assert not holds_identity(found.hex), seed


def test_lengths_and_alphabets():
    assert is_key("a" * 120)
    assert not is_key("a" * 121)
    for wrong in ("", " a", "a b", "a\n", "a\t", "课", "/a", "é", None, 5):
        assert not is_key(wrong)
    assert is_slug("a" * 40)
    for wrong in ("a" * 41, "A", "1a", "_a", "a-b", "a\n", ""):
        assert not is_slug(wrong)
    assert is_owner("pupil:" + "a" * 80)
    for wrong in ("pupil:", "pupil:" + "a" * 81, "Pupil:a", ":a", "pupil:a/b", "pupil:a\n"):
        assert not is_owner(wrong)
