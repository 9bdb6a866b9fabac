"""应用角色的权限: the application may not change or delete what is kept for ever."""

from django.db import connections, transaction

APPEND_ONLY_TABLES = (
    "audit_auditentry",
    "draws_drawentry",
    "draws_drawfile",
    "draws_drawstep",
    "draws_drawticket",
    "findings_findingevent",
    "homework_limitoverride",
    "registry_settingvalue",
    "policy_schoolpolicyvalue",
    "reports_countedversions",
)
# why: to supersede a version, and to lock a row before something is added to it, takes the right to
# update; what may change of such a row is the triggers' business.
VERSION_TABLES = (
    "draws_draw",
    "draws_drawapplicant",
    "homework_plannedhomework",
    "reports_reportremark",
)
# why: money moves only through the server's functions, which run with the owner's rights.
FUNCTION_ONLY_TABLES = (
    "ledger_account",
    "ledger_block",
    "ledger_book",
    "ledger_daytotal",
    "ledger_leg",
    "ledger_reason",
    "ledger_transfer",
)
OWNERS_FUNCTIONS = (
    "ledger_final_block(bigint, bigint)",
    "ledger_final_until()",
    "ledger_open_accounts(text, text[], text[], text[], text[], bigint[], bigint[])",
    "ledger_open_book(text, text)",
    "ledger_register_reason(text, text, text)",
    "ledger_seal()",
    "ledger_transfer(text, text, text, text, date, text, text, text, bigint)",
    (
        "ledger_transfers(text, text[], text[], text[], text[], date[], text[], text[], "
        "timestamptz[], integer[], text[], text[], bigint[], integer)"
    ),
    "ledger_unsealed()",
)


def grant_application_role(*, role: str, owner: str) -> None:
    """Give the application's role what it needs, and no more; safe to repeat after migrations.

    It never owns a table, so it cannot disable a trigger; it may not truncate anything.

    Args:
        role: the application's.
        owner: the database alias whose role owns the tables.
    """
    with transaction.atomic(using=owner), connections[owner].cursor() as cursor:
        quoted = connections[owner].ops.quote_name(role)
        statements = [
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
            "GRANT USAGE ON SCHEMA public TO {role}",
            # why: on a database from before PostgreSQL 15 everybody may, and the ledger's functions
            # look names up there with their owner's rights.
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            *(f"REVOKE UPDATE, DELETE ON {table} FROM {{role}}" for table in APPEND_ONLY_TABLES),
            *(f"REVOKE DELETE ON {table} FROM {{role}}" for table in VERSION_TABLES),
            *(
                f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {{role}}"
                for table in FUNCTION_ONLY_TABLES
            ),
            "REVOKE ALL ON SEQUENCE ledger_account_id_seq, ledger_transfer_id_seq FROM {role}",
            *(f"REVOKE ALL ON FUNCTION {each} FROM PUBLIC" for each in OWNERS_FUNCTIONS),
            *(f"GRANT EXECUTE ON FUNCTION {each} TO {{role}}" for each in OWNERS_FUNCTIONS),
        ]
        for statement in statements:
            cursor.execute(statement.format(role=quoted))
