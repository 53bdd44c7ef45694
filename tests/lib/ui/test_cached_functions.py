"""Every cached function begins with the project, and nothing of a key is left out."""

import importlib
import inspect
import pkgutil

import pandas as pd
import pytest

import lib.ui
from lib.ui.address import default_view, preset_view
from lib.ui.cached_metrics import Asked, Scene, scene_key
from tests.support.pages import NOW

TODAY = NOW.date()
PURE = {"_known_project"}


def cached_functions():
    found = {}
    for module_info in pkgutil.iter_modules(lib.ui.__path__):
        module = importlib.import_module(f"lib.ui.{module_info.name}")
        for name, value in vars(module).items():
            if hasattr(value, "clear") and hasattr(value, "__wrapped__") and callable(value):
                found[name] = value.__wrapped__
    return found


CACHED = cached_functions()


def test_the_cached_functions_are_found():
    assert {"cached_options", "cached_answers", "cached_drawing", "cached_kpis"} <= set(CACHED)


@pytest.mark.parametrize("name", sorted(CACHED))
def test_a_cached_function_has_the_project_first_and_nothing_left_out_of_its_key(name):
    parameters = list(inspect.signature(CACHED[name]).parameters.values())
    assert parameters[0].name == "project_id"
    assert parameters[0].annotation in {int, "int"}
    assert [p.name for p in parameters if p.name.startswith("_")] == []
    assert [p.name for p in parameters if p.annotation in {pd.DataFrame, "pd.DataFrame"}] == []
    if name not in PURE:
        assert parameters[1].name == "data_version"


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
