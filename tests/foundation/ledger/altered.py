"""Server functions with something taken out, for controls in a damaged database."""

import re

from tests.foundation.ledger.book import execute, fetch

LOCK = r"FOR NO KEY UPDATE"
CLAIM = r"ON CONFLICT \(book_id, key\) DO NOTHING"


def alter(function: str, pattern: str, replacement: str) -> None:
    """Write a function anew with every match of the pattern replaced; there must be one."""
    ((source,),) = fetch("SELECT pg_get_functiondef(%s::regproc)", function)
    altered, many = re.subn(pattern, replacement, source)
    assert many, f"{function} has no {pattern}"
    execute(altered)


def without_locks() -> None:
    """Nobody waits for anybody's account any more, and a lost update is not noticed."""
    execute("DROP TRIGGER ledger_account_moves ON ledger_account")
    alter("ledger_transfer", LOCK, "")
    alter("ledger_write", LOCK, "")


def dawdle(seconds: float = 0.02) -> None:
    """Every transfer takes its time between what it read and what it writes: a wider window."""
    execute(
        "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN PERFORM pg_sleep({seconds}); RETURN NEW; END $$",
        "CREATE TRIGGER aaa_dawdle BEFORE INSERT ON ledger_transfer "
        "FOR EACH ROW EXECUTE FUNCTION dawdle()",
    )
