"""不可移植之处: what a rule's SQL may not say, why engines differ, and what to write instead."""

from dataclasses import dataclass
from enum import Enum


class Reason(Enum):
    """Why a construct is refused (原因): what it is, why engines differ, what to write instead."""

    UNREADABLE = (
        "读不懂的写法",
        "不是一条完整的 SELECT，至少有一个引擎会拒绝它。",
        "请对照已有的规则检查括号、逗号和关键字；一个文件只写一条 SELECT，末尾不写分号。",
    )
    NOT_SELECT = (
        "不是查询",
        "规则只读取事实，不改动任何数据。",
        "只写一条 SELECT。",
    )
    SYMBOL = (
        "不在清单上的符号",
        "各引擎对它的读法不同，或有的引擎没有它。",
        "只用 + - * 、比较符号（= <> < <= > >=）、括号、逗号和点。",
    )
    WORD = (
        "不在清单上的关键字",
        "它没有在三种引擎上证明结果相同。",
        "改用 JOIN、WHERE、GROUP BY、HAVING、UNION ALL、CASE、COALESCE、EXISTS、IN 来表达。",
    )
    DIVISION = (
        "除法",
        "7/2 在 PostgreSQL 得 3，在 DuckDB 和 Spark 得 3.5；除以零有的报错、有的得无穷大。",
        "两边同乘，改成整数比较（如 a * 100 > b * 5）；比率留到指标的最后一步。",
    )
    MODULO = (
        "取余",
        "除数为零时，引擎的新旧版本有的报错、有的得空值。",
        "把需要的余数在事实里算成一列。",
    )
    FRACTION = (
        "小数",
        "小数的类型、舍入和比较各引擎不同。",
        "换成更小的单位写成整数（分钟、分、千分之一）；整数不超过 9223372036854775807。",
    )
    CAST = (
        "类型转换",
        "2.5 转成整数，PostgreSQL 和 DuckDB 得 3，Spark 得 2；文本转日期的宽严也不同。",
        "在事实里给出所需类型的列；日期写成 DATE '2026-11-15'。",
    )
    DATE_LITERAL = (
        "日期的写法",
        "各引擎接受的日期格式宽严不同。",
        "写成四位年、两位月、两位日且确实存在的日期，如 DATE '2026-11-15'。",
    )
    QUOTED_NAME = (
        "带引号的名字",
        "双引号里的名字在 Spark 里是一段文本，不是列。",
        "列名、表名用小写字母、数字和下划线，不加引号。",
    )
    TEXT_ESCAPE = (
        "文本里的单引号、反斜杠，或特殊的文本写法",
        "'a''b' 在 Spark 得 ab；反斜杠在 Spark 是转义；相邻两段文本有的引擎会接起来。",
        "文本写在一对单引号里，里面不用单引号和反斜杠；代码一律用字母。",
    )
    COMMENT = (
        "注释的写法",
        "行末的反斜杠在 Spark 会让注释吞掉下一行；/* */ 的嵌套和提示各引擎不同。",
        "注释只用 -- 开头，写到行末，里面不用反斜杠。",
    )
    STAR = (
        "SELECT *",
        "事实增加一列时，列的个数和次序会变，各引擎刷新的时机不同。",
        "逐列写出名字。",
    )
    ORDER = (
        "排序或截取行数",
        "空值在 PostgreSQL 和 DuckDB 排在最后，在 Spark 排在最前；文本次序随系统而变。",
        "去掉它；显示时再排序。要最大最小用 MAX、MIN。",
    )
    DISTINCT = (
        "DISTINCT",
        "清单上只有 COUNT(DISTINCT 一列)；多列计数时各引擎对空值的处理不同。",
        "用 GROUP BY 去重。",
    )
    WINDOW = (
        "窗口函数",
        "窗口里的次序和空值，各引擎默认不同。",
        "把需要的名次或前后值在事实里算成一列。",
    )
    CONCAT = (
        "文本拼接",
        "遇到空值，concat('a', NULL) 在 PostgreSQL 和 DuckDB 得 a，在 Spark 得空值。",
        "在事实里给出拼好的列。",
    )
    FUNCTION = (
        "不在清单上的函数",
        "同名函数在各引擎的取整、字符、星期和空值规则不同，或有的引擎没有它。",
        "只用 COUNT、SUM、MIN、MAX、COALESCE；其余在事实里算成列。",
    )
    TEXT_MATCH = (
        "文本匹配",
        "LIKE 的转义符和大小写规则各引擎不同。",
        "在事实里给出分类的列，用 = 或 IN 比较。",
    )
    ARITHMETIC = (
        "不是整数之间的运算",
        "日期相减，PostgreSQL 和 DuckDB 得天数，Spark 得时间段；文本会被悄悄转换。",
        "只对整数列用 + - *；天数和推算的日期在事实里算成列。",
    )
    COMPARISON = (
        "两边类型不同的比较",
        "各引擎会悄悄转换其中一边，转换的规则不同。",
        "两边用同一种类型：整数比整数，日期比日期，文本比文本。",
    )
    TEXT_ORDER = (
        "比较文本的大小",
        "文本的次序随数据库的语言设置而变。",
        "文本只用 =、<>、IN；要比先后，用日期或整数列。",
    )
    NULL_COMPARISON = (
        "与 NULL 比较",
        "结果永远是未知，一行也选不出来。",
        "写成 IS NULL 或 IS NOT NULL。",
    )
    TRUTH_VALUE = (
        "把条件当作值",
        "真假值在各引擎的类型和显示不同，不能当整数用。",
        "写成 CASE WHEN 条件 THEN 1 ELSE 0 END；条件本身放在 WHERE、ON、HAVING、WHEN 里。",
    )
    NOT_A_CONDITION = (
        "这里要的是条件",
        "整数能不能当真假用，各引擎不同。",
        "写成比较，如 列 = 1。",
    )
    BARE_NULL = (
        "没有类型的 NULL",
        "单独的 NULL 在各引擎是不同的类型。",
        "写成 CASE WHEN 条件 THEN 值 END，或去掉这一列。",
    )
    INSTANT = (
        "时刻列",
        "时刻的时区和精度各引擎不同；记录时间也不得左右规则。",
        "用日期列，或用“当天第几分钟”这样的整数列。",
    )
    JOIN = (
        "清单以外的连接",
        "逗号、NATURAL、USING、CROSS、RIGHT、FULL、没有 ON 的连接，各引擎的列名、次序或默认不同。",
        "只用 JOIN … ON 和 LEFT JOIN … ON，一个接一个地写。",
    )
    UNION = (
        "清单以外的合并",
        "UNION 去重、EXCEPT、INTERSECT 对空值和类型的处理没有证明相同；各支的列数和类型必须一致。",
        "用 UNION ALL，各支列数和类型相同；去重用 GROUP BY。",
    )
    SUBQUERY = (
        "子查询的位置",
        "Spark 只在 WHERE 里完整支持 EXISTS 和 IN；当作一个值的子查询，多于一行时各引擎不同。",
        "子查询写在 FROM 里并取名，或写成 WHERE EXISTS (…)、WHERE 列 IN (SELECT 一列 …)。",
    )
    AGGREGATE = (
        "聚合的位置",
        "聚合只能对本层的列，写在 SELECT 或 HAVING 里；别处各引擎的解释不同。",
        "先在 FROM 的子查询里聚合并取名，再在外层使用。",
    )
    GROUPING = (
        "GROUP BY 里不是列",
        "GROUP BY 1 这样的序号和表达式，各引擎的解释不同。",
        "GROUP BY 后只写列名。",
    )
    OUTPUT_NAME = (
        "没有名字或重名的列",
        "没有名字的列，各引擎起的名字不同；重名的列无法引用。",
        "用 AS 给每一列取不同的名字。",
    )
    ALIAS = (
        "表的名字",
        "子查询没有名字、两张表同名、名字与事实相同、给列改名的别名，各引擎的解释不同。",
        "每张表取一个不同的短名，不带列名表。",
    )
    UNKNOWN_FACT = (
        "没有这个事实",
        "规则只能读取已声明的事实，其他表不在湖里。",
        "请查看事实目录里的名字；表名前不写模式名。",
    )
    UNKNOWN_COLUMN = (
        "没有这个列，或不知是哪张表的",
        "引擎各有自己的隐藏列和别名规则，未声明的名字会读到不同的东西。",
        "写成 表的短名.列名，列名以事实目录为准。",
    )

    @property
    def what(self) -> str:
        """What is refused."""
        return self.value[0]

    @property
    def why(self) -> str:
        """Why the engines differ."""
        return self.value[1]

    @property
    def instead(self) -> str:
        """What to write instead."""
        return self.value[2]


@dataclass(frozen=True, order=True)
class PortabilityFault:
    """不可移植之处: one place in a rule where engines could answer differently.

    ``line`` counts from 1 in the checked text; ``code`` is stable; ``found`` is what stands there.
    """

    line: int
    code: str
    found: str

    @property
    def reason(self) -> Reason:
        """The reason of that code."""
        return Reason[self.code]

    def __str__(self) -> str:
        reason = self.reason
        return (
            f"第 {self.line} 行：{reason.what}（{self.found}）。"
            f"原因：{reason.why}改法：{reason.instead}"
        )
