"""docs/seguridad.md names tests that exist, and one at least for each of its promises."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "seguridad.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)


def test_every_test_that_the_page_names_exists():
    assert len(NAMED) > 40
    missing = [
        f"{file}::{name}"
        for file, name in NAMED
        if not (ROOT / file).exists() or f"def {name}(" not in (ROOT / file).read_text("utf-8")
    ]
    assert missing == []


def test_each_of_the_twelve_promises_names_a_test():
    promises = re.split(r"^\d+\. \*\*", PAGE.partition("\n## Quién entra")[0], flags=re.MULTILINE)
    assert len(promises) == 13
    assert [text[:40] for text in promises[1:] if "`tests/" not in text] == []
