"""How the application is put together: what it loads, what it must never load, what is set."""

import json
import subprocess
import sys

import pytest
from streamlit import config
from streamlit.runtime.pages_manager import PagesManager

from infra.children import CHECKOUT
from lib.web.app import SCRIPT
from lib.web.preload import MODULES
from lib.web.streamlit_options import set_streamlit_options, switch_off_page_directory

LOADED = """
import json, sys
from lib.web.preload import preload
import lib.web.app
preload()
import gc
print(json.dumps([sorted(sys.modules), gc.get_freeze_count()]))
"""


@pytest.fixture(scope="module")
def loaded():
    run = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout.splitlines()[-1])


def test_what_pages_need_is_loaded_before_the_first_visitor(loaded):
    modules, frozen = loaded
    assert set(MODULES) <= set(modules)
    assert frozen > 100_000


@pytest.mark.parametrize(
    "name",
    ["dbt", "prefect", "metricflow", "anthropic", "plotly.express", "matplotlib.pyplot", "flows"],
)
def test_what_pages_never_need_is_not_loaded(loaded, name):
    modules, _frozen = loaded
    assert [module for module in modules if module == name or module.startswith(f"{name}.")] == []


def test_the_entry_script_is_named_by_path_and_exists():
    assert SCRIPT == CHECKOUT / "streamlit_app.py"
    assert SCRIPT.is_file()


def test_safety_options_hold_whatever_a_file_says():
    config.set_option("runner.postScriptGC", True)
    config.set_option("client.showErrorDetails", "full")
    set_streamlit_options("https://analytics.indigitall.com")
    assert config.get_option("runner.postScriptGC") is False
    assert config.get_option("client.showErrorDetails") == "none"
    assert config.get_option("server.enableAgentApi") is False
    assert config.get_option("browser.gatherUsageStats") is False
    assert config.get_option("client.disableDataExport") is True
    assert "analytics.indigitall.com" in config.get_option("server.allowedHosts")


def test_the_directory_mode_of_pages_is_off_before_the_first_session(monkeypatch):
    monkeypatch.setattr(PagesManager, "uses_pages_directory", None)
    switch_off_page_directory()
    PagesManager(str(SCRIPT))
    assert PagesManager.uses_pages_directory is False
