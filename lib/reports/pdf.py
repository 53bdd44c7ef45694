"""A report as PDF. Its texts reach the typesetter as data and never as markup."""

import json
import re
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

import matplotlib as mpl
import typst

from lib.reports.document import Report

TEMPLATE = Path(__file__).with_name("report.typ")
# Where the file would name the program that set it, twice.
SETTER = re.compile(rb"(?<=/Creator\()[^)]*|(?<=<xmp:CreatorTool>)[^<]*")

LONG_WORD = re.compile(r"\S{24}(?=\S)")


@lru_cache(maxsize=1)
def fonts() -> typst.Fonts:
    """The one family of our files: the same on every machine, whatever fonts it has."""
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
    )


def _breakable(value: object) -> object:
    """The same data with places in its longest words where a line may end."""
    if isinstance(value, str):
        # drawings are texts too, and stay as they are
        return value if value.startswith("<?xml") else LONG_WORD.sub("\\g<0>\u200b", value)
    if isinstance(value, dict):
        return {key: _breakable(one) for key, one in value.items()}
    return [_breakable(one) for one in value] if isinstance(value, (list, tuple)) else value


def pdf_bytes(report: Report) -> bytes:
    """The report on A4, a page per section, with page numbers, tagged for screen readers.

    It names the product as its maker and nobody else.
    """
    content = typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=fonts(),
        sys_inputs={"report": json.dumps(_breakable(asdict(report)), ensure_ascii=False)},
        format="pdf",
    )
    # as long as what it replaces: the places of the objects in the file stay true
    name = report.product.encode("ascii", "replace").translate(None, b"()<>\\&")
    return SETTER.sub(lambda found: name[: len(found[0])].ljust(len(found[0])), content)
