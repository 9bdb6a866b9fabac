"""数据库的防线: settings, triggers, constraints and rights that keep the ledger as it is."""

from typing import Final

from shuangjian.foundation.ledger.check.column import fetch_rows
from shuangjian.foundation.ledger.check.finding import FindingList
from shuangjian.foundation.ledger.check.guard_digest import FUNCTIONS, GUARDS
from shuangjian.foundation.ledger.check.snapshot import Connection

_SETTINGS: Final = """
SELECT name, current_setting(name)
FROM unnest(ARRAY['fsync', 'synchronous_commit', 'full_page_writes', 'session_replication_role'])
    name
WHERE current_setting(name) IN ('off', 'replica')
"""
# why: another role's own settings are not those of this session.
_ROLE_SETTINGS: Final = """
SELECT r.rolname, split_part(setting, '=', 1), split_part(setting, '=', 2)
FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole, unnest(s.setconfig) setting
WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    AND r.rolname <> session_user
    AND split_part(setting, '=', 1) IN ('synchronous_commit', 'session_replication_role')
    AND lower(split_part(setting, '=', 2)) IN ('off', 'false', 'no', '0', 'replica')
ORDER BY 1, 2
"""
_DISABLED: Final = """
SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'ledger\\_%%'
    AND t.tgenabled NOT IN ('O', 'A')
ORDER BY 1, 2
"""
# why: servers of other versions may write the same definition with more or fewer brackets.
GUARD_DEFINITIONS: Final = r"""
SELECT relname, name, md5(regexp_replace(definition, '::[a-z ]+|[()'' ]|public\.', '', 'g')) FROM (
    SELECT t.tgrelid, t.tgname, pg_get_triggerdef(t.oid) FROM pg_trigger t
    WHERE NOT t.tgisinternal
    UNION
    SELECT n.conrelid, n.conname, pg_get_constraintdef(n.oid) FROM pg_constraint n
    WHERE n.contype IN ('c', 'f', 'u') AND n.convalidated
    UNION
    SELECT x.indrelid, i.relname, pg_get_indexdef(i.oid) FROM pg_index x
    JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indisunique AND x.indisvalid
        AND NOT EXISTS (SELECT 1 FROM pg_constraint n WHERE n.conindid = i.oid)
) guard (relation, name, definition) JOIN pg_class c ON c.oid = relation
WHERE c.relnamespace = 'public'::regnamespace AND c.relname LIKE 'ledger\_%%'
ORDER BY 1, 2
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
FUNCTION_DEFINITIONS: Final = """
SELECT p.proname, md5(concat_ws('|', p.prosrc, p.prosecdef, array_to_string(p.proconfig, ',')))
FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND (p.proname LIKE 'ledger\\_%%' OR p.proname = 'refuse_change')
"""


def check_guards(connection: Connection, findings: FindingList) -> None:
    """What keeps the ledger is there and works (核对防线)."""
    for name, value in fetch_rows(connection, _SETTINGS):
        findings.add("setting_off", name=name, value=value)
    for role, name, value in fetch_rows(connection, _ROLE_SETTINGS):
        findings.add("role_setting_off", role=role, name=name, value=value)
    for table, name in fetch_rows(connection, _DISABLED):
        findings.add("guard_disabled", table=table, name=name)
    rows = fetch_rows(connection, GUARD_DEFINITIONS)
    found = {(table, name): digest for table, name, digest in rows}
    for table, digests in GUARDS.items():
        for name, digest in digests.items():
            if (table, name) not in found:
                findings.add("guard_absent", table=table, name=name)
            elif found[table, name] != digest:
                findings.add("guard_changed", table=table, name=name)
    bodies = dict(fetch_rows(connection, FUNCTION_DEFINITIONS))
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
