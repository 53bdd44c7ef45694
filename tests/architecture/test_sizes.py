"""Rooms stay small: the sizes at which a file or a function must be split."""

import ast
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMITS = [("pages/", 150), ("flows/", 200), ("", 300)]


def _tracked(*patterns: str) -> list[Path]:
    """Files of the checkout that git knows or would add, so that build output never counts."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def _line_count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_python_files_stay_within_their_limit():
    too_long = {}
    for path in _tracked("*.py"):
        name = path.relative_to(ROOT).as_posix()
        limit = next(limit for prefix, limit in LIMITS if name.startswith(prefix))
        if _line_count(path) > limit:
            too_long[name] = _line_count(path)
    assert too_long == {}


def test_models_stay_within_120_lines():
    models = _tracked("warehouse/models/*.sql")
    assert {path.name: _line_count(path) for path in models if _line_count(path) > 120} == {}


def test_functions_stay_within_50_lines():
    too_long = []
    for path in _tracked("lib/*.py", "flows/*.py", "pages/*.py", "infra/*.py", "streamlit_app.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 50:
                    too_long.append(f"{path.relative_to(ROOT)}:{node.name} {length}")
    assert too_long == []


def test_nothing_prints_outside_command_line_answers():
    # `infra/bench` prints its table: that is its answer, not a log line.
    printing = [
        str(path.relative_to(ROOT))
        for path in _tracked("lib/*.py", "flows/*.py", "pages/*.py", "infra/*.py")
        if "bench" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert printing == []
