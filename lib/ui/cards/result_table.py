"""A result as an accessible HTML table: at most 200 rows on the screen, all in the files."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

ROW_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Table:
    """Finished texts of a table: what is shown, and the exact values for the file.

    `numeric` says which columns are figures, aligned to the right. `values` has the rows of a file
    and `value_columns` their headings, which name the unit. `links` are where the first cell of
    each row leads, if anywhere.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    value_columns: tuple[str, ...]
    values: tuple[tuple[object, ...], ...]
    links: tuple[str, ...] = ()


def table_html(table: Table, caption: str) -> str:
    """The table with a caption for screen readers, and a line that says what is not shown."""
    shown = table.rows[:ROW_LIMIT]
    classes = ["num" if numeric else "" for numeric in table.numeric]
    head = "".join(
        f'<th scope="col" class="{css}">{escape(name)}</th>'
        for name, css in zip(table.columns, classes, strict=True)
    )
    links = table.links or ("",) * len(table.rows)
    body = "".join(
        _row(row, classes, href) for row, href in zip(shown, links[:ROW_LIMIT], strict=True)
    )
    rest = ""
    if len(table.rows) > ROW_LIMIT:
        rest = (
            f'<p class="tabla-resto">Se muestran {ROW_LIMIT} de {len(table.rows)} filas; '
            "el archivo las trae todas.</p>"
        )
    return (
        f'<div class="tabla" tabindex="0" role="region" aria-label="{escape(caption, quote=True)}">'
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>{rest}"
    )


def _row(row: Sequence[str], classes: Sequence[str], href: str) -> str:
    texts = [escape(text) for text in row]
    if href:
        texts[0] = f'<a href="{escape(href, quote=True)}" target="_self">{texts[0]}</a>'
    cells = "".join(
        f'<td class="{css}">{text}</td>' for text, css in zip(texts, classes, strict=True)
    )
    return f"<tr>{cells}</tr>"
