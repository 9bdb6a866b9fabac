"""One or several transfers in turn, all or none: how they are written, and why one is refused."""

from django.db import migrations

# why: what each account holds after each entry, counted in turn from what it holds now; the caller
# has locked the accounts.
ENTRIES = """
CREATE FUNCTION ledger_entries(
    p_orders integer[], p_debits bigint[], p_credits bigint[], p_amounts bigint[], p_held bigint[]
) RETURNS TABLE (
    account_id bigint, place bigint, is_debit boolean, order_number integer, version bigint,
    balance_fen bigint, held_out_fen bigint, held_in_fen bigint, is_final boolean,
    is_broken boolean
) LANGUAGE sql STABLE AS $$
    SELECT account_id, place, is_debit, order_number, version, balance_fen, held_out_fen,
        held_in_fen, next_order IS NULL,
        next_order IS DISTINCT FROM order_number
            AND (balance_fen - held_out_fen < minimum_fen OR balance_fen + held_in_fen > maximum_fen
                OR greatest(held_out_fen, held_in_fen) > 9007199254740991)
    FROM (
        SELECT a.id AS account_id, e.place, e.is_debit, e.order_number, a.minimum_fen,
            a.maximum_fen, a.version + row_number() OVER turn AS version,
            (a.balance_fen + sum(CASE WHEN (a.side = 'debit') = e.is_debit THEN e.amount_fen
                ELSE -e.amount_fen END) OVER turn)::bigint AS balance_fen,
            (a.held_out_fen + sum(CASE WHEN (a.side = 'debit') = e.is_debit THEN 0
                ELSE e.held_fen END) OVER turn)::bigint AS held_out_fen,
            (a.held_in_fen + sum(CASE WHEN (a.side = 'debit') = e.is_debit THEN e.held_fen
                ELSE 0 END) OVER turn)::bigint AS held_in_fen,
            lead(e.order_number) OVER turn AS next_order
        FROM (
            SELECT s.account_id, l.place, s.is_debit, l.order_number, l.amount_fen, l.held_fen
            FROM unnest(p_orders, p_debits, p_credits, p_amounts, p_held) WITH ORDINALITY
                AS l (order_number, debit_id, credit_id, amount_fen, held_fen, place)
            CROSS JOIN LATERAL (VALUES (l.debit_id, true), (l.credit_id, false))
                AS s (account_id, is_debit)
        ) e JOIN ledger_account a ON a.id = e.account_id
        WINDOW turn AS (PARTITION BY a.id ORDER BY e.place ROWS UNBOUNDED PRECEDING)
    ) e
$$;
"""
UNDO_ENTRIES = "DROP FUNCTION ledger_entries(integer[], bigint[], bigint[], bigint[], bigint[]);"

