"""账本: books, accounts, transfers, the chain. Rows are written by the database's functions only.

The application's role may read these tables and call ``ledger_open_accounts``, ``ledger_transfers``
and their like; it may not insert, change or delete. Transfers, legs and blocks are never changed
by anybody; of an account only its balances move, with every leg by one version. Foreign keys are
the migration's own: Django's would be looked at only at the commit, and lock nothing before.
Codes and keys are ASCII and compared byte by byte (collation ``C``), so that accounts are locked in
the same order under every setting of the server.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from shuangjian.engines.posting.order import BALANCE_MAXIMUM_FEN, LEG_MAXIMUM_FEN


class AccountSide(models.TextChoices):
    """记账方向: the side on which an account grows."""

    DEBIT = "debit", "借方"
    CREDIT = "credit", "贷方"


class TransferStep(models.TextChoices):
    """转账步骤: what a transfer does with its legs."""

    POSTED = "posted", "记账"
    HELD = "held", "冻结"
    SETTLED = "settled", "冻结转记账"
    VOIDED = "voided", "解冻"
    EXPIRED = "expired", "到期解冻"
    REVERSAL = "reversal", "冲正"


class Book(models.Model):
    """账簿: a set of accounts of one currency; a transfer stays in it, so it adds up to zero."""

    id = models.AutoField(primary_key=True)
    code = models.CharField("编号", max_length=40, unique=True)
    title = models.CharField("名称", max_length=80)
    currency = models.CharField("币种", max_length=3, default="CNY", db_default="CNY")

    class Meta:
        db_table = "ledger_book"
        verbose_name = "账簿"

    def __str__(self) -> str:
        return self.code


class TransferReason(models.Model):
    """事由: a kind of transfer with one reason for it; every transfer has one."""

    id = models.AutoField(primary_key=True)
    kind = models.CharField("种类", max_length=40)
    code = models.CharField("事由编号", max_length=40)
    title = models.CharField("名称", max_length=80)

    class Meta:
        db_table = "ledger_reason"
        verbose_name = "事由"
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="ledger_reason_once")]

    def __str__(self) -> str:
        return f"{self.kind}/{self.code}"


class LedgerAccount(models.Model):
    """账户: whose money, what for, within which limits, and how much there is now.

    The last five columns move with every leg, in the same statement; the rest is never changed.
    No limit is the ledger's own largest figure, so that one constraint keeps limits and size.
    """

    book = models.ForeignKey(
        Book, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    code = models.CharField("账户编号", max_length=120, db_collation="C")
    owner = models.CharField("户主", max_length=100)
    purpose = models.CharField("用途", max_length=40)
    side = models.CharField("记账方向", max_length=6, choices=AccountSide.choices)
    minimum_fen = models.BigIntegerField("下限（分）", db_default=-BALANCE_MAXIMUM_FEN)
    maximum_fen = models.BigIntegerField("上限（分）", db_default=BALANCE_MAXIMUM_FEN)
    opened_at = models.DateTimeField("开户时间", db_default=Now())
    balance_fen = models.BigIntegerField("余额（分）", db_default=0)
    held_out_fen = models.BigIntegerField("冻结待出（分）", db_default=0)
    held_in_fen = models.BigIntegerField("冻结待入（分）", db_default=0)
    version = models.BigIntegerField("版本", db_default=0)
    recorded_at = models.DateTimeField("最后记账时间", db_default=Now())

    class Meta:
        db_table = "ledger_account"
        verbose_name = "账户"
        constraints = [
            models.UniqueConstraint(fields=["book", "code"], name="ledger_account_once"),
            # why: one constraint, since PostgreSQL prepares each anew for every statement.
            models.CheckConstraint(
                condition=Q(minimum_fen__lte=F("balance_fen") - F("held_out_fen"))
                & Q(maximum_fen__gte=F("balance_fen") + F("held_in_fen"))
                & Q(held_out_fen__gte=0)
                & Q(held_in_fen__gte=0),
                name="ledger_account_limits",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Transfer(models.Model):
    """转账: one movement, never changed; a mistake is reversed by another that names it."""

    book = models.ForeignKey(
        Book, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    key = models.CharField("幂等键", max_length=120, db_collation="C")
    step = models.CharField("步骤", max_length=8, choices=TransferStep.choices)
    reason = models.ForeignKey(
        TransferReason, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    booked_on = models.DateField("业务日期")
    recorded_at = models.DateTimeField("记账时间")
    original = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="successors",
        db_index=False,
        db_constraint=False,
    )
    expires_at = models.DateTimeField("到期时间", null=True)
    reference = models.CharField("外部参考号", max_length=120)
    leg_count = models.SmallIntegerField("分录数")

    class Meta:
        db_table = "ledger_transfer"
        verbose_name = "转账"
        constraints = [
            models.UniqueConstraint(fields=["book", "key"], name="ledger_transfer_key"),
            # why: a hold ends once, an original is reversed once, whatever the race.
            models.UniqueConstraint(
                fields=["original"], condition=~Q(step="posted"), name="ledger_transfer_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"],
                condition=Q(expires_at__isnull=False),
                name="ledger_transfer_expiry",
            ),
            models.Index(
                fields=["original"],
                condition=Q(original__isnull=False),
                name="ledger_transfer_original",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Leg(models.Model):
    """分录: one amount out of a debit into a credit, with what both accounts held afterwards.

    ``held_fen`` is the change of what is held: more by a hold, less by what ends it. Each account
    numbers its entries (``debit_version``, ``credit_version``) in the order in which they were
    committed, since whoever writes one holds the account's row until then.
    """

    pk = models.CompositePrimaryKey("transfer", "number")
    transfer = models.ForeignKey(
        Transfer, models.PROTECT, related_name="legs", db_index=False, db_constraint=False
    )
    number = models.SmallIntegerField("序号")
    debit_account = models.ForeignKey(
        LedgerAccount, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    credit_account = models.ForeignKey(
        LedgerAccount, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    amount_fen = models.BigIntegerField("记账金额（分）")
    held_fen = models.BigIntegerField("冻结变动（分）")
    debit_version = models.BigIntegerField("借方账户版本")
    credit_version = models.BigIntegerField("贷方账户版本")
    debit_balance_fen = models.BigIntegerField("借方账户余额（分）")
    credit_balance_fen = models.BigIntegerField("贷方账户余额（分）")

    class Meta:
        db_table = "ledger_leg"
        verbose_name = "分录"
        constraints = [
            models.UniqueConstraint(
                fields=["debit_account", "debit_version"], name="ledger_leg_debit"
            ),
            models.UniqueConstraint(
                fields=["credit_account", "credit_version"], name="ledger_leg_credit"
            ),
            models.CheckConstraint(
                condition=~Q(debit_account=F("credit_account"))
                & (
                    Q(held_fen=0, amount_fen__range=(1, LEG_MAXIMUM_FEN))
                    | Q(amount_fen=0, held_fen__range=(1, LEG_MAXIMUM_FEN))
                    | Q(
                        amount_fen__gte=0,
                        held_fen__range=(-LEG_MAXIMUM_FEN, -1),
                        amount_fen__lte=-F("held_fen"),
                    )
                ),
                name="ledger_leg_amounts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.transfer_id}/{self.number}"


class Block(models.Model):
    """区块: sealed transfers, in order, with the hash of their canonical text and of all before.

    The last six columns are the sealer's own notes: how far the numbering had come just before it
    looked (``noted_…``), and up to which number nothing is unsealed any more (``floor_…``); blocks
    up to ``floor_number`` hold nothing above that.
    """

    number = models.IntegerField("区块号", primary_key=True)
    previous = models.BinaryField("前一区块的链头", max_length=32)
    head = models.BinaryField("链头", max_length=32)
    sealed_at = models.DateTimeField("封存时间")
    account_ids = ArrayField(models.BigIntegerField(), verbose_name="开户")
    transfer_ids = ArrayField(models.BigIntegerField(), verbose_name="转账")
    transfers_total = models.BigIntegerField("累计封存的转账数")
    noted_xid = models.BigIntegerField("已编到的事务号")
    noted_id = models.BigIntegerField("已编到的转账号")
    noted_account_id = models.BigIntegerField("已编到的账户号")
    floor_id = models.BigIntegerField("此号以前的转账均已封存")
    floor_account_id = models.BigIntegerField("此号以前的账户均已封存")
    floor_number = models.IntegerField("其后区块才有更大的号")

    class Meta:
        db_table = "ledger_block"
        verbose_name = "区块"

    def __str__(self) -> str:
        return str(self.number)


class DayTotal(models.Model):
    """账户日发生额: what a business day changed an account by, of its first entries; derived.

    The entries counted are the account's first ``sum(entries)`` versions; later ones are added up
    when asked for. So no entry is left out or counted twice, however late it commits.
    """

    pk = models.CompositePrimaryKey("account", "booked_on")
    account = models.ForeignKey(
        LedgerAccount, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    booked_on = models.DateField("业务日期")
    change_fen = models.BigIntegerField("余额变动（分）")
    entries = models.BigIntegerField("分录数")

    class Meta:
        db_table = "ledger_daytotal"
        verbose_name = "账户日发生额"

    def __str__(self) -> str:
        return f"{self.account_id} {self.booked_on}"
