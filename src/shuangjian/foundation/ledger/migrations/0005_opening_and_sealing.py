"""Books, reasons and accounts are opened once; committed transfers are sealed into a chain.

The canonical text of a block is in docs/algorithms/ledger.md; ``ledger_block_text`` is what builds
it here.
"""

from django.db import migrations

OPENING = """
CREATE FUNCTION ledger_open_book(p_code text, p_title text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_book (code, title) VALUES (p_code, p_title) ON CONFLICT (code) DO NOTHING;
    IF FOUND THEN
        RETURN true;
    ELSIF (SELECT title FROM ledger_book WHERE code = p_code) <> p_title THEN
        PERFORM ledger_refuse('book_differs', NULL, jsonb_build_object('book', p_code));
    END IF;
    RETURN false;
END $$;
CREATE FUNCTION ledger_register_reason(p_kind text, p_code text, p_title text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO ledger_reason (kind, code, title) VALUES (p_kind, p_code, p_title)
        ON CONFLICT (kind, code) DO NOTHING;
    IF FOUND THEN
        RETURN true;
    ELSIF (SELECT title FROM ledger_reason WHERE kind = p_kind AND code = p_code) <> p_title THEN
        PERFORM ledger_refuse('reason_differs', NULL,
            jsonb_build_object('kind', p_kind, 'reason', p_code));
    END IF;
    RETURN false;
END $$;
CREATE FUNCTION ledger_open_accounts(
    p_book text, p_codes text[], p_owners text[], p_purposes text[], p_sides text[],
    p_minimums bigint[], p_maximums bigint[]
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    the_book integer := (SELECT id FROM ledger_book WHERE code = p_book);
    opened integer;
    differing record;
BEGIN
    PERFORM pg_current_xact_id();  -- why: the sealer counts on it before any number is given.
    IF the_book IS NULL THEN
        PERFORM ledger_refuse('unknown_book', NULL, jsonb_build_object('book', p_book));
    END IF;
    INSERT INTO ledger_account
        (book_id, code, owner, purpose, side, minimum_fen, maximum_fen, opened_at, recorded_at)
        SELECT the_book, o.code, o.owner, o.purpose, o.side,
            coalesce(o.minimum, -9007199254740991), coalesce(o.maximum, 9007199254740991),
            clock_timestamp(), clock_timestamp()
        FROM unnest(p_codes, p_owners, p_purposes, p_sides, p_minimums, p_maximums)
            WITH ORDINALITY o (code, owner, purpose, side, minimum, maximum, place)
        ORDER BY o.place
        ON CONFLICT (book_id, code) DO NOTHING;
    GET DIAGNOSTICS opened = ROW_COUNT;
    SELECT o.code, o.place INTO differing
        FROM unnest(p_codes, p_owners, p_purposes, p_sides, p_minimums, p_maximums)
            WITH ORDINALITY o (code, owner, purpose, side, minimum, maximum, place)
        JOIN ledger_account a ON a.book_id = the_book AND a.code = o.code
        WHERE (a.owner, a.purpose, a.side, a.minimum_fen, a.maximum_fen) <> (o.owner, o.purpose,
            o.side, coalesce(o.minimum, -9007199254740991), coalesce(o.maximum, 9007199254740991))
        ORDER BY o.place LIMIT 1;
    IF FOUND THEN
        PERFORM ledger_refuse('account_differs', (differing.place - 1)::integer,
            jsonb_build_object('account', differing.code));
    END IF;
    RETURN opened;
END $$;
"""
UNDO_OPENING = """
DROP FUNCTION ledger_open_accounts(text, text[], text[], text[], text[], bigint[], bigint[]);
DROP FUNCTION ledger_register_reason(text, text, text);
DROP FUNCTION ledger_open_book(text, text);
"""