# why: what names another transfer takes its legs, and is looked at alone.
ORIGINAL = """
CREATE FUNCTION ledger_legs_of(
    p_book integer, p_step text, p_original text, p_amounts bigint[], p_place integer,
    OUT original ledger_transfer, OUT debits bigint[], OUT credits bigint[],
    OUT amounts bigint[], OUT held bigint[]
) LANGUAGE plpgsql AS $$
DECLARE
    is_resolution constant boolean := p_step IN ('settled', 'voided', 'expired');
    code text;
BEGIN
    SELECT t.* INTO original FROM ledger_transfer t WHERE t.book_id = p_book AND t.key = p_original;
    code := CASE
        WHEN original.id IS NULL THEN 'unknown_original'
        WHEN is_resolution AND original.step <> 'held' THEN 'not_a_hold'
        WHEN p_step = 'reversal' AND original.step NOT IN ('posted', 'settled')
            THEN 'not_reversible'
        WHEN p_step = 'posted' AND NOT EXISTS (SELECT 1 FROM ledger_transfer r
            WHERE r.original_id = original.id AND r.step = 'reversal') THEN 'not_reversed'
        WHEN p_step = 'settled' AND cardinality(p_amounts) NOT IN (0, original.leg_count)
            THEN 'legs_differ'
    END;
    IF code IS NOT NULL THEN
        PERFORM ledger_refuse(code, p_place, jsonb_build_object('original', p_original));
    END IF;
    IF is_resolution THEN
        SELECT array_agg(debit_account_id ORDER BY number),
            array_agg(credit_account_id ORDER BY number),
            array_agg(CASE p_step WHEN 'settled' THEN coalesce(p_amounts[number], held_fen)
                ELSE 0 END ORDER BY number),
            array_agg(-held_fen ORDER BY number)
            INTO debits, credits, amounts, held FROM ledger_leg WHERE transfer_id = original.id;
    ELSIF p_step = 'reversal' THEN
        SELECT array_agg(credit_account_id ORDER BY number),
            array_agg(debit_account_id ORDER BY number), array_agg(amount_fen ORDER BY number),
            array_agg(0::bigint)
            INTO debits, credits, amounts, held FROM ledger_leg
            WHERE transfer_id = original.id AND amount_fen > 0;
    END IF;
END $$;
"""
UNDO_ORIGINAL = "DROP FUNCTION ledger_legs_of(integer, text, text, bigint[], integer);"

