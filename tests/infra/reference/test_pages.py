"""The generated pages say what the source says."""

from datetime import date

import pytest

from infra.reference.metrics_page import metrics_page
from infra.reference.models_page import models_page
from infra.reference.pages import MANIFESTS, pages, write_pages
from infra.reference.tables import cell, table
from lib.config import CHECKOUT
from lib.metrics.catalog import DefinitionChange
from lib.metrics.definitions import Definition, get_definitions
from lib.metrics.manifest import FILE_NAME, load_catalog

NAMES = ("metricas.md", "modelo-de-datos.md")
RATE = Definition(
    name="tasa",
    label_es="Tasa",
    definition_es="Partes del todo.",
    formula_es="",
    unit="porcentaje",
    direction="up_is_bad",
    thresholds={"green": 0.15},
    caveat="Nula sin base.",
    synonyms=("tasa",),
    owner="analitica",
    since="2026-02",
    changes=(DefinitionChange(date(2026, 3, 1), "Otra base."),),
    version=2,
    dimensions=("day", "entity"),
    marts=("fct_parts",),
    numerator="partes",
    denominator="todo",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_what_make_docs_would_write(name: str):
    stale = (CHECKOUT / "docs" / name).read_text(encoding="utf-8") != pages()[name]
    assert not stale, f"docs/{name} is stale: run `make docs` and commit it"


def test_every_metric_has_two_rows():
    page = pages()["metricas.md"]
    for definition in get_definitions(catalog=load_catalog(MANIFESTS / FILE_NAME)):
        assert page.count(f"| `{definition.name}` |") == 2, definition.name


def model(name: str, *, reads: tuple[str, ...] = (), mart: bool = False) -> dict[str, object]:
    return {
        "unique_id": f"model.p.{name}",
        "resource_type": "model",
        "name": name,
        "fqn": ["p", "marts" if mart else "intermediate", name],
        "description": "One row\nper part.",
        "depends_on": {"nodes": list(reads)},
        "config": {"meta": {"mart": mart, "unique_key": ["project_id", "part_id"]}},
        "columns": {
            "part_id": {"data_type": "text", "description": "a | b", "config": {"meta": {}}},
            "phone": {"data_type": "text", "description": "", "config": {"meta": {"pii": True}}},
        },
    }


MANIFEST = {
    "nodes": {
        "model.p.fct_parts": model("fct_parts", reads=("model.p.int_parts",), mart=True),
        "model.p.int_parts": model("int_parts", reads=("source.p.api.rows",)),
    },
    "unit_tests": {"u": {"model": "int_parts", "name": "parts_are_counted"}},
}


def test_a_metric_shows_its_ratio_its_changes_and_the_tests_of_its_steps():
    page = metrics_page([RATE], MANIFEST)
    assert "## fct_parts" in page
    assert (
        "| `tasa` | Tasa | Partes del todo. | `partes` / `todo` | porcentaje | subir es malo |"
    ) in page
    assert (
        "| `tasa` | Nula sin base. | green 0.15 | day, entity | `fct_parts` |"
        " 2026-02 (v2); 2026-03-01: Otra base. | `parts_are_counted` |"
    ) in page


def test_a_model_shows_grain_key_parents_and_personal_columns():
    page = models_page(MANIFEST)
    assert page.index("### fct_parts") < page.index("### int_parts")
    assert "One row per part." in page
    assert "- Clave: `project_id`, `part_id`" in page
    assert "- Lee: `api.rows`" in page
    assert "| `part_id` | text | a \\| b |" in page
    assert "| `phone` (pii) | text | - |" in page


def test_only_a_page_that_differs_is_written(tmp_path):
    assert sorted(path.name for path in write_pages(tmp_path)) == sorted(NAMES)
    assert write_pages(tmp_path) == []


def test_a_cell_has_no_line_end_and_no_bar():
    assert cell("a\n  b | c") == "a b \\| c"
    assert cell(None) == cell("") == "-"
    assert table(("A",), [["x"]]) == ["| A |", "| --- |", "| x |", ""]
