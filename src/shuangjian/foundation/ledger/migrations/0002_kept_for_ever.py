"""What the tables themselves keep: references, forms, and that nothing is changed or deleted."""

from django.db import migrations

# why: Django's own foreign keys wait until the commit; these are looked at with the row.
REFERENCES = """
ALTER TABLE ledger_account SET (fillfactor = 50);
ALTER TABLE ledger_account ADD CONSTRAINT ledger_account_book
    FOREIGN KEY (book_id) REFERENCES ledger_book;
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_of
    FOREIGN KEY (original_id) REFERENCES ledger_transfer;
ALTER TABLE ledger_leg ADD CONSTRAINT ledger_leg_transfer
    FOREIGN KEY (transfer_id) REFERENCES ledger_transfer;
-- why: at the commit, since the transfer comes before its legs; its last leg must be there.
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_last_leg
    FOREIGN KEY (id, leg_count) REFERENCES ledger_leg (transfer_id, number)
    DEFERRABLE INITIALLY DEFERRED;
"""
UNDO_REFERENCES = """
ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_last_leg;
ALTER TABLE ledger_leg DROP CONSTRAINT ledger_leg_transfer;
ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_of;
ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_book;
ALTER TABLE ledger_account RESET (fillfactor);
"""

# why: no text can hold a TAB or a line's end, so the chain's canonical text needs no escape signs.
FORMS = """
ALTER TABLE ledger_book ADD CONSTRAINT ledger_book_form CHECK (code ~ '^[a-z][a-z0-9_]{0,39}$');
ALTER TABLE ledger_reason ADD CONSTRAINT ledger_reason_form
    CHECK (kind ~ '^[a-z][a-z0-9_]{0,39}$' AND code ~ '^[a-z][a-z0-9_]{0,39}$');
ALTER TABLE ledger_transfer ADD CONSTRAINT ledger_transfer_form CHECK (
    key || '|' || reference
        ~ '^[A-Za-z0-9][A-Za-z0-9._:/-]*[|]([A-Za-z0-9][A-Za-z0-9._:/-]*)?$'
    AND leg_count BETWEEN 1 AND 1000 AND expires_at < 'infinity');
"""
UNDO_FORMS = """
ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_transfer_form;
ALTER TABLE ledger_reason DROP CONSTRAINT ledger_reason_form;
ALTER TABLE ledger_book DROP CONSTRAINT ledger_book_form;
"""

# why: a constraint on accounts would be looked at whenever a balance moves.
ACCOUNTS = """
CREATE FUNCTION ledger_check_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.code !~ '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,119}$'
        OR NEW.owner !~ '^[a-z]+:[A-Za-z0-9._-]{1,80}$'
        OR NEW.purpose !~ '^[a-z][a-z0-9_]{0,39}$'
        OR NEW.side NOT IN ('debit', 'credit')
        OR NEW.minimum_fen > NEW.maximum_fen
        OR NEW.minimum_fen < -9007199254740991 OR NEW.maximum_fen > 9007199254740991
        OR (NEW.balance_fen, NEW.held_out_fen, NEW.held_in_fen, NEW.version) <> (0, 0, 0, 0)
    THEN
        RAISE EXCEPTION 'ledger account %: not a new account of the right form', NEW.code
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_form BEFORE INSERT ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_check_account();
CREATE TRIGGER ledger_account_fixed
    BEFORE UPDATE OF id, book_id, code, owner, purpose, side, minimum_fen, maximum_fen, opened_at
    ON ledger_account FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_account_moves BEFORE UPDATE ON ledger_account
    FOR EACH ROW WHEN (NEW.version <= OLD.version) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_account_kept BEFORE DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_account_no_truncate BEFORE TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
UNDO_ACCOUNTS = """
DROP TRIGGER ledger_account_no_truncate ON ledger_account;
DROP TRIGGER ledger_account_kept ON ledger_account;
DROP TRIGGER ledger_account_moves ON ledger_account;
DROP TRIGGER ledger_account_fixed ON ledger_account;
DROP TRIGGER ledger_account_form ON ledger_account;
DROP FUNCTION ledger_check_account();
"""

TABLES = ("book", "reason", "transfer", "leg", "block")
KEPT = "".join(
    f"""
CREATE TRIGGER ledger_{table}_append_only BEFORE UPDATE OR DELETE ON ledger_{table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_{table}_no_truncate BEFORE TRUNCATE ON ledger_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in TABLES
)
KEPT += """
CREATE TRIGGER ledger_daytotal_grows BEFORE UPDATE ON ledger_daytotal
    FOR EACH ROW WHEN (NEW.entries <= OLD.entries) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_daytotal_kept BEFORE DELETE ON ledger_daytotal
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER ledger_daytotal_no_truncate BEFORE TRUNCATE ON ledger_daytotal
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
UNDO_KEPT = "".join(
    f"""
