"""核对的说法: what is wrong, why it matters and what to do next, by code."""

from typing import Final

_TAMPERED: Final = (
    "账本只增不改，正常使用不会这样，数据可能被绕开程序改动过。"
    "请停止依据它付款，保全数据库和日志，报告审计人员。"
)
_MONEY: Final = (
    "余额因此靠不住。请停止从有关账户付款，用最近的导出文件和备份逐笔比对，并报告审计人员。"
)
_DERIVED: Final = (
    "按业务日期查询的余额会因此有误，当前余额不受影响。请报告审计人员，并由管理员据分录重算。"
)
_GUARD: Final = (
    "少了它，数据库不再阻止对账本的改动。请数据库管理员立即恢复，并查明是谁在何时撤去的。"
)
_SEALING: Final = "这一部分不受区块链保护。请报告审计人员，并核对封存程序的日志。"

UNSEEN: Final = "从现有数据看不出是哪一处，请与封存以后的导出文件逐行比对"
"""Where nothing else is wrong in a block that was changed."""

VIOLATION_WORDS: Final = {
    "unknown_step": ("步骤不是账本所定的任何一种", _TAMPERED),
    "unknown_reason": ("所用的事由没有登记", _TAMPERED),
    "wrong_expiry": ("到期时间不合规定，只有冻结可以有，并且应晚于记账时间", _TAMPERED),
    "wrong_day": ("业务日期早于 2000 年，或晚于记账之日 366 天以上", _TAMPERED),
    "wrong_leg_count": ("记明有 {stated} 条分录，实有 {found} 条", _MONEY),
    "wrong_leg_number": ("第 {number} 条分录的序号没有从 1 起连续排列", _TAMPERED),
    "leg_without_transfer": ("分录 {id}/{number} 所属的转账不存在", _MONEY),
    "wrong_amount": (
        "第 {number} 条分录记账 {amount} 分、冻结变动 {held} 分，不合“{step}”的规定",
        _MONEY,
    ),
    "same_account": ("第 {number} 条分录的借方和贷方是同一账户", _TAMPERED),
    "unknown_account": ("第 {number} 条分录所用的账户（编号 {id}）不存在", _MONEY),
    "other_book": ("第 {number} 条分录用到了另一账簿的账户", _MONEY),
    "key_twice": (
        "这一笔（编号 {number}）的幂等键与更早的一笔（编号 {first}）相同",
        "同一笔钱可能记了两次。请比对两笔转账，多记的作冲正，并报告审计人员。",
    ),
    "original_missing": ("没有写明它所了结或冲正的转账", _TAMPERED),
    "original_surplus": ("这是冻结，不应指向别的转账 {original}", _TAMPERED),
    "original_absent": ("同一账簿在它之前没有它所指的转账 {original}", _TAMPERED),
    "not_a_hold": ("它所了结的转账 {original} 不是冻结", _TAMPERED),
    "not_reversible": ("它所冲正的转账 {original} 不是可以冲正的转账", _TAMPERED),
    "not_reversed": ("它更正的转账 {original} 没有被冲正", _TAMPERED),
    "hold_expired": ("冻结 {original} 到期以后仍被转为记账", _TAMPERED),
    "hold_not_due": ("冻结 {original} 没有到期就作了到期解冻", _TAMPERED),
    "hold_resolved_twice": (
        "冻结 {original} 已经了结，又了结一次",
        "同一笔钱可能付了两次。请比对这两笔转账，并报告审计人员。",
    ),
    "reversed_twice": (
        "转账 {original} 已经冲正，又冲正一次",
        "同一笔钱可能退了两次。请比对这两笔转账，并报告审计人员。",
    ),
    "not_mirrored": ("分录与它所指的转账 {original} 不对应", _MONEY),
    "version_gap": ("缺第 {missing} 笔明细，其后是第 {following} 笔", _MONEY),
    "version_twice": ("第 {version} 笔明细出现了不止一次", _MONEY),
    "balance_wrong": (
        "第 {version} 笔明细之前余额 {before} 分，变动 {change} 分，所记余额却是 {balance} 分",
        _MONEY,
    ),
    "time_falls": ("第 {version} 笔明细的记账时间早于开户或前一笔", _TAMPERED),
    "below_minimum": ("第 {version} 笔明细之后可用余额 {fen} 分，低于下限", _MONEY),
    "above_maximum": ("第 {version} 笔明细之后余额加冻结待入 {fen} 分，高于上限", _MONEY),
    "balance_too_large": ("第 {version} 笔明细之后余额 {fen} 分或冻结额超出账本的数额范围", _MONEY),
    "account_form": ("记账方向、上下限或冻结额不合规定", _TAMPERED),
    "account_version": ("记明有 {stated} 笔明细，分录里数到第 {found} 笔", _MONEY),
    "account_balance": ("账户余额记为 {stated} 分，最后一笔明细是 {found} 分", _MONEY),
    "account_held_out": ("冻结待出记为 {stated} 分，按分录应为 {found} 分", _MONEY),
    "account_held_in": ("冻结待入记为 {stated} 分，按分录应为 {found} 分", _MONEY),
    "account_time": ("最后记账时间与最后一笔明细的不同", _TAMPERED),
    "book_unbalanced": (
        "账簿 {book} 借方账户余额合计 {debit} 分，贷方账户合计 {credit} 分，不相等",
        _MONEY,
    ),
    "day_total_wrong": (
        (
            "{day} 的日发生额记为 {kept} 分、{kept_entries} 笔，"
            "按分录应为 {found} 分、{found_entries} 笔"
        ),
        _DERIVED,
    ),
    "day_total_ahead": ("日发生额共计 {counted} 笔明细，账户只有 {version} 笔", _DERIVED),
    "day_total_of_none": ("有日发生额属于不存在的账户（编号 {id}）", _DERIVED),
    "block_number": ("它之前应有第 {expected} 块，没有找到，区块可能被删除", _TAMPERED),
    "broken_chain": ("所记的前一区块链头不是前一区块的链头，链在此断开", _TAMPERED),
    "seal_time_falls": ("封存时间早于前一区块", _TAMPERED),
    "block_total": ("到这一块累计记为 {stated} 笔转账，应为 {found} 笔", _TAMPERED),
    "too_many_transfers": ("有 {found} 笔转账，一块最多 {most} 笔", _TAMPERED),
    "block_row_absent": ("封存了 {stated} {what}，现在只找到 {found} {what}", _TAMPERED),
    "block_changed": (
        "按现在的数据重算，链头是 {found:.16}…，封存时是 {stated:.16}…：封存以后有改动。{where}",
        _TAMPERED,
    ),
    "sealed_twice": ("又封存在第 {number} 块里", _SEALING),
    "above_floor": ("编号高于所在区块记下的界线，会被再次封存", _SEALING),
    "never_sealed": ("编号在已封存的界线 {floor} 以内，却不在任何区块里", _SEALING),
    "head_absent": ("{day} 公布过这一块的链头，账本里没有这一块，区块可能被删除", _TAMPERED),
    "head_differs": (
        (
            "{day} 公布的链头是 {published:.16}…，现在算出的是 {found:.16}…："
            "第 {since} 块到这一块之间有改动，而且区块链被重做过。{where}"
        ),
        _TAMPERED,
    ),
    "head_counts": ("{day} 公布到这一块共 {published} 笔转账，现在是 {found} 笔", _TAMPERED),
    "setting_off": (
        "数据库设置 {name} 是 {value}",
        (
            "断电或故障时，已经答复的记账可能丢失，或者防线不起作用。"
            "请数据库管理员改回默认值后重新启动。"
        ),
    ),
    "guard_absent": ("表 {table} 上的 {name} 不见了", _GUARD),
    "guard_changed": ("表 {table} 上的 {name} 不是本版本安装的那一个", _GUARD),
    "guard_disabled": ("表 {table} 上的 {name} 被停用", _GUARD),
    "function_changed": ("数据库函数 {name} 不是本版本安装的那一个", _GUARD),
    "role_setting_off": (
        "数据库角色 {role} 的设置 {name} 是 {value}",
        (
            "用这个角色记的账，断电或故障时已经答复的可能丢失，或者防线不起作用。"
            "请数据库管理员用 ALTER ROLE {role} RESET {name} 改回，并重新启动网站。"
        ),
    ),
    "role_is_owner": (
        "数据库角色 {role} 可以用属主 {owner} 的身份行事",
        "属主可以撤去账本的防线。请数据库管理员收回这个身份，并查明有无改动。",
    ),
    "role_may_write": (
        "数据库角色 {role} 对表 {table} 有 {rights} 权限",
        "账本只能由数据库函数写入。请数据库管理员收回这些权限，并查明有无改动。",
    ),
}
"""不符之处的说法: what is wrong, and why it matters with what to do next."""
