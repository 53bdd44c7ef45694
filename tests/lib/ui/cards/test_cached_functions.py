"""Every cached function begins with the project, and nothing of a key is left out."""

import ast
import importlib
import inspect
import pkgutil
from pathlib import Path

import pandas as pd
import pytest

import lib
from lib.config import CHECKOUT
from lib.metrics.scope import Scope
from lib.ui.cards.cached_metrics import Asked, Scene, scene_key
from lib.ui.filters.address import default_view, preset_view
from tests.support.pages import NOW

TODAY = NOW.date()
# knows the project's own row and no figure of it
WITHOUT_FIGURES = {"_known_project"}
CACHES = {"cache_data", "cache_resource"}


def cached_functions():
    found = {}
    for module_info in pkgutil.walk_packages(lib.__path__, "lib."):
        if module_info.name.endswith("__main__"):
            continue
        module = importlib.import_module(module_info.name)
        for name, value in vars(module).items():
            if hasattr(value, "clear") and hasattr(value, "__wrapped__") and callable(value):
                found[name] = value.__wrapped__
    return found


def functions_written_with_a_cache():
    """The names of all functions of the product that stand under one of Streamlit's caches."""
    for folder in ("lib", "pages", "flows", "infra", "."):
        pattern = "*.py" if folder == "." else "**/*.py"
        for path in sorted(Path(CHECKOUT, folder).glob(pattern)):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.FunctionDef):
                    words = {
                        item.attr
                        for decorator in node.decorator_list
                        for item in ast.walk(decorator)
                        if isinstance(item, ast.Attribute)
                    }
                    if words & CACHES:
                        yield node.name


CACHED = cached_functions()


def test_the_cached_functions_are_found():
    assert {
        "cached_options",
        "cached_answers",
        "cached_chart",
        "cached_table",
        "cached_kpis",
    } <= set(CACHED)
    assert set(functions_written_with_a_cache()) == set(CACHED)


def test_caches_are_used_as_decorators_and_in_no_other_way():
    for folder in ("lib", "pages"):
        for path in sorted(Path(CHECKOUT, folder).glob("**/*.py")):
            text = path.read_text(encoding="utf-8")
            uses = sum(text.count(f"st.{cache}") for cache in CACHES)
            assert uses == sum(text.count(f"@st.{cache}(") for cache in CACHES), path


@pytest.mark.parametrize("name", sorted(CACHED))
def test_a_cached_function_has_the_project_first_and_nothing_left_out_of_its_key(name):
    parameters = list(inspect.signature(CACHED[name]).parameters.values())
    assert parameters[0].name == "project_id"
    assert parameters[0].annotation in {int, "int"}
    assert [p.name for p in parameters if p.name.startswith("_")] == []
    assert [p.name for p in parameters if p.annotation in {pd.DataFrame, "pd.DataFrame"}] == []
    assert [p.name for p in parameters if p.default is not inspect.Parameter.empty] == []


@pytest.mark.parametrize("name", sorted(set(CACHED) - WITHOUT_FIGURES))
def test_a_cached_figure_is_kept_per_scope_and_data_version(name):
    parameters = list(inspect.signature(CACHED[name]).parameters.values())
    assert (parameters[1].name, parameters[1].annotation) == ("scope", Scope)
    assert parameters[2].name == "data_version"


def scene(**changes):
    asked = {"id": "kpis", "question": "kpis", "view": default_view(TODAY), "hour_to": 24}
    return Scene(changes.pop("today", TODAY), (Asked(**{**asked, **changes}),))


def test_the_same_scene_has_the_same_key():
    assert scene_key(scene()) == scene_key(scene())


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "other"},
        {"question": "agents"},
        {"view": preset_view("ayer", TODAY)},
        {"hour_to": 10},
        {"today": preset_view("ayer", TODAY).start},
    ],
)
def test_whatever_differs_in_a_scene_differs_in_its_key(changes):
    assert scene_key(scene(**changes)) != scene_key(scene())
