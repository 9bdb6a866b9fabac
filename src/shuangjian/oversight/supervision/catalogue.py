"""规则目录: every rule of the installed areas, checked against the facts before any runs."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import sqlglot
from django.apps import apps
from sqlglot import exp

from shuangjian.foundation.findings.models import RuleKind, Severity
from shuangjian.foundation.findings.wording import (
    FACT_CORRECTED_EXPLANATION,
    FACT_CORRECTED_RULE,
    FACT_CORRECTED_SENTENCE,
    FACT_CORRECTED_TERM,
)
from shuangjian.foundation.lake.catalogue import facts
from shuangjian.foundation.lake.fact import Fact
from shuangjian.foundation.lake.portable import INSPECTION_DAY, check_portable
from shuangjian.foundation.lake.portable_fault import Reason
from shuangjian.oversight.supervision.errors import UnknownRuleError
from shuangjian.oversight.supervision.rule import COLUMNS, Rule, RuleFileError, read_rule

_OBSERVED_COLUMNS = ("subject", "period", "school", "region", "effective_on")

# why: this one has no query: reconciling itself finds that the fact behind a finding was corrected.
FACT_CORRECTED = Rule(
    key=FACT_CORRECTED_RULE,
    term=FACT_CORRECTED_TERM,
    kind=RuleKind.EVENT,
    severity=Severity.MUST,
    area="findings",
    unit="count",
    policy="",
    setting="",
    observes="",
    rows="",
    sentence=FACT_CORRECTED_SENTENCE,
    explanation=FACT_CORRECTED_EXPLANATION,
    citation="平台的管理规则：改动记录不能代替整改",
    sql="",
    path=Path(__file__),
    sql_line=0,
)


@lru_cache(maxsize=1)
def rules() -> MappingProxyType[str, Rule]:
    """Every rule (规则) of the installed areas by key, in the order of their keys.

    Raises:
        RuleFileError: a file is faulty, not portable, or names a fact that nobody publishes.
    """
    found = []
    for config in apps.get_app_configs():
        if config.name.startswith("shuangjian.areas."):
            found += read_rules(Path(config.path) / "rules", area=config.label, facts=facts())
    return MappingProxyType({rule.key: rule for rule in sorted(found, key=lambda rule: rule.key)})


def rule_named(key: str) -> Rule:
    """The rule of that key, the one on corrected facts included.

    Raises:
        UnknownRuleError: no area has it.
    """
    if key == FACT_CORRECTED_RULE:
        return FACT_CORRECTED
    return chosen_rules([key])[0]


def chosen_rules(keys: Iterable[str] | None) -> tuple[Rule, ...]:
    """The rules of these keys (所选规则) in the catalogue's order; ``None`` is all of them.

    Raises:
        UnknownRuleError: a key that no area has.
    """
    wanted = set(rules() if keys is None else keys)
    unknown = sorted(wanted - rules().keys())
    if unknown:
        raise UnknownRuleError(unknown[0], known=tuple(rules()))
    return tuple(rule for key, rule in rules().items() if key in wanted)


def read_rules(folder: Path, *, area: str, facts: Mapping[str, Fact]) -> list[Rule]:
    """The checked rules of one area's folder (领域的规则), by file name.

    Raises:
        RuleFileError: as ``rules``.
    """
    found = [read_rule(path) for path in sorted(folder.glob("*.sql"))]
    for rule in found:
        if rule.area != area:
            raise RuleFileError(rule.path, 1, f"领域写成了“{rule.area}”，文件却在 {area}，请改正。")
        check_rule(rule, facts=facts)
    return found


def check_rule(rule: Rule, *, facts: Mapping[str, Fact]) -> None:
    """Refuse a rule whose query or facts are not what they must be (规则检查).

    Raises:
        RuleFileError: the query is not portable or gives other columns; or ``observes`` or ``rows``
            names no fact, or a fact without the columns that inspecting needs.
    """
    for name in (rule.observes, rule.rows):
        fact = facts.get(name)
        if fact is None:
            raise RuleFileError(rule.path, 1, f"没有名为 {name} 的事实，请看事实目录里的名字。")
        missing = [column for column in _OBSERVED_COLUMNS if column not in fact.column_names]
        if missing:
            reason = f"事实 {name} 没有 {'、'.join(missing)} 列，不能用来检查，请换一个事实。"
            raise RuleFileError(rule.path, 1, reason)
    columns = {name: fact.columns for name, fact in facts.items()}
    faults = check_portable(rule.sql, facts=columns)
    if faults:
        # why: an unknown fact makes every one of its columns a fault too.
        fault = min(faults, key=lambda each: (each.reason is not Reason.UNKNOWN_FACT, each))
        what = f"{fault.reason.what}（{fault.found}）。{fault.reason.why}{fault.reason.instead}"
        raise RuleFileError(rule.path, rule.sql_line + fault.line - 1, what)
    query = sqlglot.parse_one(rule.sql, read="postgres")
    given = tuple(query.named_selects) if isinstance(query, exp.Query) else ()
    if given != COLUMNS:
        reason = f"查询给出的列是 {'、'.join(given)}，应依次为 {'、'.join(COLUMNS)}，请改正。"
        raise RuleFileError(rule.path, rule.sql_line, reason)


def facts_read(rule: Rule) -> frozenset[str]:
    """The names of the facts that a rule's inspection reads (所用事实), ``observes`` included."""
    tree = sqlglot.parse_one(rule.sql, read="postgres")
    tables = {table.name for table in tree.find_all(exp.Table)}
    return frozenset((tables - {INSPECTION_DAY}) | {rule.observes})