# why: one way of writing for every step and every number of transfers; the legs come resolved.
WRITE = """
CREATE FUNCTION ledger_write(
    p_book integer, p_keys text[], p_steps text[], p_reasons integer[], p_booked_on date[],
    p_references text[], p_original ledger_transfer, p_expiries timestamptz[], p_orders integer[],
    p_debits bigint[], p_credits bigint[], p_amounts bigint[], p_held bigint[], p_first integer
) RETURNS TABLE (transfer_id bigint, recorded_at timestamptz, is_repeat boolean)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    ids bigint[];
    moments timestamptz[];
    repeats boolean[];
    last record;
    moved_at timestamptz;
    wrong_place integer := 2147483647;
    wrong_code text;
    late_place integer;
    broken record;
    answer record;
    leg record;
    account ledger_account;
BEGIN
    SELECT max(a.recorded_at) INTO moved_at FROM (
        SELECT recorded_at FROM ledger_account WHERE id = ANY (p_debits || p_credits)
        ORDER BY code FOR NO KEY UPDATE) a;
    SELECT noted_id, sealed_at INTO last FROM ledger_block ORDER BY number DESC LIMIT 1;
    moved_at := greatest(clock_timestamp(), last.sealed_at, moved_at);
    IF p_original.id IS NOT NULL AND p_steps[1] <> 'posted'
        AND NOT EXISTS (SELECT 1 FROM ledger_transfer WHERE book_id = p_book AND key = p_keys[1])
    THEN
        PERFORM ledger_refuse_resolution(
            p_original, p_steps[1], p_amounts, p_held, at => moved_at, place => p_first);
    END IF;
    WITH written AS (
        INSERT INTO ledger_transfer (book_id, key, step, reason_id, booked_on, recorded_at,
            original_id, expires_at, reference, leg_count)
        SELECT p_book, o.key, o.step, o.reason_id, o.booked_on, moved_at, p_original.id,
            o.expires_at, o.reference, l.leg_count
        FROM unnest(p_keys, p_steps, p_reasons, p_booked_on, p_references, p_expiries)
            WITH ORDINALITY o (key, step, reason_id, booked_on, reference, expires_at, place)
        JOIN (SELECT place, count(*) AS leg_count FROM unnest(p_orders) n (place) GROUP BY place) l
            USING (place)
        ORDER BY o.place
        ON CONFLICT (book_id, key) DO NOTHING RETURNING id, key
    )
    SELECT array_agg(w.id ORDER BY o.place), array_agg(moved_at), array_agg(w.id IS NULL
        ORDER BY o.place) INTO ids, moments, repeats
        FROM unnest(p_keys) WITH ORDINALITY o (key, place) LEFT JOIN written w USING (key);
    IF (SELECT max(id) FROM unnest(ids) id) - coalesce(last.noted_id, 0) > 100000 THEN
        PERFORM ledger_refuse('tail_full');
    END IF;
    IF true = ANY (repeats) THEN
        FOR leg IN
            SELECT l.number, array_agg(debit ORDER BY l.place) AS debits,
                array_agg(credit ORDER BY l.place) AS credits,
                array_agg(amount ORDER BY l.place) AS amounts,
                array_agg(held ORDER BY l.place) AS held
            FROM unnest(p_orders, p_debits, p_credits, p_amounts, p_held) WITH ORDINALITY
                l (number, debit, credit, amount, held, place)
            WHERE l.number = ANY (array_positions(repeats, true))
            GROUP BY l.number ORDER BY l.number
        LOOP
            SELECT * INTO answer FROM ledger_repeat(p_book, p_keys[leg.number],
                p_steps[leg.number], p_reasons[leg.number], p_booked_on[leg.number],
                p_references[leg.number], p_original.id, p_expiries[leg.number],
                leg.debits, leg.credits, leg.amounts, leg.held);
            IF answer.transfer_id IS NULL THEN
                wrong_place := leg.number;
                wrong_code := 'key_reused';
                EXIT;
            END IF;
            ids[leg.number] := answer.transfer_id;
            moments[leg.number] := answer.recorded_at;
        END LOOP;
        SELECT coalesce(array_agg(l.number ORDER BY l.place), '{}'),
            coalesce(array_agg(debit ORDER BY l.place), '{}'),
            coalesce(array_agg(credit ORDER BY l.place), '{}'),
            coalesce(array_agg(amount ORDER BY l.place), '{}'),
            coalesce(array_agg(held ORDER BY l.place), '{}')
            INTO p_orders, p_debits, p_credits, p_amounts, p_held
            FROM unnest(p_orders, p_debits, p_credits, p_amounts, p_held) WITH ORDINALITY
                l (number, debit, credit, amount, held, place)
            WHERE NOT repeats[l.number];
    END IF;
    SELECT o.place INTO late_place FROM unnest(p_expiries, repeats) WITH ORDINALITY
        o (expires_at, is_repeat, place)
        WHERE o.expires_at <= moved_at AND NOT o.is_repeat ORDER BY o.place LIMIT 1;
    IF late_place < wrong_place THEN
        wrong_place := late_place;
        wrong_code := 'expiry_in_past';
    END IF;
    BEGIN
        WITH entry AS MATERIALIZED (
            SELECT * FROM ledger_entries(p_orders, p_debits, p_credits, p_amounts, p_held)
        ), moved AS (
            UPDATE ledger_account a SET balance_fen = e.balance_fen, version = e.version,
                held_out_fen = e.held_out_fen, held_in_fen = e.held_in_fen, recorded_at = moved_at
            FROM entry e WHERE e.is_final AND a.id = e.account_id
        ), written AS (
            INSERT INTO ledger_leg (transfer_id, number, debit_account_id, credit_account_id,
                amount_fen, held_fen, debit_version, credit_version, debit_balance_fen,
                credit_balance_fen)
            SELECT i.id, row_number() OVER (PARTITION BY l.number ORDER BY l.place), l.debit,
                l.credit, l.amount, l.held, d.version, c.version, d.balance_fen, c.balance_fen
            FROM unnest(p_orders, p_debits, p_credits, p_amounts, p_held) WITH ORDINALITY
                l (number, debit, credit, amount, held, place)
            JOIN unnest(ids) WITH ORDINALITY i (id, number) ON i.number = l.number
            JOIN entry d ON d.place = l.place AND d.is_debit
            JOIN entry c ON c.place = l.place AND NOT c.is_debit
        )
        SELECT e.* INTO broken FROM entry e WHERE e.is_broken
            ORDER BY e.order_number, e.account_id LIMIT 1;
    EXCEPTION WHEN check_violation THEN
        -- why: the accounts' own constraint stopped it before it could be told which order did it.
        SELECT e.* INTO broken
            FROM ledger_entries(p_orders, p_debits, p_credits, p_amounts, p_held) e
            WHERE e.is_broken ORDER BY e.order_number, e.account_id LIMIT 1;
        IF broken IS NULL THEN
            RAISE;
        END IF;
    END;
    IF broken.order_number < wrong_place THEN
        SELECT * INTO account FROM ledger_account WHERE id = broken.account_id;
        account.balance_fen := broken.balance_fen;
        account.held_out_fen := broken.held_out_fen;
        account.held_in_fen := broken.held_in_fen;
        PERFORM ledger_refuse_limits(p_first + broken.order_number - 1, account);
    ELSIF wrong_code IS NOT NULL THEN
        PERFORM ledger_refuse(wrong_code, p_first + wrong_place - 1,
            jsonb_build_object('key', p_keys[wrong_place]));
    END IF;
    RETURN QUERY SELECT * FROM unnest(ids, moments, repeats);
END $$;
"""
UNDO_WRITE = """
DROP FUNCTION ledger_write(integer, text[], text[], integer[], date[], text[], ledger_transfer,
    timestamptz[], integer[], bigint[], bigint[], bigint[], bigint[], integer);
"""

