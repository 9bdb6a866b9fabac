"""规则查询: each rule verbatim on every engine, beside counting the rows that it goes over."""

from collections.abc import Mapping
from contextlib import ExitStack
from functools import partial
from typing import cast

from benchmarks.ratio import Case, Ratio, Role, interleave
from benchmarks.site import Site, tell
from shuangjian.edges.demo.cast import COUNTY_CODE
from shuangjian.foundation.findings.models import RuleKind
from shuangjian.foundation.findings.reconcile import Window
from shuangjian.foundation.lake.catalogue import facts
from shuangjian.foundation.lake.engine import ENGINE_NAMES, open_engine
from shuangjian.foundation.lake.engine_value import Engine, EngineUnavailableError
from shuangjian.oversight.supervision.catalogue import rules
from shuangjian.oversight.supervision.inspection import violations_sql
from shuangjian.oversight.supervision.rule import Rule
from shuangjian.oversight.supervision.services import county_codes

TITLES = {"postgres": "PostgreSQL", "duckdb": "DuckDB", "spark": "Spark"}


def measure(site: Site) -> list[Ratio]:
    """Every rule on every engine that this machine has; all engines must give the same rows."""
    first, last = site.window
    assert site.district
    window = Window(first, last, county_codes(COUNTY_CODE, first=first, last=last))
    with ExitStack() as stack:
        engines = _open(site, stack)
        return [
            ratio
            for rule in rules().values()
            for ratio in _measure_rule(rule, window, engines, repetitions=site.repetitions)
        ]


def _open(site: Site, stack: ExitStack) -> Mapping[str, Engine]:
    engines: dict[str, Engine] = {}
    for name in ENGINE_NAMES:
        if name == "spark" and not site.with_spark:
            continue
        opening = open_engine(name, lake=site.lake, facts=facts().values())
        try:
            engines[name] = stack.enter_context(opening)
        except EngineUnavailableError as error:
            tell(f"不测 {TITLES[name]}：{error}")
    return engines


def _measure_rule(
    rule: Rule, window: Window, engines: Mapping[str, Engine], *, repetitions: int
) -> list[Ratio]:
    query, scan = violations_sql(rule, window=window), _scan_sql(rule, window)
    rows = {name: sorted(engine.rows(query), key=repr) for name, engine in engines.items()}
    differing = [name for name in rows if rows[name] != rows["postgres"]]
    assert not differing, f"{rule.key}: {differing} give other rows than postgres"
    ((scanned,),) = cast("list[tuple[int]]", engines["postgres"].rows(scan))
    cases = {}
    for name, engine in engines.items():
        cases[f"{name}/rule"] = Case(partial(engine.rows, query))
        cases[f"{name}/scan"] = Case(partial(engine.rows, scan))
    timings = interleave(cases, repetitions=repetitions)
    note = f"{scanned} 行中 {len(rows['postgres'])} 行，各引擎一致"
    return [
        timings.ratio(
            f"{rule.key}/{name}",
            f"{name}/rule",
            f"{name}/scan",
            words=(f"{TITLES[name]} {rule.term}", f"只数 {rule.observes}"),
            role=Role.LIMIT,
            note=note,
        )
        for name in engines
    ]


def _scan_sql(rule: Rule, window: Window) -> str:
    """Counting the same fact's rows of the same days: what any rule on them must at least do."""
    first, last = (f"DATE '{on.isoformat()}'" for on in (window.first, window.last))
    days = f"effective_on BETWEEN {first} AND {last}"
    if rule.kind is RuleKind.STATE:
        days = f"starts_on <= {last} AND ends_on > {last}"
    return f"SELECT count(*) AS scanned FROM {rule.observes} WHERE {days}"
