"""The check knows every trigger and constraint that the migrations make."""

from shuangjian.edges.config.grants import OWNERS_FUNCTIONS
from shuangjian.foundation.ledger.check import guards
from shuangjian.foundation.ledger.check.column import fetch_rows
from shuangjian.foundation.ledger.check.guard_digest import FUNCTIONS, GUARDS
from tests.foundation.ledger.book import fetch

from .superuser import superuser


def test_all_triggers_and_constraints_are_known_by_their_text(ledger):
    """After a change of a migration: copy what stands on the left into guard_digest.py."""
    with superuser() as plain:
        rows = fetch_rows(plain, guards.GUARD_DEFINITIONS)
    found = {}
    for table, name, digest in rows:
        # why: Django names this one after its column and a digest of its own.
        if not name.startswith("ledger_book_code_"):
            found.setdefault(table, {})[name] = digest
    assert found == GUARDS


def test_all_functions_are_known_by_their_text(ledger):
    """After a change of a migration: copy what stands on the left into guard_digest.py."""
    with superuser() as plain:
        rows = fetch_rows(plain, guards.FUNCTION_DEFINITIONS)
    assert dict(rows) == FUNCTIONS
    assert len(rows) == len(FUNCTIONS)  # no name stands for two


def test_what_runs_with_the_owners_rights_is_granted_to_the_application_alone(ledger):
    rows = fetch(
        "SELECT p.oid::regprocedure::text, array_to_string(p.proconfig, ';') FROM pg_proc p "
        r"WHERE p.prosecdef AND p.proname LIKE 'ledger\_%'"
    )
    plain = {
        name.replace(" ", "").replace("timestampwithtimezone", "timestamptz") for name, _ in rows
    }
    assert plain == {name.replace(" ", "") for name in OWNERS_FUNCTIONS}
    assert all(setting.startswith("search_path=pg_catalog, public, pg_temp") for _, setting in rows)
