"""The check knows every trigger and constraint that the migrations make."""

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
