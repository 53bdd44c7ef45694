"""Files as a spreadsheet reads them."""

import csv
import io

from openpyxl import load_workbook


def read_csv(content: bytes) -> tuple[dict[str, str], list[str], list[list[str]]]:
    """The block above the table, the headings and the rows."""
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    at = lines.index([])
    return dict(line[:2] for line in lines[:at]), lines[at + 1], lines[at + 2 :]


def read_xlsx(content: bytes) -> tuple[list[object], list[list[object]]]:
    """The headings and the rows below the block."""
    rows = [list(row) for row in load_workbook(io.BytesIO(content)).active.values]
    at = next(place for place, row in enumerate(rows) if not any(row))
    width = sum(value is not None for value in rows[at + 1])
    return rows[at + 1][:width], [row[:width] for row in rows[at + 2 :]]
