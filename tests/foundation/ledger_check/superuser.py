"""Whoever can do anything: changes rows where no trigger and no foreign key stands in the way."""

import psycopg
from django.db import connection

from shuangjian.edges.config import database, embedded

REBUILD = """
DO $$
DECLARE
    block ledger_block;
    before bytea := decode(repeat('00', 32), 'hex');
BEGIN
    FOR block IN SELECT * FROM ledger_block ORDER BY number LOOP
        UPDATE ledger_block SET previous = before, head = sha256(convert_to(ledger_block_text(
            number, before, sealed_at, account_ids, transfer_ids), 'UTF8'))
            WHERE number = block.number RETURNING head INTO before;
    END LOOP;
END $$
"""
"""The whole chain made anew, so that it agrees with the rows again."""


def superuser() -> psycopg.Connection:
    cluster = embedded.read_cluster(database.folder())
    assert cluster is not None, "these tests need the server of the wheel"
    return psycopg.connect(cluster.url("postgres", database=connection.settings_dict["NAME"]))


def damage(*statements: str) -> None:
    with superuser() as plain:
        plain.execute("SET session_replication_role = replica")
        for statement in statements:
            plain.execute(statement)
    connection.close()


def transfer(key: str) -> str:
    return f"(SELECT id FROM ledger_transfer WHERE key = '{key}')"


def account(code: str, of: str = "pay-a") -> str:
    return (
        f"(SELECT id FROM ledger_account WHERE code = '{code}' AND book_id = "
        f"(SELECT book_id FROM ledger_transfer WHERE key = '{of}'))"
    )


def leg(key: str, change: str, number: int = 1) -> str:
    return (
        f"UPDATE ledger_leg SET {change} WHERE transfer_id = {transfer(key)} AND number = {number}"
    )


def row(key: str, change: str) -> str:
    return f"UPDATE ledger_transfer SET {change} WHERE id = {transfer(key)}"


def holder(code: str, change: str) -> str:
    return f"UPDATE ledger_account SET {change} WHERE id = {account(code)}"


def block(number: int, change: str) -> str:
    return f"UPDATE ledger_block SET {change} WHERE number = {number}"


def forget(key: str) -> tuple[str, str]:
    """A transfer and its legs, gone."""
    return (
        f"DELETE FROM ledger_leg WHERE transfer_id = {transfer(key)}",
        f"DELETE FROM ledger_transfer WHERE key = '{key}'",
    )


def one_fen_more(key: str, code: str) -> tuple[str, ...]:
    """A posted transfer moves one fen more out of the bank, and everything derived from it does."""
    later = (
        "UPDATE ledger_leg SET {side}_balance_fen = {side}_balance_fen + 1 "
        "WHERE {side}_account_id = {who} AND {side}_version >= (SELECT {own}_version FROM ledger_leg "
        "WHERE transfer_id = {which})"
    )
    changes = []
    for own, who in (("debit", account("bank")), ("credit", account(code))):
        changes += [
            later.format(side=side, own=own, who=who, which=transfer(key))
            for side in ("debit", "credit")
        ]
        changes.append(f"UPDATE ledger_account SET balance_fen = balance_fen + 1 WHERE id = {who}")
        changes.append(
            f"UPDATE ledger_daytotal SET change_fen = change_fen + 1 WHERE account_id = {who} "
            f"AND booked_on = (SELECT booked_on FROM ledger_transfer WHERE key = '{key}')"
        )
    return (*changes, leg(key, "amount_fen = amount_fen + 1"))
