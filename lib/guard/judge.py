"""The judgement of one statement, start to end. Runs in the worker: parsing can take for ever."""

from sqlglot import exp
from sqlglot.errors import SqlglotError

from lib.guard.allow_list import AllowList
from lib.guard.dialect import write
from lib.guard.nodes import check_nodes
from lib.guard.parse import one_query
from lib.guard.places import check_places
from lib.guard.queries import Queries
from lib.guard.rewrites import canonical_names, order_joined_texts
from lib.guard.scopes import personal
from lib.guard.text_rules import check_text
from lib.guard.verdicts import Reason, RefusalError, Verdict, allow, block

__all__ = ["judge"]

WRAPPER = 'SELECT * FROM ({query}) AS "consulta" LIMIT {limit}'

# the parser, or a rule, met a tree of a form that nobody thought of: not understood, so blocked
STUMBLES = (AttributeError, IndexError, KeyError, TypeError, ValueError, AssertionError)


def judge(sql: str, allowed: AllowList, cap: int) -> Verdict:
    """Allowed, with the text to run; or blocked by the first rule it breaks."""
    try:
        check_text(sql)
        text = _checked_text(sql, allowed)
        # what PostgreSQL gets is judged as what the analyst wrote, and must not change again
        if _checked_text(text, allowed) != text:
            return block(
                Reason.unknown_construct, "La consulta se puede leer de dos maneras; simplifíquela."
            )
    except RefusalError as refusal:
        return block(refusal.reason, refusal.detail_es)
    except (SqlglotError, *STUMBLES):
        return block(Reason.syntax, "La consulta no se entiende como SQL de PostgreSQL.")
    except RecursionError:
        return block(Reason.too_deep, "La consulta anida demasiado; divídala en partes WITH.")
    return allow(WRAPPER.format(query=text, limit=cap + 1))


def _checked_text(sql: str, allowed: AllowList) -> str:
    tree = one_query(sql)
    canonical_names(tree)
    check_nodes(tree)
    check_places(tree)
    order_joined_texts(tree)
    _check_aliases(tree, allowed)
    Queries(allowed).read(tree, {}, None)
    return write(tree)


def _check_aliases(tree: exp.Expr, allowed: AllowList) -> None:
    """No name of the statement may be that of a personal column of a mart it reads.

    An alias of that name would make it a matter of scopes which of the two is meant.
    """
    forbidden: set[str] = set()
    for table in tree.find_all(exp.Table):
        relation = allowed.relations.get(table.name)
        if relation is not None:
            forbidden |= relation.personal
    for identifier in tree.find_all(exp.Identifier):
        if identifier.this in forbidden:
            raise personal(identifier.this)