# why: every moment is written in full, in UTC, whatever the session's settings are.
TEXT = """
CREATE FUNCTION ledger_moment(moment timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
CREATE FUNCTION ledger_account_line(account ledger_account, book text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT concat_ws(E'\\t', 'account', account.id, book, account.code, account.owner,
        account.purpose, account.side,
        coalesce(nullif(account.minimum_fen, -9007199254740991)::text, ''),
        coalesce(nullif(account.maximum_fen, 9007199254740991)::text, ''),
        ledger_moment(account.opened_at)) || E'\\n'
$$;
CREATE FUNCTION ledger_transfer_line(
    transfer ledger_transfer, book text, kind text, reason text, legs text
) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT concat_ws(E'\\t', 'transfer', transfer.id, book, transfer.key, transfer.step, kind,
        reason, to_char(transfer.booked_on, 'YYYY-MM-DD'), ledger_moment(transfer.recorded_at),
        coalesce(transfer.original_id::text, ''),
        coalesce(ledger_moment(transfer.expires_at), ''), transfer.reference, legs) || E'\\n'
$$;
CREATE FUNCTION ledger_block_text(
    p_number integer, p_previous bytea, p_sealed_at timestamptz,
    p_account_ids bigint[], p_transfer_ids bigint[]
) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws(E'\\t', 'block', p_number, encode(p_previous, 'hex'),
        ledger_moment(p_sealed_at), cardinality(p_account_ids), cardinality(p_transfer_ids))
        || E'\\n'
        || coalesce((
            SELECT string_agg(ledger_account_line(a, b.code), '' ORDER BY a.id)
            FROM ledger_account a JOIN ledger_book b ON b.id = a.book_id
            WHERE a.id = ANY (p_account_ids)), '')
        || coalesce((
            SELECT string_agg(ledger_transfer_line(t, b.code, r.kind, r.code, l.legs), ''
                ORDER BY t.id)
            FROM ledger_transfer t JOIN ledger_book b ON b.id = t.book_id
            JOIN ledger_reason r ON r.id = t.reason_id
            JOIN LATERAL (
                SELECT string_agg(debit_account_id || '>' || credit_account_id || ':' || amount_fen
                    || ':' || held_fen, ',' ORDER BY number) AS legs
                FROM ledger_leg WHERE transfer_id = t.id) l ON true
            WHERE t.id = ANY (p_transfer_ids)), '')
$$;
"""
UNDO_TEXT = """
DROP FUNCTION ledger_block_text(integer, bytea, timestamptz, bigint[], bigint[]);
DROP FUNCTION ledger_transfer_line(ledger_transfer, text, text, text, text);
DROP FUNCTION ledger_account_line(ledger_account, text);
DROP FUNCTION ledger_moment(timestamptz);
"""

