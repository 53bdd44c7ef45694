"""First look at the tree: only reviewed classes, arguments, names, literals and types.

What is not in nodes.yaml blocks, so a construct that a newer parser learns is refused until
somebody has looked at it.
"""

import re

from sqlglot import exp

from lib.guard.reviewed import reviewed_nodes, reviewed_words
from lib.guard.verdicts import Reason, RefusalError

__all__ = ["MAX_NODES", "check_nodes"]

MAX_NODES = 6000
# the planner's work grows with both
MAX_SOURCES = 40
MAX_QUERIES = 60
SOURCES = (exp.Table, exp.Unnest, exp.Lateral, exp.Values)
MAX_NAME_BYTES = 63
MAX_STRING = 2000
NUMBER = re.compile(r"\d{1,40}(\.\d{0,40})?(e[+-]?\d{1,2})?|\.\d{1,40}", re.IGNORECASE)
WORDS = re.compile(r"[A-Za-z ]{0,40}")
SYSTEM_COLUMNS = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"})
MAX_TYPE_PARAMETER = {"VARCHAR": 1000, "CHAR": 1000}
# text whose content the class itself explains and `_check_node` looks at
SPOKEN = (exp.Literal, exp.Identifier, exp.Var, exp.Anonymous)
REASONS = {
    "CurrentUser": Reason.identity,
    "SessionUser": Reason.identity,
    "CurrentRole": Reason.identity,
    "CurrentCatalog": Reason.identity,
    "CurrentSchema": Reason.identity,
    "Into": Reason.into,
    "Lock": Reason.locking,
    "TableSample": Reason.sampling,
    "Parameter": Reason.parameter,
    "Placeholder": Reason.parameter,
    "ObjectIdentifier": Reason.unknown_type,
    "PseudoType": Reason.unknown_type,
    "into": Reason.into,
    "locks": Reason.locking,
    "sample": Reason.sampling,
    "recursive": Reason.recursive,
    "method": Reason.natural_join,
}


def check_nodes(tree: exp.Expr) -> None:
    """Raise RefusalError for the first part of the tree that nobody has reviewed."""
    allowed = reviewed_nodes()
    nodes = list(tree.walk())
    _check_counts(nodes)
    for node in nodes:
        kind = type(node).__name__
        arguments = allowed.get(kind)
        if arguments is None:
            raise _unknown(kind)
        for name, value in node.args.items():
            if value is None or value is False or value == []:
                continue
            if name not in arguments:
                raise _unknown(kind, name)
            if not isinstance(node, SPOKEN):
                _check_words(kind, value)
        _check_node(node)


def _check_counts(nodes: list[exp.Expr]) -> None:
    for most, kinds, what in (
        (MAX_NODES, exp.Expr, "elementos"),
        (MAX_SOURCES, SOURCES, "tablas"),
        (MAX_QUERIES, exp.Select, "SELECT"),
    ):
        if sum(isinstance(node, kinds) for node in nodes) > most:
            raise RefusalError(
                Reason.too_complex, f"La consulta tiene más de {most} {what}; acórtela."
            )


def _unknown(kind: str, argument: str | None = None) -> RefusalError:
    reason = REASONS.get(argument or kind) or REASONS.get(kind, Reason.unknown_construct)
    named = f"{kind}.{argument}" if argument else kind
    return RefusalError(
        reason,
        f"La consulta usa algo que aquí no se admite ({named}); use SELECT, WITH, JOIN,"
        " agregados y funciones de ventana.",
    )


def _check_words(kind: str, value: object) -> None:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, str) and not WORDS.fullmatch(each):
            raise _unknown(kind)


def _check_node(node: exp.Expr) -> None:
    if isinstance(node, exp.Identifier):
        _check_name(node.this)
    elif isinstance(node, exp.Literal):
        _check_literal(node)
    elif isinstance(node, exp.Var):
        if node.this.lower() not in reviewed_words("fields"):
            raise _unknown("Var")
    elif isinstance(node, exp.Interval):
        if not isinstance(node.this, exp.Literal):
            raise RefusalError(
                Reason.bad_literal, "Un intervalo se escribe entero: INTERVAL '7 days'."
            )
    elif isinstance(node, exp.DataType):
        _check_type(node)
    elif isinstance(node, exp.Star) and not _is_count_of_rows(node):
        raise RefusalError(
            Reason.star, "Nombre las columnas una por una; * solo se admite en count(*)."
        )
    elif isinstance(node, (exp.Limit, exp.Offset, exp.Fetch)):
        amount = node.args.get("count") or node.args.get("expression")
        if not (isinstance(amount, exp.Literal) and amount.this.isdecimal()):
            raise RefusalError(
                Reason.bad_literal, "LIMIT y OFFSET llevan un número entero escrito."
            )


def _check_name(name: str) -> None:
    if not name or len(name.encode("utf-8")) > MAX_NAME_BYTES:
        raise RefusalError(
            Reason.bad_name, f"Un nombre tiene de 1 a {MAX_NAME_BYTES} bytes; acórtelo."
        )
    if name in SYSTEM_COLUMNS:
        raise RefusalError(
            Reason.system_column, f"{name} es un nombre reservado del servidor; use otro."
        )


def _check_literal(node: exp.Literal) -> None:
    text = node.this
    if node.is_string and len(text) > MAX_STRING:
        raise RefusalError(
            Reason.bad_literal, f"Un texto tiene como máximo {MAX_STRING} caracteres."
        )
    if not node.is_string and not NUMBER.fullmatch(text):
        raise RefusalError(Reason.bad_literal, "Se esperaba un número decimal corriente.")


def _is_count_of_rows(node: exp.Star) -> bool:
    call = node.parent
    return (
        isinstance(call, exp.Anonymous)
        and isinstance(call.this, str)
        and call.this.lower() == "count"
        and call.expressions == [node]
    )


def _check_type(node: exp.DataType) -> None:
    kind = node.this.value if isinstance(node.this, exp.DType) else ""
    if kind not in reviewed_words("types"):
        raise RefusalError(
            Reason.unknown_type,
            "Se admiten los tipos integer, bigint, numeric, double precision, text, varchar,"
            " boolean, date, time, timestamp, timestamptz e interval.",
        )
    if (kind == "ARRAY") != any(isinstance(part, exp.DataType) for part in node.expressions):
        raise RefusalError(Reason.unknown_type, "Una lista es de un tipo: integer[].")
    for part in node.expressions:
        if isinstance(part, exp.DataType):
            if kind != "ARRAY" or part.this == exp.DType.ARRAY:
                raise RefusalError(Reason.unknown_type, "Se admiten listas de una dimensión.")
            continue
        amount = part.this
        most = MAX_TYPE_PARAMETER.get(kind, 38)
        if not isinstance(amount, exp.Literal) or not amount.this.isdecimal():
            raise RefusalError(Reason.unknown_type, "Se esperaba un número en el tipo.")
        if int(amount.this) > most:
            raise RefusalError(Reason.unknown_type, f"El tipo admite como máximo {most}.")
