"""账本命令: ``ledger …``, one module a noun; a command loads what it needs."""
