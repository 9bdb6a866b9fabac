"""数据库的防线: settings, triggers, constraints and rights that keep the ledger as it is."""

from typing import Final

from shuangjian.foundation.ledger.check.column import fetch_rows
from shuangjian.foundation.ledger.check.finding import FindingList
from shuangjian.foundation.ledger.check.function_digest import FUNCTIONS
from shuangjian.foundation.ledger.check.snapshot import Connection

TRIGGERS: Final = {
    "ledger_account": ("fixed", "form", "kept", "moves", "no_truncate"),
    "ledger_block": ("append_only", "no_truncate"),
    "ledger_book": ("append_only", "no_truncate"),
    "ledger_daytotal": ("grows", "kept", "no_truncate"),
    "ledger_leg": ("append_only", "no_truncate", "whole"),
    "ledger_reason": ("append_only", "no_truncate"),
    "ledger_transfer": ("append_only", "no_truncate", "whole"),
}
"""The triggers of each table, without the table's name before theirs."""

CONSTRAINTS: Final = {
    "ledger_account": ("book", "limits", "once"),
    "ledger_book": ("form",),
    "ledger_leg": ("amounts", "credit", "debit", "transfer"),
    "ledger_reason": ("form", "once"),
    "ledger_transfer": ("form", "key", "last_leg", "of", "once"),
}
"""Constraints and unique indexes, in the same way."""

_SETTINGS: Final = """
SELECT name, current_setting(name)
FROM unnest(ARRAY['fsync', 'synchronous_commit', 'full_page_writes', 'session_replication_role'])
    name
WHERE current_setting(name) IN ('off', 'replica')
"""
_TRIGGERS: Final = """
SELECT c.relname, t.tgname, t.tgenabled IN ('O', 'A') AS is_on, t.tgisinternal
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'ledger\\_%%'
ORDER BY c.relname, t.tgname
"""
_CONSTRAINTS: Final = """
SELECT c.relname, n.conname FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
WHERE c.relnamespace = 'public'::regnamespace AND n.convalidated
UNION
SELECT c.relname, i.relname FROM pg_index x
JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND x.indisunique AND x.indisvalid
"""
# why: superusers and the tables' owner can do anything; that is what the published heads are for.
_RIGHTS: Final = """
SELECT r.rolname, c.relname, string_agg(right_name, '、' ORDER BY right_name)
FROM pg_roles r
CROSS JOIN pg_class c
CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) right_name
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    AND c.relname LIKE 'ledger\\_%%' AND r.rolcanlogin AND NOT r.rolsuper
    AND NOT pg_has_role(r.oid, c.relowner, 'MEMBER')
    AND (has_table_privilege(r.oid, c.oid, right_name) OR CASE
        WHEN right_name IN ('INSERT', 'UPDATE')
        THEN has_any_column_privilege(r.oid, c.oid, right_name) END)
GROUP BY r.rolname, c.relname ORDER BY r.rolname, c.relname
"""
# why: whoever may act as the owner may do anything; only the owner itself is expected to.
_MEMBERS: Final = """
SELECT r.rolname, o.rolname FROM pg_roles r
JOIN pg_class c ON c.oid = 'ledger_transfer'::regclass JOIN pg_roles o ON o.oid = c.relowner
WHERE r.rolcanlogin AND NOT r.rolsuper AND r.oid <> o.oid AND pg_has_role(r.oid, o.oid, 'MEMBER')
ORDER BY r.rolname
"""
_FUNCTIONS: Final = """
SELECT p.proname, md5(concat_ws('|', p.prosrc, p.prosecdef, array_to_string(p.proconfig, ',')))
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND (p.proname LIKE 'ledger\\_%%' OR p.proname = 'refuse_change')
"""


def check_guards(connection: Connection, findings: FindingList) -> None:
    """What keeps the ledger is there and works (核对防线)."""
    for name, value in fetch_rows(connection, _SETTINGS):
        findings.add("setting_off", name=name, value=value)
    triggers = fetch_rows(connection, _TRIGGERS)
    for table, name, is_on, _ in triggers:
        if not is_on:
            findings.add("guard_disabled", table=table, name=name)
    theirs = {(table, name) for table, name, _, is_internal in triggers if not is_internal}
    constraints = set(fetch_rows(connection, _CONSTRAINTS))
    for expected, found in ((TRIGGERS, theirs), (CONSTRAINTS, constraints)):
        for table, names in expected.items():
            for name in names:
                if (table, f"{table}_{name}") not in found:
                    findings.add("guard_absent", table=table, name=f"{table}_{name}")
    bodies = dict(fetch_rows(connection, _FUNCTIONS))
    for name, digest in FUNCTIONS.items():
        if bodies.get(name) != digest:
            findings.add("function_changed", name=name)
    _check_roles(connection, findings)


def _check_roles(connection: Connection, findings: FindingList) -> None:
    """Nobody but the owner and superusers can write or act as the owner (核对角色)."""
    for role, owner in fetch_rows(connection, _MEMBERS):
        findings.add("role_is_owner", role=role, owner=owner)
    for role, table, rights in fetch_rows(connection, _RIGHTS):
        findings.add("role_may_write", role=role, table=table, rights=rights)