# why: what is committed and not in a block is sealed, so whoever commits late comes in a later
# block and nobody waits for him. A transaction has its own number before it takes one for a
# transfer or an account; the sealer takes his own, ``noted_xid``, after he has looked how far the
# clock and the numbering are. So all up to ``noted_id`` are visible or gone once every transaction
# before ``noted_xid`` has ended, and from the run after that on nothing is sought below
# ``floor_id``. A sealer who had his number before he looked (his caller has written already) knows
# nothing of the sort: his blocks bear the largest number, which is never reached.
# Transaction numbers from before a restore may lie in the new server's future: those have ended.
# All that is read is found by its number. A sealer that began on an empty ledger would keep the
# plans of then, scans of whole tables, until the next ANALYZE: at 100,000 transfers 14 times slower.
SEALING = """
CREATE FUNCTION ledger_unsealed(OUT account_ids bigint[], OUT transfer_ids bigint[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    WITH last AS (
        SELECT floor_id, floor_account_id, floor_number FROM ledger_block
        UNION ALL SELECT 0, 0, 0 ORDER BY floor_number DESC, floor_id DESC LIMIT 1
    )
    SELECT ARRAY(
        SELECT id FROM ledger_account WHERE id > (SELECT floor_account_id FROM last)
        EXCEPT SELECT unnest(account_ids) FROM ledger_block
            WHERE number > (SELECT floor_number FROM last)
        ORDER BY 1
    ), ARRAY(
        SELECT id FROM ledger_transfer WHERE id > (SELECT floor_id FROM last)
        EXCEPT SELECT unnest(transfer_ids) FROM ledger_block
            WHERE number > (SELECT floor_number FROM last)
        ORDER BY 1
    )
$$;
CREATE FUNCTION ledger_final_block(p_xmin bigint, p_xmax bigint) RETURNS ledger_block
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT b FROM ledger_block b WHERE b.noted_xid <= p_xmin
        OR b.noted_xid > p_xmax AND b.noted_xid < 9223372036854775807
    ORDER BY b.number DESC LIMIT 1
$$;
CREATE FUNCTION ledger_final_until() RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT (ledger_final_block(pg_snapshot_xmin(s)::text::bigint,
        pg_snapshot_xmax(s)::text::bigint)).sealed_at FROM pg_current_snapshot() s
$$;
CREATE FUNCTION ledger_seal() RETURNS SETOF integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
#variable_conflict use_column
DECLARE
    block_size constant integer := 1000;
    noted_xid bigint := CASE
        WHEN pg_current_xact_id_if_assigned() IS NOT NULL THEN 9223372036854775807 END;
    sealed_at timestamptz;
    noted_id bigint;
    noted_account_id bigint;
    seen record;
    final ledger_block;
    last ledger_block;
    account_blocks integer;
    blocks integer;
    first_number integer;
    accounts bigint[];
    transfers bigint[];
BEGIN
    -- why: a lock which nobody else has the right to take.
    LOCK TABLE ledger_block IN SHARE ROW EXCLUSIVE MODE;
    SELECT greatest(clock_timestamp(), max(b.sealed_at)) INTO sealed_at FROM (
        SELECT sealed_at FROM ledger_block ORDER BY number DESC LIMIT 1) b;
    noted_id := coalesce(pg_sequence_last_value('ledger_transfer_id_seq'), 0);
    noted_account_id := coalesce(pg_sequence_last_value('ledger_account_id_seq'), 0);
    noted_xid := coalesce(noted_xid, pg_current_xact_id()::text::bigint);
    -- why: what got its number since is for the next run, or ``floor_number`` would not be true.
    SELECT pg_snapshot_xmin(s)::text::bigint AS xmin, pg_snapshot_xmax(s)::text::bigint AS xmax,
        ARRAY(SELECT id FROM unnest(u.account_ids) id WHERE id <= noted_account_id ORDER BY 1)
            AS account_ids,
        ARRAY(SELECT id FROM unnest(u.transfer_ids) id WHERE id <= noted_id ORDER BY 1)
            AS transfer_ids
        INTO seen FROM pg_current_snapshot() s, ledger_unsealed() u;
    SELECT * INTO last FROM ledger_block ORDER BY number DESC LIMIT 1;
    -- why: as of the same snapshot; who has ended since then has not been seen.
    final := ledger_final_block(seen.xmin, seen.xmax);
    account_blocks := ceil(cardinality(seen.account_ids)::numeric / block_size);
    blocks := greatest(account_blocks, greatest(account_blocks - 1, 0)
        + ceil(cardinality(seen.transfer_ids)::numeric / block_size));
    IF blocks = 0 AND noted_id - coalesce(last.noted_id, 0) >= 10 * block_size THEN
        blocks := 1;  -- why: refused orders use numbers up too, and the tail is bounded by them.
    END IF;
    first_number := coalesce(last.number, 0) + 1;
    IF seen.xmin = noted_xid THEN
        final.number := first_number + blocks - 1;
        final.noted_id := noted_id;
        final.noted_account_id := noted_account_id;
    END IF;
    FOR place IN 0..blocks - 1 LOOP
        accounts := coalesce(
            seen.account_ids[place * block_size + 1:(place + 1) * block_size], '{}');
        transfers := coalesce(seen.transfer_ids[
            (place - greatest(account_blocks - 1, 0)) * block_size + 1:
            (place + 1 - greatest(account_blocks - 1, 0)) * block_size], '{}');
        INSERT INTO ledger_block (number, previous, head, sealed_at, account_ids, transfer_ids,
            transfers_total, noted_xid, noted_id, noted_account_id, floor_id, floor_account_id, floor_number)
        SELECT first_number + place, coalesce(last.head, decode(repeat('00', 32), 'hex')),
            sha256(convert_to(ledger_block_text(first_number + place,
                coalesce(last.head, decode(repeat('00', 32), 'hex')), sealed_at, accounts,
                transfers), 'UTF8')),
            sealed_at, accounts, transfers,
            coalesce(last.transfers_total, 0) + cardinality(transfers),
            noted_xid, noted_id, noted_account_id,
            coalesce(final.noted_id, 0), coalesce(final.noted_account_id, 0),
            coalesce(final.number, 0)
        RETURNING * INTO last;
        RETURN NEXT last.number;
    END LOOP;
    PERFORM ledger_add_up(seen.transfer_ids);
END $$;
"""
UNDO_SEALING = """
DROP FUNCTION ledger_seal();
DROP FUNCTION ledger_final_until();
DROP FUNCTION ledger_final_block(bigint, bigint);
DROP FUNCTION ledger_unsealed();
"""

