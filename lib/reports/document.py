"""A report as data: what each page of it says, in finished texts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One number: its name, its value and unit as texts, and the small lines below it."""

    label: str
    value: str
    unit: str = ""
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a page: figures in a row, a chart as SVG, a table or only sentences.

    A chart and a table of at most three columns stand side by side.

    `numeric` says which columns of the table are figures, aligned to the right; `huella` is the
    code that brings the figures again.
    """

    title: str
    subtitle: str = ""
    sentences: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    svg: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    numeric: tuple[bool, ...] = ()
    huella: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the report, or more when its tables are long."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report: whose, about which days, how fresh, section by section.

    `color` is #rrggbb, for titles; dark enough to be read on white.
    """

    product: str
    color: str
    title: str
    organisation: str
    period: str
    freshness: str
    sections: tuple[Section, ...]
