"""Second look at the tree: each part where PostgreSQL has it, each name a plain name.

The parser reads more than PostgreSQL does (`sum(x as y)`, `marts(1).t`, `any 5`). Such a text would
be refused by the server in the end; here it is refused before anything is concluded from it.
"""

from collections.abc import Callable

from sqlglot import exp

from lib.guard.reviewed import reviewed_places
from lib.guard.verdicts import Reason, RefusalError

__all__ = ["check_places"]

# (class, argument) -> what has to stand there
SLOTS: dict[tuple[type[exp.Expr], str], tuple[type[exp.Expr], ...]] = {
    (exp.Alias, "alias"): (exp.Identifier,),
    (exp.Cast, "to"): (exp.DataType,),
    (exp.Column, "table"): (exp.Identifier,),
    (exp.Column, "this"): (exp.Identifier, exp.Star),
    (exp.CTE, "alias"): (exp.TableAlias,),
    (exp.CTE, "this"): (exp.Query,),
    (exp.Exists, "this"): (exp.Query,),
    (exp.Extract, "this"): (exp.Var,),
    (exp.From, "this"): (exp.Table, exp.Subquery, exp.Values, exp.Unnest, exp.Lateral),
    (exp.In, "query"): (exp.Subquery,),
    (exp.Interval, "unit"): (exp.Var,),
    (exp.Is, "expression"): (exp.Null, exp.Boolean),
    (exp.Join, "this"): (exp.Table, exp.Subquery, exp.Values, exp.Unnest, exp.Lateral),
    (exp.Join, "using"): (exp.Identifier,),
    (exp.Lateral, "this"): (exp.Subquery, exp.Values, exp.Anonymous, exp.Unnest),
    (exp.Subquery, "this"): (exp.Query, exp.Values),
    (exp.Table, "db"): (exp.Identifier,),
    (exp.Table, "this"): (exp.Identifier, exp.Anonymous),
    (exp.TableAlias, "columns"): (exp.Identifier,),
    (exp.TableAlias, "this"): (exp.Identifier,),
    (exp.Values, "expressions"): (exp.Tuple,),
    (exp.Window, "alias"): (exp.Identifier,),
}


def _is_whole_list(node: exp.Expr) -> bool:
    return bool(node.args.get("query") or node.expressions)


def _is_compared_list(node: exp.Expr) -> bool:
    """ANY and ALL stand on the right, and have parentheses or a query."""
    return node.arg_key == "expression" and isinstance(node.this, (exp.Paren, exp.Query))


WHOLE: dict[type[exp.Expr], Callable[[exp.Expr], bool]] = {
    exp.All: _is_compared_list,
    exp.Any: _is_compared_list,
    exp.Group: _is_whole_list,
    exp.In: _is_whole_list,
    exp.Order: _is_whole_list,
    exp.Select: _is_whole_list,
    exp.Values: _is_whole_list,
    exp.Unnest: _is_whole_list,
}


def check_places(tree: exp.Expr) -> None:
    """Raise RefusalError for the first part that stands where it does not belong."""
    places = reviewed_places()
    for node in tree.walk():
        kind = type(node).__name__
        parent = type(node.parent).__name__ if node.parent is not None else None
        if node is not tree and kind in places and parent not in places[kind]:
            reason = Reason.whole_row if isinstance(node, exp.Tuple) else Reason.unknown_construct
            if isinstance(node, exp.Star):
                reason = Reason.star
            raise _misplaced(reason, f"{kind} dentro de {parent}")
        if type(node) in WHOLE and not WHOLE[type(node)](node):
            raise _misplaced(Reason.syntax, kind)
        for (owner, slot), wanted in SLOTS.items():
            if isinstance(node, owner) and not _fits(node.args.get(slot), wanted):
                raise _misplaced(Reason.unknown_construct, f"{kind}.{slot}")


def _fits(value: object, wanted: tuple[type[exp.Expr], ...]) -> bool:
    each = value if isinstance(value, list) else [value]
    return all(item is None or isinstance(item, wanted) for item in each)


def _misplaced(reason: Reason, what: str) -> RefusalError:
    return RefusalError(
        reason, f"La consulta tiene algo fuera de lugar ({what}); escríbala más sencilla."
    )
