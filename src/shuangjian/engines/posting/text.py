"""账簿里的文字: which texts may stand in a book; all are ASCII, and none names a person."""

import re
from typing import Final

KEY_PATTERN: Final = r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,119}"
"""幂等键, 账户编号, 外部参考号 (which may also be empty)."""

SLUG_PATTERN: Final = r"[a-z][a-z0-9_]{0,39}"
"""种类, 事由, 用途, 账簿编号."""

OWNER_PATTERN: Final = r"[a-z]+:[A-Za-z0-9._-]{1,80}"
"""户主, a kind and a pseudonym."""

# why: a date stands inside an identity number (GB 11643), and a mobile number inside a run of
# hexadecimal digits is part of a random pseudonym; without both, one pseudonym in about a thousand
# would be refused by chance.
IDENTITY_PATTERN: Final = (
    r"(?<![0-9])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"[0-9]{3}[0-9Xx](?![0-9])"
    r"|(?<![0-9A-Fa-f])1[3-9][0-9]{9}(?![0-9A-Fa-f])"
)
"""身份证号码或手机号码 somewhere in a text."""

_KEY: Final = re.compile(KEY_PATTERN)
_SLUG: Final = re.compile(SLUG_PATTERN)
_OWNER: Final = re.compile(OWNER_PATTERN)
_IDENTITY: Final = re.compile(IDENTITY_PATTERN)


def is_key(text: object) -> bool:
    """Whether it may be a key or an account's code (幂等键、账户编号)."""
    return isinstance(text, str) and _KEY.fullmatch(text) is not None


def is_slug(text: object) -> bool:
    """Whether it may be a kind, a reason, a purpose or a book's code (短码)."""
    return isinstance(text, str) and _SLUG.fullmatch(text) is not None


def is_owner(text: object) -> bool:
    """Whether it may be an account's owner (户主)."""
    return isinstance(text, str) and _OWNER.fullmatch(text) is not None


def holds_identity(text: str) -> bool:
    """Whether an identity or mobile number stands in it (含身份证号码或手机号码)."""
    return _IDENTITY.search(text) is not None