# why: asked before the transfer is written, under the locks of the accounts, which whoever
# resolves or reverses the same original takes as well.
RESOLUTION = """
CREATE FUNCTION ledger_refuse_resolution(
    original ledger_transfer, p_step text, p_amounts bigint[], p_held bigint[],
    at timestamptz, place integer
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ended ledger_transfer;
    code text;
BEGIN
    SELECT * INTO ended FROM ledger_transfer WHERE original_id = original.id AND step <> 'posted';
    code := CASE
        WHEN ended.id IS NOT NULL AND p_step = 'reversal' THEN 'already_reversed'
        WHEN ended.id IS NOT NULL THEN 'hold_resolved'
        WHEN p_step = 'settled' AND original.expires_at <= at THEN 'hold_expired'
        WHEN p_step = 'expired' AND (original.expires_at > at OR original.expires_at IS NULL)
            THEN 'hold_not_due'
        WHEN p_step = 'settled' AND EXISTS (SELECT 1 FROM unnest(p_amounts, p_held)
            l (amount, held) WHERE l.amount > -l.held) THEN 'amount_above_hold'
    END;
    IF code IS NOT NULL THEN
        PERFORM ledger_refuse(code, place, jsonb_build_object('original', original.key,
            'by', ended.key, 'by_step', ended.step, 'expires_at', original.expires_at));
    END IF;
END $$;
"""
UNDO_RESOLUTION = """
DROP FUNCTION ledger_refuse_resolution(ledger_transfer, text, bigint[], bigint[], timestamptz,
    integer);
"""

