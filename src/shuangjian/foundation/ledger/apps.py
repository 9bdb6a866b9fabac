from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """账本: double entry in whole fen, kept by the database, sealed into a chain."""

    name = "shuangjian.foundation.ledger"
    label = "ledger"
    verbose_name = "账本"
