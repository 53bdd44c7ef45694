"""The documents say what is true today."""

import re
import subprocess
from pathlib import Path

import pytest

from lib.config import Settings

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])


def test_the_readme_stays_within_120_lines():
    assert len(README.splitlines()) <= 120


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    local = [link for link in links if not link.startswith(("http://", "https://"))]
    assert [link for link in local if not (document.parent / link).exists()] == []


def test_every_decision_record_is_listed_in_the_index():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    records = sorted(path.name for path in (ROOT / "docs" / "adr").glob("*.md"))
    assert [name for name in records if f"adr/{name}" not in index] == []


def test_every_command_of_the_makefile_that_the_readme_names_exists():
    named = set(re.findall(r"`make ([a-z]+)", README))
    offered = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert named
    assert named <= offered


def test_every_setting_is_explained_in_the_example_environment():
    example = (ROOT / ".env.example").read_text(encoding="utf-8").upper()
    missing = [
        name
        for name, field in Settings.model_fields.items()
        if str(field.validation_alias or name).upper() not in example
    ]
    assert missing == []


def test_direct_requirements_are_pinned_exactly_and_stand_in_the_lock():
    lock = (ROOT / "infra" / "constraints.txt").read_text(encoding="utf-8")
    for name in ("requirements.txt", "tests/requirements.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                package, _, version = line.partition("==")
                name_only = package.partition("[")[0].lower()
                pinned = f"{name_only}=={version}"
                assert re.search(rf"^{re.escape(pinned)}( ;|$)", lock, re.MULTILINE), line


def test_no_path_of_one_machine_stands_in_the_repository():
    found = subprocess.run(
        ["git", "grep", "-nIE", r"/(root|home/[a-z]+|Users/[A-Za-z]+)/[a-z.]", "--", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout == ""
