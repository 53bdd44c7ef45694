"""Tables as Excel workbooks: numbers are numbers, days are days, and text is never a formula."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from math import isfinite

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lib.ui.words.labels import NO_VALUE

# codes of the file format; a Spanish Excel shows them as 37.214, 12,7 and 17/02/2026
INTEGER, DECIMAL, DAY = "#,##0", "#,##0.00", "dd/mm/yyyy"
HEAD_WIDTH, COLUMN_WIDTH = 34, 18
LONGEST_CELL = 32_767
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def xlsx_bytes(
    head: Iterable[tuple[str, str]],
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    title: str,
) -> bytes:
    """The same block, headings and rows as the CSV, in one sheet; an unknown value is a word."""
    content = BytesIO()
    book = xlsxwriter.Workbook(content, OPTIONS)
    book.set_properties({"title": title, "author": "", "company": "", "comments": ""})
    sheet = book.add_worksheet("Datos")
    bold = book.add_format({"bold": True})
    formats = {kind: book.add_format({"num_format": kind}) for kind in (INTEGER, DECIMAL, DAY)}
    at = 0
    for name, told in head:
        sheet.write_string(at, 0, name, bold)
        sheet.write_string(at, 1, told[:LONGEST_CELL])
        at += 1
    at += 1
    for place, name in enumerate(columns):
        sheet.write_string(at, place, name, bold)
    sheet.freeze_panes(at + 1, 0)
    for line, row in enumerate(rows, start=at + 1):
        for place, value in enumerate(row):
            _write(sheet, (line, place), value, formats)
    sheet.set_column(0, 0, HEAD_WIDTH)
    sheet.set_column(1, max(len(columns) - 1, 1), COLUMN_WIDTH)
    book.close()
    return content.getvalue()


def _write(
    sheet: Worksheet, place: tuple[int, int], value: object, formats: Mapping[str, Format]
) -> None:
    match value:
        case None:
            sheet.write_string(*place, NO_VALUE)
        case float() | Decimal() if not isfinite(value):
            sheet.write_string(*place, NO_VALUE)
        case bool():
            sheet.write_string(*place, "Sí" if value else "No")
        case int():
            sheet.write_number(*place, value, formats[INTEGER])
        case float() | Decimal():
            sheet.write_number(*place, float(value), formats[DECIMAL])
        case datetime():
            sheet.write_string(*place, value.isoformat(sep=" ", timespec="minutes"))
        case date():
            sheet.write_datetime(*place, datetime(value.year, value.month, value.day), formats[DAY])
        case _:
            sheet.write_string(*place, str(value)[:LONGEST_CELL])
