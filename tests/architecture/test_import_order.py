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
