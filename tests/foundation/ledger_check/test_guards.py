"""The check knows every trigger and constraint that the migrations make."""

from shuangjian.edges.config.grants import OWNERS_FUNCTIONS
from shuangjian.foundation.ledger.check.function_digest import FUNCTIONS
from shuangjian.foundation.ledger.check.guards import CONSTRAINTS, TRIGGERS
from tests.foundation.ledger.book import fetch


def named(expected):
    return {(table, f"{table}_{name}") for table, names in expected.items() for name in names}


def test_all_triggers_are_known(ledger):
    rows = fetch(
        "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        r"WHERE NOT t.tgisinternal AND c.relname LIKE 'ledger\_%'"
    )
    assert set(rows) == named(TRIGGERS)


def test_all_constraints_are_known(ledger):
    rows = fetch(
        "SELECT c.relname, n.conname FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid "
        r"WHERE c.relname LIKE 'ledger\_%' AND n.contype IN ('c', 'f', 'u') "
        "UNION SELECT c.relname, i.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid "
        "JOIN pg_class i ON i.oid = x.indexrelid "
        r"WHERE c.relname LIKE 'ledger\_%' AND x.indisunique AND NOT x.indisprimary"
    )
    unnamed = {("ledger_book", name) for _, name in rows if name.startswith("ledger_book_code_")}
    assert set(rows) - unnamed == named(CONSTRAINTS)


def test_all_functions_are_known_by_their_text(ledger):
    """After a change of a migration: copy what stands on the left into function_digest.py."""
    rows = fetch(
        "SELECT p.proname, md5(concat_ws('|', p.prosrc, p.prosecdef, "
        "array_to_string(p.proconfig, ','))) FROM pg_proc p "
        "WHERE p.pronamespace = 'public'::regnamespace "
        r"AND (p.proname LIKE 'ledger\_%' OR p.proname = 'refuse_change')"
    )
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
