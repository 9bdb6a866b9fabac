"""记账: the rules of the ledger, without a database; ``docs/algorithms/ledger.md``.

- ask: ``order.Order``, ``AccountOrder``, ``Receipt``, ``Balance``; what is refused raises
  ``refusal.LedgerRefusedError`` with a code;
- check an order by itself: ``shape.check_order(order, at=…)``, ``check_batch``, ``check_account``;
- the model that PostgreSQL is held to: ``ledger.ModelLedger``;
- split a sum over lessons: ``split.split_fen(…)``, ``split.consumed_fen(…)``;
- chain: ``record`` and ``chain`` give the canonical text and head of a block, ``published_head`` a
  line of the heads file;
- check an export: ``verification.verify_export(lines, heads=…)``; for strangers
  ``verifier.stranger_verifier()``.
"""
