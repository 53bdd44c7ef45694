import csv
import io
from datetime import date
from decimal import Decimal

import pytest

from lib.ui.files.csv_file import cell, csv_bytes, safe_text


def parsed(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))


def test_the_file_begins_with_the_mark_that_excel_needs_for_accents():
    assert csv_bytes([], ["Día"], []).startswith(b"\xef\xbb\xbf")


def test_the_block_comes_first_then_an_empty_line_then_the_table():
    content = csv_bytes([("Periodo", "17/02/2026")], ["Día", "Mensajes"], [("17/02/2026", 12)])
    assert content.decode("utf-8-sig").split("\r\n") == [
        "Periodo;17/02/2026",
        "",
        "Día;Mensajes",
        "17/02/2026;12",
        "",
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"),
        (37214, "37214"),
        (12.7, "12,7"),
        (0.1 + 0.2, "0,3"),
        (-3.5, "-3,5"),
        (Decimal("1.50"), "1,5"),
        (1e20, "100000000000000000000"),
        (float("nan"), "sin dato"),
        (None, "sin dato"),
        (True, "Sí"),
        (date(2026, 2, 17), "17/02/2026"),
        ("Solo bot", "Solo bot"),
    ],
)
def test_values_are_written_for_a_spanish_spreadsheet(value, text):
    assert cell(value) == text


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+573001234567",
        "+57 3** *** **67",
        "-2+3",
        "@SUM(A1)",
        "\t=1+1",
        "\r=1+1",
        "  =1+1",
        "\u00a0=1+1",
        '"=1+1',
        "'=1+1",
        "“=1+1",
        "＝1+1",
        "＋1",
        "\u200b=1+1",
        "|calc",
    ],
)
def test_text_that_would_run_as_a_formula_is_made_text(text):
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Solo bot", "a=b", "5-10", "", "  ", "¿Qué? = nada", "1201"])
def test_harmless_text_stays_as_it_is(text):
    assert safe_text(text) == text


def test_headings_and_the_block_are_made_safe_too():
    rows = parsed(csv_bytes([("=x", "@y")], ["+z"], []))
    assert rows == [["'=x", "'@y"], [], ["'+z"]]


def test_separators_quotes_and_lines_inside_a_value_do_not_break_the_row():
    rows = parsed(csv_bytes([], ["a", "b"], [('x;"y"\nz', "ñ")]))
    assert rows[-1] == ['x;"y"\nz', "ñ"]
