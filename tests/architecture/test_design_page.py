"""The contrasts that docs/08_frontend_design.md promises are those of the colours in use."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "08_frontend_design.md").read_text(encoding="utf-8")
STYLES = (ROOT / "lib" / "ui" / "frame" / "styles.css").read_text(encoding="utf-8").upper()
ROWS = re.findall(r"\| ([^|]+) \| (#[0-9A-F]{6}) \| (#[0-9A-F]{6}) \| ([\d,]+) \|", PAGE)
# what WCAG 2.2 asks of text (criterion 1.4.3)
LEAST = 4.5


def luminance(color):
    """Relative luminance as WCAG 2.2 defines it."""
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_twenty_one():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert len(ROWS) >= 12


@pytest.mark.parametrize(("what", "text", "ground", "promised"), ROWS, ids=[r[0] for r in ROWS])
def test_a_promised_contrast_is_right_and_enough(what, text, ground, promised):
    found = contrast(text, ground)
    assert f"{found:.1f}".replace(".", ",") == promised
    assert found >= LEAST


@pytest.mark.parametrize("color", sorted({row[1] for row in ROWS}))
def test_a_color_of_the_table_is_in_use(color):
    assert color in STYLES