DROP TRIGGER ledger_{table}_no_truncate ON ledger_{table};
DROP TRIGGER ledger_{table}_append_only ON ledger_{table};
"""
    for table in TABLES
)

UNDO_KEPT += """
DROP TRIGGER ledger_daytotal_no_truncate ON ledger_daytotal;
DROP TRIGGER ledger_daytotal_kept ON ledger_daytotal;
DROP TRIGGER ledger_daytotal_grows ON ledger_daytotal;
"""

# why: at the commit, so that a transfer may be written before its legs: it has all of them and none
# can be added, and what resolves or reverses another fits it leg by leg. The usual transfer, posted
# with one leg, needs neither look; for it the foreign key to its last leg is enough.
WHOLE = """
CREATE FUNCTION ledger_check_transfer() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    original_step text;
BEGIN
    IF NEW.step = 'held' AND NEW.original_id IS NULL
        OR NEW.step = 'posted' AND NEW.expires_at IS NULL
    THEN
        RETURN NULL;
    END IF;
    SELECT step INTO original_step FROM ledger_transfer
        WHERE id = NEW.original_id AND book_id = NEW.book_id;
    IF NEW.expires_at IS NOT NULL THEN
        NULL;
    ELSIF NEW.step = 'reversal' AND original_step IN ('posted', 'settled') THEN
        IF NOT EXISTS (
            (SELECT debit_account_id, credit_account_id, amount_fen FROM ledger_leg
                WHERE transfer_id = NEW.id
            EXCEPT ALL SELECT credit_account_id, debit_account_id, amount_fen FROM ledger_leg
                WHERE transfer_id = NEW.original_id AND amount_fen > 0)
            UNION ALL
            (SELECT credit_account_id, debit_account_id, amount_fen FROM ledger_leg
                WHERE transfer_id = NEW.original_id AND amount_fen > 0
            EXCEPT ALL SELECT debit_account_id, credit_account_id, amount_fen FROM ledger_leg
                WHERE transfer_id = NEW.id)
        ) THEN
            RETURN NULL;
        END IF;
    ELSIF NEW.step IN ('settled', 'voided', 'expired') AND original_step = 'held' THEN
        IF NOT EXISTS (
            SELECT 1 FROM (SELECT * FROM ledger_leg WHERE transfer_id = NEW.original_id) held
            FULL JOIN (SELECT * FROM ledger_leg WHERE transfer_id = NEW.id) ended
                ON ended.number = held.number
                AND ended.debit_account_id = held.debit_account_id
                AND ended.credit_account_id = held.credit_account_id
                AND ended.held_fen = -held.held_fen AND ended.amount_fen <= held.held_fen
                AND (ended.amount_fen = 0 OR NEW.step = 'settled')
            WHERE held.transfer_id IS NULL OR ended.transfer_id IS NULL
        ) THEN
            RETURN NULL;
        END IF;
    END IF;
    RAISE EXCEPTION 'ledger transfer %: does not fit transfer %', NEW.id, NEW.original_id
        USING ERRCODE = 'check_violation';
END $$;
CREATE CONSTRAINT TRIGGER ledger_transfer_whole AFTER INSERT ON ledger_transfer
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.step <> 'posted' OR NEW.expires_at IS NOT NULL)
    EXECUTE FUNCTION ledger_check_transfer();
CREATE FUNCTION ledger_check_leg() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM ledger_leg WHERE transfer_id = NEW.transfer_id)
        <> (SELECT leg_count FROM ledger_transfer WHERE id = NEW.transfer_id)
    THEN
        RAISE EXCEPTION 'ledger transfer %: a leg too many or too few', NEW.transfer_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_leg_whole AFTER INSERT ON ledger_leg
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.number <> 1)
    EXECUTE FUNCTION ledger_check_leg();
"""
UNDO_WHOLE = """
DROP TRIGGER ledger_leg_whole ON ledger_leg;
DROP FUNCTION ledger_check_leg();
DROP TRIGGER ledger_transfer_whole ON ledger_transfer;
DROP FUNCTION ledger_check_transfer();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("audit", "0002_append_only")]
    operations = [
        migrations.RunSQL(REFERENCES, UNDO_REFERENCES),
        migrations.RunSQL(FORMS, UNDO_FORMS),
        migrations.RunSQL(ACCOUNTS, UNDO_ACCOUNTS),
        migrations.RunSQL(KEPT, UNDO_KEPT),
        migrations.RunSQL(WHOLE, UNDO_WHOLE),
    ]
