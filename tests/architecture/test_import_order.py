"""The house: who may import whom, as drawn in docs/architecture.md."""

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "pages").glob("*.py"))


def test_every_room_imports_only_rooms_below_it(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    exit_code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert exit_code == 0, capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_asks_for_the_session_before_anything_else(page):
    statements = [
        node
        for node in ast.parse(page.read_text(encoding="utf-8")).body
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr | ast.FunctionDef)
        or (isinstance(node, ast.Expr) and not isinstance(node.value, ast.Constant))
    ]
    assert ast.unparse(statements[0]) == "session = require_session()"


def test_package_markers_hold_no_code():
    markers = [path for path in ROOT.glob("*/**/__init__.py") if ".venv" not in path.parts]
    assert markers
    assert [str(path) for path in markers if ast.parse(path.read_text()).body] == []


def _imported(path: Path) -> set[str]:
    """Modules a file names in its imports, at any depth of its code."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("screen", [*PAGES, ROOT / "streamlit_app.py"], ids=lambda path: path.stem)
def test_a_screen_imports_only_the_rooms_of_the_screen(screen):
    # pages are scripts, not modules, so the layers contract cannot see them
    allowed = ("lib.ui", "lib.clock", "streamlit", "functools", "dataclasses", "datetime")
    assert {name for name in _imported(screen) if not name.startswith(allowed)} == set()


def test_nothing_imports_a_screen():
    files = [path for room in ("lib", "flows", "infra") for path in (ROOT / room).rglob("*.py")]
    screens = ("pages", "streamlit_app")
    assert [str(p) for p in files if any(n.startswith(screens) for n in _imported(p))] == []
