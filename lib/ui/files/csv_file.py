"""Tables as files that a Spanish Excel opens as they are: BOM, semicolons, decimal comma.

Text that a spreadsheet would run as a formula is made plain text; the file begins with what it is:
filters, definitions and load time.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from lib.ui.words.formats import day
from lib.ui.words.labels import NO_VALUE

BOM = "\ufeff"
SEPARATOR = ";"
FORMULA_STARTS = frozenset("=+-@\t\r\n|%")
IGNORED_STARTS = " \u00a0\u200b\ufeff'\"\u2018\u2019\u201c\u201d`´"
QUOTED = frozenset('";\n\r')


def csv_bytes(
    head: Iterable[tuple[str, str]],
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> bytes:
    """A block of names and values, an empty line, the column names and the rows, as UTF-8."""
    lines = [_line(pair) for pair in head]
    lines += ["", _line(columns)]
    lines += [_line(row) for row in rows]
    return (BOM + "\r\n".join(lines) + "\r\n").encode("utf-8")


def cell(value: object) -> str:
    """One value as text: numbers with a comma, days as 17/02/2026, null as "sin dato"."""
    if value is None:
        return NO_VALUE
    if isinstance(value, bool):
        return "Sí" if value else "No"
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return day(value)
    return safe_text(str(value))


def safe_text(text: str) -> str:
    """The text, with an apostrophe before it when a spreadsheet could take it for a formula.

    Blanks, quotes and full-width forms in front of the sign do not hide it.
    """
    if any(character in FORMULA_STARTS for character in text[:1]):
        return f"'{text}"
    visible = unicodedata.normalize("NFKC", text).lstrip(IGNORED_STARTS)
    return f"'{text}" if visible[:1] in FORMULA_STARTS and visible else text


def _number(value: float | Decimal) -> str:
    if isinstance(value, int):
        return str(value)
    exact = Decimal(str(value))
    if not exact.is_finite():
        return NO_VALUE
    text = f"{exact:.4f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if text != "-0" else "0"


def _line(values: Iterable[object]) -> str:
    return SEPARATOR.join(_quoted(cell(value)) for value in values)


def _quoted(text: str) -> str:
    if not QUOTED.intersection(text):
        return text
    return '"' + text.replace('"', '""') + '"'
