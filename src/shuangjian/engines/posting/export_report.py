"""导出文件的核对报告: what was found wrong, where, and the totals of the books."""

from dataclasses import dataclass, field
from typing import Final

FAULTS_MAXIMUM: Final = 1_000
"""报告最多列出的不符之处; further ones are counted."""

REMEDY: Final = (
    "请重新取得完整的导出文件再核对；仍然不符的，账本可能被改动过，"
    "请立即报告审计人员，并停止依据它付款。"
)
"""下一步."""

FAULT_WORDS: Final = {
    "wrong_line": "这一行不是账本导出文件的行，或者位置不对",
    "block_number": "区块号应为 {expected}，实为 {number}",
    "broken_chain": "所记的前一区块链头与前一区块算出的链头 {expected} 不同，链在此断开",
    "wrong_count": "首行记有 {stated} 个{what}，实有 {found} 个",
    "too_many_transfers": "一个区块最多 {most} 笔转账，这里有 {found} 笔",
    "not_in_order": "{what} {id} 没有按编号从小到大排列",
    "account_twice": "账户编号 {id} 重复",
    "code_twice": "账簿 {book} 的账户 {account} 重复开户",
    "transfer_twice": "转账编号 {id} 重复",
    "key_twice": "幂等键与第 {first} 行重复，同一笔转账可能记了两次",
    "unknown_account": "转账 {id} 的分录用到不存在的账户 {account}",
    "other_book": "转账 {id} 属于账簿 {book}，却用到另一账簿的账户 {account}",
    "same_account": "转账 {id} 的一条分录借贷是同一账户 {account}",
    "wrong_amount": "转账 {id} 的分录金额不合 {step} 这一步骤的规定",
    "too_many_legs": "转账 {id} 有 {found} 条分录，最多 {most} 条",
    "wrong_expiry": "转账 {id} 的到期时间不合规定：只有冻结可以有，并且应晚于记账时间",
    "original_missing": "转账 {id} 没有写明它所了结或冲正的转账",
    "original_surplus": "转账 {id} 是冻结，不应指向别的转账",
    "original_absent": "转账 {id} 所指的转账 {original} 不在账簿 {book} 里",
    "not_a_hold": "转账 {id} 所了结的 {original} 不是冻结",
    "not_reversible": "转账 {id} 所冲正的 {original} 不是可以冲正的转账",
    "not_reversed": "转账 {id} 更正 {original}，而 {original} 没有被冲正",
    "hold_resolved_twice": "转账 {id} 再次了结冻结 {original}，一笔冻结只能了结一次",
    "reversed_twice": "转账 {id} 再次冲正 {original}，一笔转账只能冲正一次",
    "not_mirrored": "转账 {id} 的分录与所指转账 {original} 不对应",
    "hold_expired": "转账 {id} 在冻结 {original} 到期以后仍将其转为记账",
    "hold_not_due": "转账 {id} 在冻结 {original} 到期以前就作到期处理",
    "below_minimum": "账户 {account} 最终可用余额 {fen} 分，低于下限 {limit} 分",
    "above_maximum": "账户 {account} 最终余额加冻结待入 {fen} 分，高于上限 {limit} 分",
    "balance_too_large": "账户 {account} 的最终金额 {fen} 分超出账本的最大数额",
    "book_unbalanced": "账簿 {book} 借方余额合计 {debit} 分，贷方余额合计 {credit} 分，不相等",
    "head_absent": "公布过第 {block_number} 块的链头，导出文件里没有这一块，可能被截短",
    "head_differs": "算出的链头是 {found}，公布的是 {published}，公布以后有改动",
    "head_counts": "到这一块共有 {found} 笔转账，公布的是 {published} 笔",
    "empty": "文件里没有区块",
}
"""每种不符之处的说法, by code."""


@dataclass(frozen=True, slots=True)
class ExportFault:
    """不符之处.

    Attributes:
        code: a key of ``FAULT_WORDS``.
        block: number of the block by its place in the file, ``None`` if of the whole.
        line: number of the line in the file, ``None`` if of a whole block or file.
        text: a whole Chinese sentence.
    """

    code: str
    block: int | None
    line: int | None
    text: str


@dataclass(frozen=True, slots=True)
class BookTotal:
    """账簿合计.

    Attributes:
        book: its code.
        accounts: how many it has.
        transfers: how many it has.
        debit_fen: sum of the balances of the accounts that grow in debit.
        credit_fen: the same for credit; equal.
    """

    book: str
    accounts: int
    transfers: int
    debit_fen: int
    credit_fen: int


@dataclass(frozen=True, slots=True)
class ExportReport:
    """导出文件核对报告.

    Attributes:
        blocks: how many blocks it has.
        accounts: how many accounts.
        transfers: how many transfers.
        head: of its last block, recomputed; empty for an empty file.
        books: totals, by code.
        heads_checked: how many published heads it was held against.
        faults: what is wrong, as found; ``FAULTS_MAXIMUM`` at most.
        faults_left_out: how many more there are.
    """

    blocks: int
    accounts: int
    transfers: int
    head: str
    books: tuple[BookTotal, ...]
    heads_checked: int
    faults: tuple[ExportFault, ...]
    faults_left_out: int

    @property
    def holds(self) -> bool:
        """Whether nothing was found wrong (核对通过)."""
        return not self.faults


@dataclass
class FaultList:
    """不符之处的清单: keeps the first, counts the rest."""

    faults: list[ExportFault] = field(default_factory=list)
    left_out: int = 0

    def add(self, code: str, block: int | None, line: int | None, **words: str | int) -> None:
        """Note a fault (记下不符), put in words."""
        if len(self.faults) == FAULTS_MAXIMUM:
            self.left_out += 1
            return
        places = [f"第 {block} 块"] if block is not None else []
        places += [f"第 {line} 行"] if line is not None else []
        place = "，".join(places) or "整个文件"
        text = f"{place}：{FAULT_WORDS[code].format(**words)}。"
        self.faults.append(ExportFault(code, block, line, text))
