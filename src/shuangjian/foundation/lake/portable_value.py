"""可移植的表达式: kinds of values and conditions, and the few operators that agree everywhere."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Protocol

from sqlglot import exp

from shuangjian.foundation.lake.portable_fault import Reason
from shuangjian.foundation.lake.portable_kind import Clause, Kind, Scope

_DATE_WORD = re.compile(r"\bdate\s+$", re.IGNORECASE)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_ORDERED = frozenset({Kind.INTEGER, Kind.DATE})
_REFUSED: tuple[tuple[type[object], Reason], ...] = (
    (exp.Div, Reason.DIVISION),
    (exp.Mod, Reason.MODULO),
    (exp.DPipe, Reason.CONCAT),
    (exp.Concat, Reason.CONCAT),
    (exp.Star, Reason.STAR),
    (exp.Window, Reason.WINDOW),
    (exp.Filter, Reason.AGGREGATE),
    (exp.Subquery, Reason.SUBQUERY),
    (exp.Boolean, Reason.TRUTH_VALUE),
    (exp.Like, Reason.TEXT_MATCH),
    (exp.ILike, Reason.TEXT_MATCH),
    (exp.Interval, Reason.ARITHMETIC),
    (exp.Cast, Reason.CAST),
    (exp.Tuple, Reason.COMPARISON),
    (exp.Func, Reason.FUNCTION),
)


class _FaultSink(Protocol):
    def __call__(self, reason: Reason, node: exp.Expression, found: str | None = None) -> None: ...


class ValueCheck:
    """Checks expressions (表达式检查) and gives their kinds."""

    def __init__(
        self,
        sql: str,
        *,
        fault: _FaultSink,
        subquery: Callable[[exp.Expression, Scope], Mapping[str, Kind]],
    ) -> None:
        self._sql = sql
        self._fault = fault
        self._subquery = subquery
        self._handlers: dict[
            type[exp.Expression], Callable[[exp.Expression, Scope, Clause], Kind]
        ] = {
            exp.Column: self._column,
            exp.Literal: self._literal,
            exp.Cast: self._date_literal,
            exp.Null: lambda *_: Kind.NULL,
            exp.Paren: lambda node, scope, clause: self.kind(node.this, scope, clause),
            exp.Neg: self._arithmetic,
            exp.Add: self._arithmetic,
            exp.Sub: self._arithmetic,
            exp.Mul: self._arithmetic,
            exp.Case: self._case,
            exp.Coalesce: self._coalesce,
            exp.Count: self._aggregate,
            exp.Sum: self._aggregate,
            exp.Min: self._aggregate,
            exp.Max: self._aggregate,
            exp.And: self._connective,
            exp.Or: self._connective,
            exp.Not: self._connective,
            exp.EQ: self._comparison,
            exp.NEQ: self._comparison,
            exp.LT: self._comparison,
            exp.LTE: self._comparison,
            exp.GT: self._comparison,
            exp.GTE: self._comparison,
            exp.Between: self._comparison,
            exp.In: self._membership,
            exp.Is: self._null_test,
            exp.Exists: self._existence,
        }

    def kind(self, node: exp.Expression, scope: Scope, clause: Clause) -> Kind:
        """The kind of an expression; what is not on the list is a fault."""
        handler = self._handlers.get(type(node))
        if handler is not None:
            return handler(node, scope, clause)
        reason = next((why for refused, why in _REFUSED if isinstance(node, refused)), Reason.WORD)
        self._fault(reason, node)
        return Kind.UNKNOWN

    def condition(self, node: exp.Expression, scope: Scope, clause: Clause) -> None:
        """Check what must be true or false."""
        kind = self.kind(node, scope, clause)
        if kind not in {Kind.CONDITION, Kind.UNKNOWN}:
            self._fault(Reason.NOT_A_CONDITION, node)

    def _column(self, node: exp.Expression, scope: Scope, clause: Clause) -> Kind:
        assert isinstance(node, exp.Column)  # invariant: the handler's key
        if node.args.get("db") or not isinstance(node.this, exp.Identifier):
            self._fault(Reason.STAR if node.is_star else Reason.UNKNOWN_COLUMN, node)
            return Kind.UNKNOWN
        reached: Scope | None = scope
        while reached is not None:
            found = [
                columns[node.name]
                for alias, columns in reached.tables.items()
                if node.table in {"", alias} and node.name in columns
            ]
            if len(found) > 1 or (node.table in reached.tables and not found):
                break
            if found:
                return self._found(node, found[0], clause, is_own=reached is scope)
            reached = reached.outer
        self._fault(Reason.UNKNOWN_COLUMN, node)
        return Kind.UNKNOWN

    def _found(self, node: exp.Column, kind: Kind, clause: Clause, *, is_own: bool) -> Kind:
        if kind is Kind.INSTANT:
            self._fault(Reason.INSTANT, node)
            return Kind.UNKNOWN
        if not is_own and clause is not Clause.WHERE:
            # why: an aggregate of the outer query's columns belongs to the outer query in some.
            self._fault(Reason.AGGREGATE, node)
        return kind

    def _literal(self, node: exp.Expression, *_: object) -> Kind:
        assert isinstance(node, exp.Literal)  # invariant: the handler's key
        return Kind.TEXT if node.is_string else Kind.INTEGER

    def _date_literal(self, node: exp.Expression, *_: object) -> Kind:
        """``DATE '2026-11-15'`` is the one conversion whose text all engines read alike."""
        literal = node.this
        start = literal.meta.get("start") if isinstance(literal, exp.Literal) else None
        # why: the tree is the same for DATE '…', '…'::date and CAST('…' AS DATE); the text tells.
        if start is None or not _DATE_WORD.search(self._sql[: int(start)]):
            self._fault(Reason.CAST, node)
            return Kind.UNKNOWN
        if not _is_iso_date(literal.name):
            self._fault(Reason.DATE_LITERAL, node, literal.name)
        return Kind.DATE

    def _arithmetic(self, node: exp.Expression, scope: Scope, clause: Clause) -> Kind:
        operands = [node.this, *([node.expression] if isinstance(node, exp.Binary) else [])]
        kinds = {self.kind(operand, scope, clause) for operand in operands}
        if kinds - {Kind.INTEGER, Kind.UNKNOWN}:
            self._fault(Reason.ARITHMETIC, node)
            return Kind.UNKNOWN
        return Kind.INTEGER

    def _case(self, node: exp.Expression, scope: Scope, clause: Clause) -> Kind:
        assert isinstance(node, exp.Case)  # invariant: the handler's key
        branches = list(node.args["ifs"])
        values = [branch.args["true"] for branch in branches]
        if node.args.get("default") is not None:
            values.append(node.args["default"])
        if node.this is None:
            for branch in branches:
                self.condition(branch.this, scope, clause)
        else:
            self._same([node.this, *(branch.this for branch in branches)], node, scope, clause)
        return self._same(values, node, scope, clause, allow_null=True)

    def _coalesce(self, node: exp.Expression, scope: Scope, clause: Clause) -> Kind:
        return self._same([node.this, *node.expressions], node, scope, clause)

    def _aggregate(self, node: exp.Expression, scope: Scope, clause: Clause) -> Kind:
        if clause not in {Clause.SELECT, Clause.HAVING}:
            self._fault(Reason.AGGREGATE, node)
        if isinstance(node, exp.Count):
            self._counted(node, scope)
            return Kind.INTEGER
        others = [value for part, value in node.args.items() if part != "this" and value]
        kind = self.kind(node.this, scope, Clause.AGGREGATE)
        if others:
            self._fault(Reason.AGGREGATE, node)
        elif isinstance(node, exp.Sum) and kind not in {Kind.INTEGER, Kind.UNKNOWN}:
            self._fault(Reason.ARITHMETIC, node)
        elif kind is Kind.TEXT:
            self._fault(Reason.TEXT_ORDER, node)
        elif kind not in _ORDERED | {Kind.UNKNOWN}:
            self._fault(Reason.TRUTH_VALUE, node)
        return kind

    def _counted(self, node: exp.Count, scope: Scope) -> None:
        counted = node.this
        if isinstance(counted, exp.Star):
            return
        if isinstance(counted, exp.Distinct):
            if len(counted.expressions) != 1 or counted.args.get("on"):
                self._fault(Reason.DISTINCT, node, "COUNT(DISTINCT …)")
            for expression in counted.expressions:
                self._value(expression, scope, Clause.AGGREGATE)
            return
        if node.expressions:
            self._fault(Reason.DISTINCT, node)
        self._value(counted, scope, Clause.AGGREGATE)

    def _connective(self, node: exp.Expression, scope: Scope, clause: Clause) -> Kind:
        self.condition(node.this, scope, clause)
        if isinstance(node, exp.Binary | exp.Connector):
            self.condition(node.expression, scope, clause)
        return Kind.CONDITION

    def _comparison(self, node: exp.Expression, scope: Scope, clause: Clause) -> Kind:
        compared = [node.this, *(node.args.get(part) for part in ("expression", "low", "high"))]
        operands = [operand for operand in compared if operand is not None]
        if node.args.get("symmetric"):
            self._fault(Reason.WORD, node, "SYMMETRIC")
        if any(isinstance(operand, exp.Null) for operand in operands):
            self._fault(Reason.NULL_COMPARISON, node)
            return Kind.CONDITION
        kind = self._same(operands, node, scope, clause)
        if kind is Kind.TEXT and not isinstance(node, exp.EQ | exp.NEQ):
            self._fault(Reason.TEXT_ORDER, node)
        return Kind.CONDITION

    def _membership(self, node: exp.Expression, scope: Scope, clause: Clause) -> Kind:
        query = node.args.get("query")
        others = {part for part, value in node.args.items() if value} - {
            "this",
            "expressions",
            "query",
        }
        if others:
            self._fault(Reason.WORD, node)
        if query is None:
            operands = [node.this, *node.expressions]
            if any(isinstance(operand, exp.Null) for operand in operands):
                self._fault(Reason.NULL_COMPARISON, node)
                return Kind.CONDITION
            self._same(operands, node, scope, clause)
            return Kind.CONDITION
        if clause is not Clause.WHERE:
            self._fault(Reason.SUBQUERY, node)
        columns = list(self._subquery(query, scope).values())
        kinds = {self._value(node.this, scope, clause), *columns} - {Kind.UNKNOWN}
        if len(columns) != 1 or len(kinds) > 1:
            self._fault(Reason.COMPARISON, node)
        return Kind.CONDITION

    def _null_test(self, node: exp.Expression, scope: Scope, clause: Clause) -> Kind:
        if not isinstance(node.args["expression"], exp.Null):
            self._fault(Reason.WORD, node)
        self._value(node.this, scope, clause)
        return Kind.CONDITION

    def _existence(self, node: exp.Expression, scope: Scope, clause: Clause) -> Kind:
        if clause is not Clause.WHERE:
            self._fault(Reason.SUBQUERY, node)
        self._subquery(node.this, scope)
        return Kind.CONDITION

    def _value(self, node: exp.Expression, scope: Scope, clause: Clause) -> Kind:
        """The kind of what must be a value, not a condition."""
        kind = self.kind(node, scope, clause)
        if kind is Kind.CONDITION:
            self._fault(Reason.TRUTH_VALUE, node)
            return Kind.UNKNOWN
        return kind

    def _same(
        self,
        nodes: Iterable[exp.Expression],
        whole: exp.Expression,
        scope: Scope,
        clause: Clause,
        *,
        allow_null: bool = False,
    ) -> Kind:
        """The one kind that all these values share."""
        kinds = {self._value(node, scope, clause) for node in nodes}
        if allow_null and len(kinds) > 1:
            kinds.discard(Kind.NULL)
        if Kind.UNKNOWN in kinds:
            return Kind.UNKNOWN
        if len(kinds) > 1:
            self._fault(Reason.COMPARISON, whole)
            return Kind.UNKNOWN
        return kinds.pop()


def _is_iso_date(text: str) -> bool:
    try:
        return _ISO_DATE.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        return False
