"""docs/metricas.md: every metric as its declaration says it, for people who read Spanish."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from infra.reference.tables import listed, table
from lib.metrics.definitions import Definition

DIRECTIONS = {
    "up_is_good": "subir es bueno",
    "up_is_bad": "subir es malo",
    "neutral": "ni bueno ni malo",
}
INTRODUCTION = """# Métricas

Página generada con `make docs` a partir de las declaraciones junto a cada mart.
Las tasas van de 0 a 1 y se muestran como porcentaje; lo que falta es «sin dato», 0 es contado.
Cada métrica se compara además con el motor de dbt (`tests/lib/metrics/test_oracle.py`) y con una
suma hecha a mano (`tests/lib/metrics/test_formulas.py`); la columna Pruebas nombra las pruebas
unitarias de los modelos de sus marts.
"""


def metrics_page(definitions: Sequence[Definition], manifest: Mapping[str, Any]) -> str:
    """The page: one section per mart, one row per metric, and what is particular about each."""
    by_mart: dict[str, list[Definition]] = defaultdict(list)
    for definition in definitions:
        by_mart[definition.marts[0] if definition.marts else "-"].append(definition)
    tests = _unit_tests(manifest)
    lines = [INTRODUCTION]
    for mart in sorted(by_mart):
        lines += [f"## {mart}", ""]
        lines += table(
            ("Métrica", "Etiqueta", "Definición", "Fórmula", "Unidad", "Dirección"),
            [
                (
                    f"`{item.name}`",
                    item.label_es,
                    item.definition_es,
                    _formula(item),
                    item.unit,
                    DIRECTIONS[item.direction],
                )
                for item in by_mart[mart]
            ],
        )
        lines += table(
            ("Métrica", "Casos límite", "Umbrales", "Se agrupa por", "Marts", "Desde", "Pruebas"),
            [
                (
                    f"`{item.name}`",
                    item.caveat,
                    ", ".join(f"{name} {value:g}" for name, value in item.thresholds.items()),
                    ", ".join(item.dimensions),
                    listed(item.marts),
                    _since(item),
                    listed(sorted({test for mart in item.marts for test in tests.get(mart, ())})),
                )
                for item in by_mart[mart]
            ],
        )
    return "\n".join(lines)


def _formula(item: Definition) -> str:
    if item.numerator and item.denominator:
        return f"`{item.numerator}` / `{item.denominator}`"
    return item.formula_es


def _since(item: Definition) -> str:
    changes = [f"{change.date}: {change.text_es}" for change in item.changes]
    return "; ".join([f"{item.since or ''} (v{item.version})", *changes])


def _unit_tests(manifest: Mapping[str, Any]) -> dict[str, set[str]]:
    """Per mart the unit tests of it and of the steps it is made of."""
    by_model: dict[str, set[str]] = defaultdict(set)
    for test in manifest["unit_tests"].values():
        by_model[test["model"]].add(test["name"])
    nodes = {n["name"]: n for n in manifest["nodes"].values() if n["resource_type"] == "model"}
    found: dict[str, set[str]] = {}
    for name, node in nodes.items():
        if node["config"]["meta"].get("mart"):
            parents = {parent.split(".")[-1] for parent in node["depends_on"]["nodes"]}
            found[name] = set().union(*(by_model[model] for model in (name, *sorted(parents))))
    return found
