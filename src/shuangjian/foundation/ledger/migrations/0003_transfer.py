"""The functions through which alone the application writes: transfers.

``ledger_transfers`` does one or several transfers in turn, all or none, set by set, and says why it
does not; ``ledger_transfer`` is a short way for the usual one. What they do and refuse stands in
docs/algorithms/ledger.md. A refusal is an error of SQLSTATE ``SJ001``: its message is the code, its
detail JSON.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION ledger_refuse(code text, place integer DEFAULT NULL, details jsonb DEFAULT '{}')
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', code
        USING ERRCODE = 'SJ001', DETAIL = (details || jsonb_build_object('index', place))::text;
END $$;
"""
UNDO_REFUSE = "DROP FUNCTION ledger_refuse(text, integer, jsonb);"

LIMITS = """
CREATE FUNCTION ledger_refuse_limits(place integer, account ledger_account)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    lowest bigint := account.balance_fen - account.held_out_fen;
    highest bigint := account.balance_fen + account.held_in_fen;
    largest constant bigint := 9007199254740991;
    code text;
BEGIN
    code := CASE
        WHEN lowest < account.minimum_fen AND account.minimum_fen > -largest THEN 'below_minimum'
        WHEN highest > account.maximum_fen AND account.maximum_fen < largest THEN 'above_maximum'
        WHEN lowest < -largest
            OR greatest(highest, account.held_out_fen, account.held_in_fen) > largest
            THEN 'balance_too_large'
    END;
    IF code IS NOT NULL THEN
        PERFORM ledger_refuse(code, place, jsonb_build_object('account', account.code,
            'limit_fen', CASE code WHEN 'below_minimum' THEN account.minimum_fen
                ELSE account.maximum_fen END,
            'would_be_fen', CASE code WHEN 'below_minimum' THEN lowest ELSE highest END));
    END IF;
END $$;
"""
UNDO_LIMITS = "DROP FUNCTION ledger_refuse_limits(integer, ledger_account);"

# why: the first answer is found by comparing, so that a transfer need not carry a copy of its order.
REPEAT = """
CREATE FUNCTION ledger_repeat(
    p_book integer, p_key text, p_step text, p_reason integer, p_booked_on date, p_reference text,
    p_original bigint, p_expires_at timestamptz, p_debits bigint[], p_credits bigint[],
    p_amounts bigint[], p_held bigint[]
) RETURNS TABLE (transfer_id bigint, recorded_at timestamptz) LANGUAGE sql AS $$
    SELECT t.id, t.recorded_at FROM ledger_transfer t
    WHERE t.book_id = p_book AND t.key = p_key AND t.step = p_step AND t.reason_id = p_reason
        AND t.booked_on = p_booked_on AND t.reference = p_reference
        AND t.original_id IS NOT DISTINCT FROM p_original
        AND t.expires_at IS NOT DISTINCT FROM p_expires_at
        AND (p_debits, p_credits, p_amounts, p_held) = (
            SELECT array_agg(debit_account_id ORDER BY number),
                array_agg(credit_account_id ORDER BY number),
                array_agg(amount_fen ORDER BY number), array_agg(held_fen ORDER BY number)
            FROM ledger_leg WHERE transfer_id = t.id)
$$;
"""
UNDO_REPEAT = """
DROP FUNCTION ledger_repeat(integer, text, text, integer, date, text, bigint, timestamptz,
    bigint[], bigint[], bigint[], bigint[]);
"""

# why: the usual transfer, one new leg, in as few statements as can be; it only knows success. What
# is unusual in any way (a repeat, a name that is not known, a limit) it leaves: it answers NULL, or
# the accounts' own constraint stops it, and ``ledger_transfers`` says exactly why.
# Accounts are locked before the key is claimed, always in order of code, so two transfers never
# wait for each other for ever (two batches may, that claim the same keys in another order). The
# clock is read and the number given under the locks, hence after the transaction got its own
# number: so ``noted_xid`` of a block tells whose are still out. The last block is looked up under
# them, too: what is recorded is never before what it called final.
TRANSFER = """
CREATE FUNCTION ledger_transfer(
    p_book text, p_key text, p_kind text, p_reason text, p_booked_on date, p_reference text,
    p_debit text, p_credit text, p_amount bigint,
    OUT transfer_id bigint, OUT recorded_at timestamptz
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    the_book integer;
    the_reason integer;
    moved_at timestamptz;
    locked_at timestamptz;
    accounts integer;
BEGIN
    SELECT (SELECT id FROM ledger_book WHERE code = p_book),
        (SELECT id FROM ledger_reason WHERE kind = p_kind AND code = p_reason)
        INTO the_book, the_reason;
    SELECT count(*), max(a.recorded_at) INTO accounts, locked_at FROM (
        SELECT recorded_at FROM ledger_account WHERE book_id = the_book
            AND code IN (p_debit, p_credit) ORDER BY code FOR NO KEY UPDATE) a;
    INSERT INTO ledger_transfer
        (book_id, key, step, reason_id, booked_on, recorded_at, reference, leg_count)
        SELECT the_book, p_key, 'posted', the_reason, p_booked_on,
            greatest(clock_timestamp(), last.sealed_at, locked_at), p_reference, 1
        FROM (VALUES (1)) once
        LEFT JOIN (SELECT sealed_at, noted_id FROM ledger_block ORDER BY number DESC LIMIT 1) last
            ON true
        WHERE accounts = 2 AND the_reason > 0 AND p_amount > 0
            AND p_booked_on BETWEEN '2000-01-01' AND clock_timestamp()::date + 364
            AND coalesce(pg_sequence_last_value('ledger_transfer_id_seq'), 0)
                < coalesce(last.noted_id, 0) + 100000
        ON CONFLICT (book_id, key) DO NOTHING
        RETURNING id, ledger_transfer.recorded_at INTO transfer_id, moved_at;
    IF transfer_id IS NULL THEN
        RETURN;
    END IF;
    WITH moved AS (
        UPDATE ledger_account SET version = version + 1, recorded_at = moved_at, balance_fen =
            balance_fen + CASE WHEN (side = 'debit') = (code = p_debit) THEN p_amount
                ELSE -p_amount END
            WHERE book_id = the_book AND code IN (p_debit, p_credit)
            RETURNING id, code, version, balance_fen
    )
    INSERT INTO ledger_leg (transfer_id, number, debit_account_id, credit_account_id, amount_fen,
        held_fen, debit_version, credit_version, debit_balance_fen, credit_balance_fen)
        SELECT ledger_transfer.transfer_id, 1, d.id, c.id, p_amount, 0, d.version, c.version,
            d.balance_fen, c.balance_fen
        FROM moved d JOIN moved c ON d.code = p_debit AND c.code = p_credit;
    recorded_at := moved_at;
END $$;
"""
UNDO_TRANSFER = """
DROP FUNCTION ledger_transfer(text, text, text, text, date, text, text, text, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_kept_for_ever")]
    operations = [
        migrations.RunSQL(forward, backward)
        for forward, backward in (
            (REFUSE, UNDO_REFUSE),
            (LIMITS, UNDO_LIMITS),
            (REPEAT, UNDO_REPEAT),
            (TRANSFER, UNDO_TRANSFER),
        )
    ]
