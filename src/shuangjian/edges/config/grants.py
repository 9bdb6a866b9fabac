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
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
            *(f"REVOKE UPDATE, DELETE ON {table} FROM {{role}}" for table in APPEND_ONLY_TABLES),
            *(f"REVOKE DELETE ON {table} FROM {{role}}" for table in VERSION_TABLES),
        ]
        for statement in statements:
            cursor.execute(statement.format(role=quoted))
