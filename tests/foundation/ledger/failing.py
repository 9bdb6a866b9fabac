"""The N-th thing that the server does to a row of the ledger fails; so does the commit."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from shuangjian.engines.posting.refusal import LedgerRefusedError
from tests.foundation.ledger.book import TABLES, execute, fetch

_MAKE = """
CREATE FUNCTION fail_in_turn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    left_over integer := nullif(current_setting('fault.left', true), '')::integer;
BEGIN
    IF left_over = 1 THEN
        RAISE EXCEPTION 'fault at % % of %', TG_WHEN, TG_OP, TG_TABLE_NAME
            USING ERRCODE = current_setting('fault.code');
    ELSIF left_over > 1 THEN
        PERFORM set_config('fault.left', (left_over - 1)::text, false);
    END IF;
    RETURN coalesce(NEW, OLD);
END $$
"""


@contextmanager
def failing(code: str) -> Iterator[Callable[[int], None]]:
    """Gives what sets how many things succeed before one fails with the SQLSTATE; 0: none fails."""
    execute(_MAKE, f"SELECT set_config('fault.code', '{code}', false)")
    for table in TABLES:
        for when in ("BEFORE", "AFTER"):
            for level in ("ROW", "STATEMENT"):
                execute(
                    f"CREATE TRIGGER aaa_fail_{when}_{level} {when} INSERT OR UPDATE OR DELETE "
                    f"ON {table} FOR EACH {level} EXECUTE FUNCTION fail_in_turn()"
                )
        execute(
            f"CREATE CONSTRAINT TRIGGER zzz_fail_at_commit AFTER INSERT ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail_in_turn()"
        )
    try:
        yield lambda turn: execute(f"SELECT set_config('fault.left', '{turn}', false)")
    finally:
        execute("SELECT set_config('fault.left', '0', false)", "DROP FUNCTION fail_in_turn CASCADE")


def try_every_turn(
    act: Callable[[], object], fail: Callable[[int], None], check: Callable[[int], None]
) -> tuple[object, int]:
    """Let the first thing fail, then the second, until the act succeeds.

    Args:
        act: what is tried.
        fail: as ``failing`` gives it.
        check: called after every failure.

    Returns:
        What the act answered at last, and how often it failed before.
    """
    for turn in range(1, 10_000):
        fail(turn)
        try:
            answer = act()
        except (DatabaseError, LedgerRefusedError) as error:
            if "fault at" not in str(error) and str(error) != "try_again":
                raise
            fail(0)
            check(turn)
        else:
            fail(0)
            return answer, turn - 1
    raise AssertionError


def count_expired(code: str) -> tuple[int, int]:
    """How many holds of a book are expired, and how many fen are still set aside."""
    ((expired,),) = fetch(
        "SELECT count(*) FROM ledger_transfer t JOIN ledger_book b ON b.id = t.book_id "
        "WHERE b.code = %s AND t.step = 'expired'",
        code,
    )
    ((held_fen,),) = fetch(
        "SELECT sum(held_out_fen)::bigint FROM ledger_account a JOIN ledger_book b "
        "ON b.id = a.book_id WHERE b.code = %s",
        code,
    )
    return expired, held_fen
