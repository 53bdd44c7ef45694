"""Queries: which sources each part sees, and which columns each query gives to the one around it.

The order is PostgreSQL's: WITH queries see those before them, FROM items see the query around (a
LATERAL one also its left neighbours), conditions see the sources joined so far.
"""

from collections.abc import Mapping

from sqlglot import exp

from lib.guard.allow_list import SCHEMA, AllowList
from lib.guard.calls import call_weight, function_name, function_of
from lib.guard.expressions import output_name, weigh
from lib.guard.scopes import COLUMN_WEIGHT, Output, Relation, Scope, renamed
from lib.guard.verdicts import Reason, RefusalError

__all__ = ["Queries"]

Ctes = Mapping[str, tuple[Output, ...]]


class Queries:
    """Reads the queries of one statement against one allow-list; raises RefusalError."""

    def __init__(self, allowed: AllowList) -> None:
        self.allowed = allowed

    def read(self, node: exp.Expr, ctes: Ctes, outer: Scope | None) -> tuple[Output, ...]:
        """Check a query and give its columns."""
        ctes = self._with(node, ctes, outer)
        if isinstance(node, exp.Subquery):
            outputs = self.read(node.this, ctes, outer)
            self._sort(node.args.get("order"), Scope(ctes, outer), outputs)
            return outputs
        if isinstance(node, exp.SetOperation):
            return self._set_operation(node, ctes, outer)
        if isinstance(node, exp.Select):
            return self._select(node, ctes, outer)
        if isinstance(node, exp.Values):
            return self._values(node, Scope(ctes, outer))
        raise RefusalError(
            Reason.not_a_query, "Se esperaba una consulta SELECT en cada parte de la consulta."
        )

    def _inside(self, node: exp.Expr, outer: Scope) -> tuple[Output, ...]:
        return self.read(node, outer.ctes, outer)

    def _weigh(self, node: exp.Expr, scope: Scope) -> int:
        return weigh(node, scope, self._inside)

    def _with(self, node: exp.Expr, ctes: Ctes, outer: Scope | None) -> Ctes:
        with_ = node.args.get("with_")
        if with_ is None:
            return ctes
        visible, own = dict(ctes), set[str]()
        for cte in with_.expressions:
            name, columns = _alias(cte)
            if name is None or name in own:
                raise RefusalError(Reason.bad_name, "Cada parte WITH lleva un nombre propio.")
            outputs = renamed(self.read(cte.this, visible, outer), columns)
            own.add(name)
            visible[name] = outputs
        return visible

    def _set_operation(
        self, node: exp.SetOperation, ctes: Ctes, outer: Scope | None
    ) -> tuple[Output, ...]:
        left = self.read(node.this, ctes, outer)
        right = self.read(node.expression, ctes, outer)
        if len(left) != len(right):
            raise RefusalError(
                Reason.syntax, "Las dos partes de UNION, INTERSECT o EXCEPT llevan otras columnas."
            )
        outputs = tuple(
            Output(one.name, max(one.weight, other.weight))
            for one, other in zip(left, right, strict=True)
        )
        self._sort(node.args.get("order"), Scope(ctes, None), outputs)
        return outputs

    def _select(self, node: exp.Select, ctes: Ctes, outer: Scope | None) -> tuple[Output, ...]:
        scope = Scope(ctes, outer)
        from_ = node.args.get("from_")
        if from_ is not None:
            self._add_source(from_.this, scope)
        for join in node.args.get("joins") or []:
            self._join(join, scope)
        for part in ("where", "having"):
            if node.args.get(part) is not None:
                self._weigh(node.args[part].this, scope)
        for window in node.args.get("windows") or []:
            self._weigh(window, scope)
        outputs = tuple(
            Output(output_name(each), self._weigh(each, scope)) for each in node.expressions
        )
        if not outputs:
            raise RefusalError(Reason.syntax, "Un SELECT nombra al menos una columna.")
        self._sort(node.args.get("group"), scope, outputs)
        distinct = node.args.get("distinct")
        if distinct is not None and distinct.args.get("on") is not None:
            self._sort_key(distinct.args["on"], scope, outputs)
        self._sort(node.args.get("order"), scope, outputs)
        return outputs

    def _sort(self, clause: exp.Expr | None, scope: Scope, outputs: tuple[Output, ...]) -> None:
        for key in clause.expressions if clause is not None else []:
            self._sort_key(key, scope, outputs)

    def _sort_key(self, key: exp.Expr, scope: Scope, outputs: tuple[Output, ...]) -> None:
        """A key of GROUP BY, ORDER BY or DISTINCT ON: a bare name may be of the select list."""
        if isinstance(key, (exp.Ordered, exp.Paren)):
            self._sort_key(key.this, scope, outputs)
        elif isinstance(key, (exp.Tuple, exp.Rollup, exp.Cube, exp.GroupingSets)):
            for each in key.expressions:
                self._sort_key(each, scope, outputs)
        elif not (
            isinstance(key, exp.Column)
            and key.args.get("table") is None
            and any(each.name == key.name for each in outputs)
        ):
            self._weigh(key, scope)

    def _join(self, join: exp.Join, scope: Scope) -> None:
        left = Scope(scope.ctes, None, dict(scope.sources))
        self._add_source(join.this, scope)
        new = next(reversed(scope.sources))
        for column in join.args.get("using") or []:
            left.column(column.name)
            scope.qualified(new, column.name)
        if join.args.get("on") is not None:
            self._weigh(join.args["on"], scope)

    def _add_source(self, node: exp.Expr, scope: Scope) -> None:
        """A FROM item; one that is not LATERAL sees the query around, not its neighbours."""
        name, columns = _alias(node)
        if isinstance(node, exp.Lateral):
            inner = node.this
            if isinstance(inner, exp.Anonymous):
                return self._add_rows(node, inner, scope)
            if isinstance(inner, exp.Unnest):
                return self._add_unnest(node, inner, scope)
            relation = Relation(renamed(self._inside(inner, scope), columns))
        elif isinstance(node, exp.Table) and isinstance(node.this, exp.Anonymous):
            return self._add_rows(node, node.this, scope)
        elif isinstance(node, exp.Unnest):
            return self._add_unnest(node, node, scope)
        elif isinstance(node, exp.Table):
            name = name or node.name
            relation = self._table(node, scope, columns)
        elif isinstance(node, exp.Values):
            relation = Relation(
                renamed(self._values(node, Scope(scope.ctes, scope.outer)), columns)
            )
        elif isinstance(node, exp.Subquery):
            outputs = self.read(node, scope.ctes, scope.outer)
            relation = Relation(renamed(outputs, columns))
        else:
            raise RefusalError(Reason.unknown_construct, "FROM admite tablas y subconsultas.")
        if name is None:
            raise RefusalError(Reason.bad_name, "Cada subconsulta de FROM lleva un alias.")
        scope.add(name, relation)

    def _table(self, node: exp.Table, scope: Scope, columns: list[str]) -> Relation:
        schema = node.args.get("db")
        if schema is None:
            if node.name not in scope.ctes:
                raise RefusalError(
                    Reason.unqualified_table,
                    f"{node.name} no es una parte WITH de esta consulta; las tablas se nombran"
                    f" con su esquema, {SCHEMA}.nombre.",
                )
            return Relation(renamed(scope.ctes[node.name], columns))
        allowed = self.allowed.relations.get(node.name) if schema.name == SCHEMA else None
        if allowed is None:
            raise RefusalError(
                Reason.unknown_table, f"{schema.name}.{node.name} no es una tabla consultable."
            )
        if columns:
            raise RefusalError(Reason.bad_name, "Las columnas de una tabla no se renombran ahí.")
        outputs = tuple(Output(column, COLUMN_WEIGHT) for column in allowed.columns)
        return Relation(outputs, allowed.personal)

    def _values(self, node: exp.Values, scope: Scope) -> tuple[Output, ...]:
        rows = [each.expressions for each in node.expressions]
        width = len(rows[0])
        if any(not isinstance(each, exp.Tuple) for each in node.expressions) or not width:
            raise RefusalError(Reason.syntax, "VALUES lleva filas entre paréntesis.")
        heaviest_value = max(self._weigh(value, scope) for row in rows for value in row)
        return tuple(Output(f"column{i + 1}", heaviest_value) for i in range(width))

    def _add_rows(self, node: exp.Expr, call: exp.Anonymous, scope: Scope) -> None:
        """A function in FROM: its column is named by the alias, or by the list after it."""
        function = function_name(call)
        if function_of(call).kind != "rows":
            raise RefusalError(
                Reason.unknown_function, f"La función {function} no da filas y no va en FROM."
            )
        weight = call_weight(call, lambda each: self._weigh(each, scope))
        name, columns = _alias(node)
        outputs = [Output(name or function, weight)]
        if node.args.get("ordinality"):
            outputs.append(Output("ordinality", weight))
        scope.add(name or function, Relation(renamed(tuple(outputs), columns)))

    def _add_unnest(self, named: exp.Expr, node: exp.Unnest, scope: Scope) -> None:
        """`unnest(a, b) with ordinality as u(x, y, n)`: the lists side by side."""
        weights = [self._weigh(each, scope) for each in node.expressions]
        name, columns = _alias(named)
        many = len(weights) > 1
        outputs = [Output("unnest" if many else name or "unnest", each) for each in weights]
        number = node.args.get("offset")
        if isinstance(number, exp.Identifier):
            # the parser takes the name after those of the lists for that of the number
            columns.append(number.name)
        if number:
            outputs.append(Output("ordinality", 20))
        scope.add(name or "unnest", Relation(renamed(tuple(outputs), columns)))


def _alias(node: exp.Expr) -> tuple[str | None, list[str]]:
    """The alias of a FROM item or a WITH query, and its list of column names."""
    alias = node.args.get("alias")
    if alias is None:
        return None, []
    name = alias.args.get("this")
    return (name.this if name is not None else None), [c.name for c in alias.columns]