# why: a transfer takes its number under the locks of its accounts, so along an account numbers rise
# with versions, and what has been sealed is always its first versions: as many as its day totals
# count.
TOTALS = """
CREATE VIEW ledger_entry AS
    SELECT l.debit_account_id AS account_id, l.debit_version AS version, l.transfer_id, l.number,
        true AS is_debit, l.credit_account_id AS counter_id, l.amount_fen, l.held_fen,
        l.debit_balance_fen AS balance_fen
    FROM ledger_leg l
    UNION ALL
    SELECT l.credit_account_id, l.credit_version, l.transfer_id, l.number, false,
        l.debit_account_id, l.amount_fen, l.held_fen, l.credit_balance_fen
    FROM ledger_leg l;
CREATE FUNCTION ledger_add_up(p_transfer_ids bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO ledger_daytotal (account_id, booked_on, change_fen, entries)
    SELECT a.id, t.booked_on,
        sum(CASE WHEN (a.side = 'debit') = e.is_debit THEN l.amount_fen ELSE -l.amount_fen END),
        count(*)
    FROM ledger_transfer t JOIN ledger_leg l ON l.transfer_id = t.id
    CROSS JOIN LATERAL (VALUES (l.debit_account_id, true), (l.credit_account_id, false))
        e (account_id, is_debit)
    JOIN ledger_account a ON a.id = e.account_id
    WHERE t.id = ANY (p_transfer_ids)
    GROUP BY a.id, t.booked_on
    ON CONFLICT (account_id, booked_on) DO UPDATE SET
        change_fen = ledger_daytotal.change_fen + excluded.change_fen,
        entries = ledger_daytotal.entries + excluded.entries
$$;
"""
UNDO_TOTALS = """
DROP FUNCTION ledger_add_up(bigint[]);
DROP VIEW ledger_entry;
"""

# why: recording times never fall along an account's versions, so the moment is found by halving.
# Of what is unsealed each entry is looked up; for an account with half of all entries the planner
# would read all of the ledger's tables instead.
AS_OF = """
CREATE FUNCTION ledger_balance_on(p_account bigint, p_day date) RETURNS bigint
LANGUAGE sql STABLE SET plan_cache_mode = force_generic_plan SET enable_seqscan = off
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    WITH counted AS (
        SELECT coalesce(sum(change_fen) FILTER (WHERE booked_on <= p_day), 0) AS change,
            coalesce(sum(entries), 0)::bigint AS entries
        FROM ledger_daytotal WHERE account_id = p_account
    )
    SELECT (c.change + coalesce((
        SELECT sum(CASE WHEN (a.side = 'debit') = e.is_debit THEN e.amount_fen
            ELSE -e.amount_fen END)
        FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
        WHERE e.account_id = p_account AND e.version > c.entries AND t.booked_on <= p_day
    ), 0))::bigint
    FROM counted c, ledger_account a WHERE a.id = p_account
$$;
CREATE FUNCTION ledger_balance_at(p_account bigint, p_moment timestamptz,
    OUT version bigint, OUT balance_fen bigint, OUT is_provisional boolean)
LANGUAGE plpgsql STABLE AS $$
DECLARE
    highest bigint := (SELECT a.version FROM ledger_account a WHERE a.id = p_account);
    middle bigint;
    entry record;
BEGIN
    version := 0;
    balance_fen := 0;
    WHILE version < highest LOOP
        middle := (version + highest + 1) / 2;
        SELECT e.balance_fen, t.recorded_at INTO entry
            FROM ledger_entry e JOIN ledger_transfer t ON t.id = e.transfer_id
            WHERE e.account_id = p_account AND e.version = middle;
        IF entry.recorded_at <= p_moment THEN
            version := middle;
            balance_fen := entry.balance_fen;
        ELSE
            highest := middle - 1;
        END IF;
    END LOOP;
    is_provisional := p_moment >= coalesce(ledger_final_until(), '-infinity');
END $$;
"""
UNDO_AS_OF = """
DROP FUNCTION ledger_balance_at(bigint, timestamptz);
DROP FUNCTION ledger_balance_on(bigint, date);
"""

# why: by the database's clock, the one that also judges whether a hold may still be settled.
DUE = """
CREATE FUNCTION ledger_due_holds(p_book text, p_limit integer)
RETURNS TABLE (id bigint, key text, kind text, reason text) LANGUAGE sql STABLE AS $$
    SELECT t.id, t.key, r.kind, r.code FROM ledger_transfer t JOIN ledger_reason r ON r.id = t.reason_id
    WHERE t.expires_at <= (SELECT clock_timestamp())
        AND t.book_id = (SELECT id FROM ledger_book WHERE code = p_book)
        AND NOT EXISTS (SELECT 1 FROM ledger_transfer e
            WHERE e.original_id = t.id AND e.step <> 'posted')
    ORDER BY t.expires_at, t.id LIMIT p_limit
$$;
"""
UNDO_DUE = "DROP FUNCTION ledger_due_holds(text, integer);"


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_transfers")]
    operations = [
        migrations.RunSQL(forward, backward)
        for forward, backward in (
            (OPENING, UNDO_OPENING),
            (TEXT, UNDO_TEXT),
            (TOTALS, UNDO_TOTALS),
            (SEALING, UNDO_SEALING),
            (AS_OF, UNDO_AS_OF),
            (DUE, UNDO_DUE),
        )
    ]
