"""docs/modelo-de-datos.md: every model and seed with its columns, as dbt's manifest has them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from infra.reference.tables import listed, table

INTRODUCTION = """# Modelo de datos

Página generada con `make docs` a partir del manifiesto de dbt; las descripciones están en inglés,
como en el código. Los usuarios leen solo los marts, cada proyecto sus filas; las columnas marcadas
`pii`, solo con permiso de revelar.
"""
PARTS = (
    ("Marts", "marts"),
    ("Pasos intermedios", "intermediate"),
    ("Staging", "staging"),
)
Node = Mapping[str, Any]


def models_page(manifest: Mapping[str, Any]) -> str:
    """The page: marts first, then steps, staging views and seeds, each by name."""
    nodes = sorted(manifest["nodes"].values(), key=lambda node: node["name"])
    tests = _tests(nodes)
    lines = [INTRODUCTION]
    for title, folder in PARTS:
        lines += [f"## {title}", ""]
        for node in nodes:
            if node["resource_type"] == "model" and node["fqn"][1] == folder:
                lines += _model(node, tests)
    lines += ["## Semillas", ""]
    for node in nodes:
        if node["resource_type"] == "seed":
            lines += _model(node, tests)
    return "\n".join(lines)


def _model(node: Node, tests: Mapping[str, set[str]]) -> list[str]:
    lines = [f"### {node['name']}", "", " ".join(node["description"].split()), ""]
    # a seed is read from its file and has no parents
    parents = (node.get("depends_on") or {}).get("nodes") or ()
    facts = {
        "Clave": listed(node["config"]["meta"].get("unique_key", ())),
        "Lee": listed(sorted({_name(parent) for parent in parents})),
        "Pruebas": listed(sorted(tests.get(node["unique_id"], ()))),
    }
    lines += [f"- {name}: {value}" for name, value in facts.items() if value] + [""]
    return lines + table(
        ("Columna", "Tipo", "Descripción"),
        [
            (f"`{name}`{_mark(column)}", column.get("data_type"), column["description"])
            for name, column in node["columns"].items()
        ],
    )


def _mark(column: Mapping[str, Any]) -> str:
    return " (pii)" if column["config"]["meta"].get("pii") else ""


def _name(unique_id: str) -> str:
    """`indigitall.messages` for a source, the plain name for everything else."""
    kind, _package, *names = unique_id.split(".")
    return ".".join(names) if kind == "source" else names[-1]


def _tests(nodes: Iterable[Node]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for node in nodes:
        if node["resource_type"] == "test" and node.get("attached_node"):
            found[node["attached_node"]].add(node["test_metadata"]["name"])
    return found
