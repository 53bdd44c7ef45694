import io
from datetime import date, datetime
from decimal import Decimal
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from lib.ui.files.xlsx_file import xlsx_bytes


def opened(content):
    return load_workbook(io.BytesIO(content)).active


def cell(value):
    return opened(xlsx_bytes([], ["Dato"], [(value,)], title="Prueba"))["A3"]


def test_the_block_comes_first_then_an_empty_line_then_the_table():
    sheet = opened(
        xlsx_bytes(
            [("Periodo", "17/02/2026")], ["Día", "Mensajes"], [("lunes", 12)], title="Mensajes"
        )
    )
    rows = [[value for value in row if value is not None] for row in sheet.values]
    assert rows == [["Periodo", "17/02/2026"], [], ["Día", "Mensajes"], ["lunes", 12]]


@pytest.mark.parametrize(
    ("value", "read", "number_format"),
    [
        (37214, 37214, "#,##0"),
        (12.7, 12.7, "#,##0.00"),
        (Decimal("1.5"), 1.5, "#,##0.00"),
        (date(2026, 2, 17), datetime(2026, 2, 17), "dd/mm/yyyy"),
        (None, "sin dato", "General"),
        (float("nan"), "sin dato", "General"),
        (True, "Sí", "General"),
        ("Atención", "Atención", "General"),
    ],
)
def test_values_keep_their_kind_and_are_shown_the_colombian_way(value, read, number_format):
    found = cell(value)
    assert found.value == read
    assert found.number_format == number_format


@pytest.mark.parametrize("text", ["=1+1", "+57 3", "@x", "-2", "http://x.co", "=cmd|' /C calc'!A0"])
def test_text_is_never_a_formula_a_number_or_a_link(text):
    found = cell(text)
    assert (found.value, found.data_type, found.hyperlink) == (text, "s", None)


def test_a_text_longer_than_a_cell_is_cut_to_what_fits():
    assert len(cell("x" * 40_000).value) == 32_767


def test_the_file_names_neither_library_nor_person():
    content = xlsx_bytes([], ["Dato"], [], title="Mensajes")
    with ZipFile(io.BytesIO(content)) as parts:
        everything = b"".join(parts.read(name) for name in parts.namelist()).lower()
    assert b"xlsxwriter" not in everything
    assert b"<dc:creator></dc:creator>" in everything