# why: orders that only bring new legs are written together; where one names another, or a name is
# not known, they are taken in turn, so that the first wrong one is the one that is told.
SEVERAL = """
CREATE FUNCTION ledger_transfers(
    p_book text, p_keys text[], p_steps text[], p_kinds text[], p_reasons text[],
    p_booked_on date[], p_references text[], p_originals text[], p_expiries timestamptz[],
    p_orders integer[], p_debits text[], p_credits text[], p_amounts bigint[],
    p_first integer DEFAULT 0
) RETURNS TABLE (transfer_id bigint, recorded_at timestamptz, is_repeat boolean)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off AS $$
#variable_conflict use_column
DECLARE
    orders constant integer := cardinality(p_keys);
    the_book integer := (SELECT id FROM ledger_book WHERE code = p_book);
    bad_day integer := (SELECT min(place) FROM unnest(p_booked_on) WITH ORDINALITY d (day, place)
        WHERE (day BETWEEN '2000-01-01'
            AND (clock_timestamp() AT TIME ZONE 'Asia/Shanghai')::date + 366) IS NOT TRUE);
    key_twice integer := (SELECT min(k.place) FROM (
        SELECT place, row_number() OVER (PARTITION BY key ORDER BY place) AS times
        FROM unnest(p_keys) WITH ORDINALITY n (key, place)) k WHERE k.times > 1);
    reasons integer[];
    debits bigint[];
    credits bigint[];
    amounts bigint[];
    held bigint[];
    bad_amount record;
    one record;
    named record;
    original ledger_transfer;
BEGIN
    SELECT l.number AS place, l.amount INTO bad_amount
        FROM unnest(p_orders, p_amounts) l (number, amount)
        JOIN unnest(p_steps) WITH ORDINALITY s (step, number) ON s.number = l.number
        WHERE (l.amount BETWEEN CASE s.step WHEN 'settled' THEN 0 ELSE 1 END AND 999999999999)
            IS NOT TRUE
        ORDER BY l.number LIMIT 1;
    IF bad_day IS NOT NULL THEN
        PERFORM ledger_refuse('bad_day', p_first + bad_day - 1,
            jsonb_build_object('day', p_booked_on[bad_day]));
    ELSIF key_twice IS NOT NULL THEN
        PERFORM ledger_refuse('key_twice', p_first + key_twice - 1,
            jsonb_build_object('key', p_keys[key_twice]));
    ELSIF bad_amount.place IS NOT NULL THEN
        PERFORM ledger_refuse(
            CASE WHEN bad_amount.amount > 0 THEN 'amount_too_large' ELSE 'amount_not_positive' END,
            p_first + bad_amount.place - 1, jsonb_build_object('amount', bad_amount.amount));
    ELSIF the_book IS NULL THEN
        PERFORM ledger_refuse('unknown_book', p_first, jsonb_build_object('book', p_book));
    END IF;
    SELECT array_agg(r.id ORDER BY o.place) INTO reasons
        FROM unnest(p_kinds, p_reasons) WITH ORDINALITY o (kind, code, place)
        LEFT JOIN ledger_reason r ON r.kind = o.kind AND r.code = o.code;
    SELECT coalesce(array_agg(l.debit_id), '{}'), coalesce(array_agg(l.credit_id), '{}'),
        coalesce(array_agg(CASE l.step WHEN 'held' THEN 0 ELSE l.amount END), '{}'),
        coalesce(array_agg(CASE l.step WHEN 'held' THEN l.amount ELSE 0 END), '{}')
        INTO debits, credits, amounts, held
        FROM (
            SELECT (SELECT id FROM ledger_account WHERE book_id = the_book AND code = l.debit)
                    AS debit_id,
                (SELECT id FROM ledger_account WHERE book_id = the_book AND code = l.credit)
                    AS credit_id, s.step, l.amount
            FROM unnest(p_orders, p_debits, p_credits, p_amounts) WITH ORDINALITY
                l (number, debit, credit, amount, place)
            JOIN unnest(p_steps) WITH ORDINALITY s (step, number) ON s.number = l.number
            ORDER BY l.place) l;
    IF orders > 1 AND (p_steps && ARRAY['settled', 'voided', 'expired', 'reversal']
        OR array_position(reasons, NULL) > 0 OR array_position(debits, NULL) > 0
        OR array_position(credits, NULL) > 0
        OR array_remove(p_originals, NULL) <> '{}')
    THEN
        PERFORM 1 FROM ledger_account WHERE id = ANY (debits || credits || ARRAY(
                SELECT unnest(ARRAY[l.debit_account_id, l.credit_account_id])
                FROM ledger_transfer t JOIN ledger_leg l ON l.transfer_id = t.id
                WHERE t.book_id = the_book AND t.key = ANY (p_originals)))
            ORDER BY code FOR NO KEY UPDATE;  -- why: all at once, or two batches might deadlock.
        FOR turn IN 1..orders LOOP
            SELECT array_agg(debit ORDER BY l.place) AS debits,
                array_agg(credit ORDER BY l.place) AS credits,
                array_agg(amount ORDER BY l.place) AS amounts INTO one
                FROM unnest(p_orders, p_debits, p_credits, p_amounts) WITH ORDINALITY
                    l (number, debit, credit, amount, place) WHERE l.number = turn;
            RETURN QUERY SELECT * FROM ledger_transfers(p_book, p_keys[turn:turn],
                p_steps[turn:turn], p_kinds[turn:turn], p_reasons[turn:turn],
                p_booked_on[turn:turn], p_references[turn:turn], p_originals[turn:turn],
                p_expiries[turn:turn], array_fill(1, ARRAY[coalesce(cardinality(one.amounts), 0)]),
                one.debits, one.credits, one.amounts, p_first + turn - 1);
        END LOOP;
        RETURN;
    END IF;
    IF array_position(reasons, NULL) > 0 THEN
        PERFORM ledger_refuse('unknown_reason', p_first,
            jsonb_build_object('kind', p_kinds[1], 'reason', p_reasons[1]));
    END IF;
    IF (p_originals[1] IS NULL AND p_steps[1] <> 'posted' AND p_steps[1] <> 'held')
        OR (p_originals[1] IS NOT NULL AND p_steps[1] = 'held')
    THEN
        PERFORM ledger_refuse('unknown_original', p_first,
            jsonb_build_object('original', p_originals[1]));
    END IF;
    IF p_originals[1] IS NOT NULL THEN
        SELECT * INTO named FROM ledger_legs_of(the_book, p_steps[1], p_originals[1],
            coalesce(p_amounts, '{}'), p_first);
        original := named.original;
        IF p_steps[1] <> 'posted' THEN
            debits := named.debits;
            credits := named.credits;
            amounts := named.amounts;
            held := named.held;
            IF p_steps[1] = 'settled' AND (SELECT max(a) FROM unnest(amounts) a) = 0 THEN
                PERFORM ledger_refuse('amount_not_positive', p_first,
                    jsonb_build_object('amount', 0));
            END IF;
            p_orders := array_fill(1, ARRAY[cardinality(debits)]);
        END IF;
    END IF;
    IF array_position(debits, NULL) > 0 OR array_position(credits, NULL) > 0 THEN
        PERFORM ledger_refuse('unknown_account', p_first, jsonb_build_object('account',
            (SELECT CASE WHEN debit_id IS NULL THEN debit ELSE credit END
                FROM unnest(p_debits, p_credits, debits, credits) WITH ORDINALITY
                    l (debit, credit, debit_id, credit_id, place)
                WHERE debit_id IS NULL OR credit_id IS NULL ORDER BY place LIMIT 1)));
    END IF;
    IF (SELECT count(DISTINCT number) FROM unnest(p_orders) o (number)) < orders THEN
        PERFORM ledger_refuse('no_legs', p_first);
    END IF;
    RETURN QUERY SELECT * FROM ledger_write(the_book, p_keys, p_steps, reasons, p_booked_on,
        p_references, original, p_expiries, p_orders, debits, credits, amounts, held,
        p_first);
END $$;
"""
UNDO_SEVERAL = """
DROP FUNCTION ledger_transfers(text, text[], text[], text[], text[], date[], text[], text[],
    timestamptz[], integer[], text[], text[], bigint[], integer);
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_transfer")]
    operations = [
        migrations.RunSQL(forward, backward)
        for forward, backward in (
            (ENTRIES, UNDO_ENTRIES),
            (ORIGINAL, UNDO_ORIGINAL),
            (RESOLUTION, UNDO_RESOLUTION),
            (WRITE, UNDO_WRITE),
            (SEVERAL, UNDO_SEVERAL),
        )
    ]
