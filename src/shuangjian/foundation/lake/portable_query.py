"""可移植的查询: tables, names and clauses of one SELECT, checked on its syntax tree."""

from collections.abc import Mapping, Sequence

from sqlglot import exp

from shuangjian.foundation.lake.fact import Column
from shuangjian.foundation.lake.portable_fault import PortabilityFault, Reason
from shuangjian.foundation.lake.portable_kind import (
    Clause,
    Kind,
    Scope,
    kind_of_column,
    line_of,
)
from shuangjian.foundation.lake.portable_value import ValueCheck

Relation = Mapping[str, Kind]

_SELECT_PARTS = frozenset(
    {"expressions", "from_", "joins", "where", "group", "having", "with_", "kind"}
)
_PART_REASONS = {
    "order": Reason.ORDER,
    "limit": Reason.ORDER,
    "offset": Reason.ORDER,
    "sort": Reason.ORDER,
    "distinct": Reason.DISTINCT,
    "windows": Reason.WINDOW,
    "qualify": Reason.WINDOW,
    "laterals": Reason.JOIN,
}


class QueryCheck:
    """One check of one text (一次检查); ``faults`` fills as the tree is walked."""

    def __init__(self, sql: str, facts: Mapping[str, Sequence[Column]]) -> None:
        self.faults: list[PortabilityFault] = []
        self._facts: dict[str, Relation] = {
            name: {column.name: kind_of_column(column) for column in columns}
            for name, columns in facts.items()
        }
        self._value = ValueCheck(sql, fault=self.fault, subquery=self._subquery)

    def check(self, query: exp.Expression) -> None:
        """Check the whole statement."""
        self._query(query, known=self._facts, outer=None)

    def fault(self, reason: Reason, node: exp.Expression, found: str | None = None) -> None:
        """Note a fault where the node stands."""
        written = found or node.sql(dialect="postgres")
        self.faults.append(
            PortabilityFault(line=line_of(node), code=reason.name, found=written[:80])
        )

    def _query(
        self, node: exp.Expression, *, known: Mapping[str, Relation], outer: Scope | None
    ) -> Relation:
        """Check a query and give its columns; ``outer`` is the query around a correlated one."""
        known = self._with(node, known)
        if isinstance(node, exp.Union):
            return self._union(node, known=known, outer=outer)
        if isinstance(node, exp.Subquery) and not node.alias:
            return self._query(node.this, known=known, outer=outer)
        if isinstance(node, exp.Select):
            return self._select(node, known=known, outer=outer)
        self.fault(Reason.UNION, node)
        return {}

    def _with(self, node: exp.Expression, known: Mapping[str, Relation]) -> Mapping[str, Relation]:
        clause = node.args.get("with_")
        if clause is None:
            return known
        if clause.args.get("recursive"):
            self.fault(Reason.WORD, clause, "RECURSIVE")
        extended = dict(known)
        for table in clause.expressions:
            if table.alias in extended or table.args["alias"].columns:
                self.fault(Reason.ALIAS, table, table.alias)
            if table.args.get("materialized") is not None:
                self.fault(Reason.WORD, table, "MATERIALIZED")
            extended[table.alias] = self._query(table.this, known=extended, outer=None)
        return extended

    def _union(
        self, node: exp.Union, *, known: Mapping[str, Relation], outer: Scope | None
    ) -> Relation:
        if node.args.get("distinct") or node.args.get("by_name"):
            self.fault(Reason.UNION, node, "UNION")
        self._parts(node, frozenset({"this", "expression", "distinct", "with_", "by_name"}))
        first = self._query(node.this, known=known, outer=outer)
        second = self._query(node.expression, known=known, outer=outer)
        pairs = zip(first.values(), second.values(), strict=False)
        agree = all(Kind.UNKNOWN in pair or pair[0] is pair[1] for pair in pairs)
        if len(first) != len(second) or not agree:
            self.fault(Reason.UNION, node.expression)
        return first

    def _select(
        self, node: exp.Select, *, known: Mapping[str, Relation], outer: Scope | None
    ) -> Relation:
        self._parts(node, _SELECT_PARTS)
        scope = Scope(tables={}, outer=outer, known=known)
        source = node.args.get("from_")
        if source is not None:
            self._table(source.this, scope)
        for join in node.args.get("joins") or ():
            self._join(join, scope)
        for part in ("where", "having"):
            clause = node.args.get(part)
            if clause is not None:
                where = Clause.WHERE if part == "where" else Clause.HAVING
                self._value.condition(clause.this, scope, where)
        self._group(node.args.get("group"), scope)
        return self._outputs(node, scope)

    def _parts(self, node: exp.Expression, allowed: frozenset[str]) -> None:
        for part, value in node.args.items():
            if value and part not in allowed:
                reason = _PART_REASONS.get(part, Reason.WORD)
                shown = value if isinstance(value, exp.Expression) else node
                self.fault(reason, shown, part.upper().rstrip("_"))

    def _table(self, node: exp.Expression, scope: Scope) -> None:
        """A fact, a named query of ``WITH``, or a named subquery, under a name of its own."""
        columns: Relation = {}
        if isinstance(node, exp.Table) and isinstance(node.this, exp.Identifier):
            if {part for part, value in node.args.items() if value} - {"this", "alias", "db"}:
                self.fault(Reason.JOIN if node.args.get("joins") else Reason.WORD, node)
            if node.name not in scope.known or node.db:
                self.fault(Reason.UNKNOWN_FACT, node, node.sql(dialect="postgres"))
            columns = scope.known.get(node.name, {})
            is_named = node.alias_or_name not in scope.known or node.alias_or_name == node.name
        elif isinstance(node, exp.Subquery):
            self._parts(node, frozenset({"this", "alias"}))
            # why: what stands in FROM sees no other table of it; that would be LATERAL.
            columns = self._query(node.this, known=scope.known, outer=None)
            is_named = bool(node.alias) and node.alias not in scope.known
        else:
            self.fault(Reason.UNKNOWN_FACT, node)
            return
        alias = node.args.get("alias")
        renames = alias is not None and bool(alias.args.get("columns"))
        if not is_named or renames or node.alias_or_name in scope.tables:
            self.fault(Reason.ALIAS, node)
        scope.tables[node.alias_or_name] = columns

    def _join(self, node: exp.Join, scope: Scope) -> None:
        side, kind = node.side.upper(), node.kind.upper()
        is_listed = (side, kind) in {("", ""), ("", "INNER"), ("LEFT", ""), ("LEFT", "OUTER")}
        others = {part for part, value in node.args.items() if value} - {
            "this",
            "on",
            "side",
            "kind",
        }
        self._table(node.this, scope)
        on = node.args.get("on")
        if not is_listed or others or on is None:
            self.fault(Reason.JOIN, node)
        if on is not None:
            self._value.condition(on, scope, Clause.ON)

    def _group(self, node: exp.Group | None, scope: Scope) -> None:
        if node is None:
            return
        self._parts(node, frozenset({"expressions"}))
        for expression in node.expressions:
            if not isinstance(expression, exp.Column):
                self.fault(Reason.GROUPING, expression)
            else:
                self._value.kind(expression, scope, Clause.GROUP)

    def _outputs(self, node: exp.Select, scope: Scope) -> Relation:
        must_be_named = _must_be_named(node)
        outputs: dict[str, Kind] = {}
        for expression in node.expressions:
            value = expression.this if isinstance(expression, exp.Alias) else expression
            kind = self._value.kind(value, scope, Clause.SELECT)
            if kind is Kind.CONDITION:
                self.fault(Reason.TRUTH_VALUE, value)
            elif kind is Kind.NULL:
                self.fault(Reason.BARE_NULL, value)
            is_named = isinstance(expression, exp.Alias | exp.Column)
            name = expression.alias_or_name if is_named else ""
            if (not name and must_be_named) or name in outputs:
                self.fault(Reason.OUTPUT_NAME, expression)
            outputs[name or f"#{len(outputs)}"] = kind
        return outputs

    def _subquery(self, node: exp.Expression, scope: Scope) -> Relation:
        return self._query(node, known=scope.known, outer=scope)


def _must_be_named(node: exp.Select) -> bool:
    """A later branch of a union, and what EXISTS and IN look at, go by place and not by name."""
    top: exp.Expression = node
    while isinstance(top.parent, exp.Subquery) and not top.parent.alias:
        top = top.parent
    is_later_branch = isinstance(top.parent, exp.Union) and top.arg_key == "expression"
    return not (is_later_branch or isinstance(top.parent, exp.Exists | exp.In))
