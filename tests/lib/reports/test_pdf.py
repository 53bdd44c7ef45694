"""A report on paper: its words are data, its pages are sections, and it names no maker but us."""

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from lib.reports.document import Block, Figure, Report, Section
from lib.reports.pdf import pdf_bytes

REPORT = Report(
    product="Indigitall Analytics",
    color="#0052A3",
    title="Resumen ejecutivo",
    organisation="Cooperativa Ñandú",
    period="01/02/2026 – 17/02/2026",
    freshness="Datos hasta 17/02/2026 09:58",
    sections=(
        Section("Qué cambió", (Block("Este mes", figures=(Figure("Mensajes", "37.214"),)),)),
        Section(
            "Entidades",
            (
                Block(
                    "Comparación",
                    columns=("Entidad", "Fallback"),
                    rows=(("Norte", "12,7 %"), ("Sur", "sin dato")),
                    numeric=(False, True),
                    huella="abcd2345",
                ),
            ),
        ),
    ),
)


def read(report: Report) -> PdfReader:
    return PdfReader(io.BytesIO(pdf_bytes(report)), strict=True)


def test_each_section_is_a_page_with_its_figures():
    first, second = (page.extract_text() for page in read(REPORT).pages)
    assert "Qué cambió" in first
    assert "37.214" in first
    assert "Página 1 de 2" in first
    assert "Cooperativa Ñandú" in first
    assert "12,7 %" in second.replace("\u00a0", " ")
    assert "sin dato" in second
    assert "Huella: abcd2345" in second


@pytest.mark.parametrize(
    "hostile",
    [
        '#read("/etc/passwd")',
        "#panic()",
        "$ x^2 $ *gordo* _x_ = título",
        "<script>alert(1)</script>",
        '" ); #image("x',
        "مرحبا עברית",
        "n" * 300,
    ],
)
def test_words_of_the_data_are_set_as_they_are(hostile):
    block = Block(
        hostile, sentences=(hostile,), columns=("a",), rows=((hostile,),), numeric=(False,)
    )
    report = replace(REPORT, organisation=hostile, sections=(Section(hostile, (block,)),))
    text = "".join(page.extract_text() for page in read(report).pages)
    seen = "".join(hostile.split())
    if hostile.isascii():
        assert "".join(text.replace("\u200b", "").split()).count(seen) >= 3
    else:
        assert text


def test_a_file_names_the_product_and_no_other_maker():
    content = pdf_bytes(REPORT)
    document = PdfReader(io.BytesIO(content), strict=True)
    info = document.metadata
    assert info.author == "Indigitall Analytics"
    assert info.title == "Resumen ejecutivo · Cooperativa Ñandú"
    assert "Indigitall Analytics".startswith(info.creator.strip())
    everything = content.lower() + str(info).lower().encode()
    for trace in (b"typst", b"matplotlib", b"streamlit", b"plotly"):
        assert trace not in everything


def test_a_long_table_goes_on_with_its_headings_on_every_page():
    rows = tuple((f"Entidad {at}", str(at)) for at in range(120))
    table = Block("Todas", columns=("Entidad", "Mensajes"), rows=rows, numeric=(False, True))
    pages = read(replace(REPORT, sections=(Section("Larga", (table,)),))).pages
    assert len(pages) > 2
    for page in pages:
        assert "Mensajes" in page.extract_text()
