"""Thirty days in the width of a thumb: a line as an SVG picture, with no library in the browser."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

WIDTH = 200
HEIGHT = 40
PADDING = 3
COLOR = "#338FD9"


def sparkline(values: Sequence[float | None], description: str) -> str:
    """The line of the values, gaps left open; empty when fewer than two values are known."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    spread = (high - low) or 1
    step = (WIDTH - 2 * PADDING) / (len(values) - 1)
    path, pen_is_down = [], False
    for index, value in enumerate(values):
        if value is None:
            pen_is_down = False
            continue
        x = PADDING + index * step
        y = HEIGHT - PADDING - (value - low) / spread * (HEIGHT - 2 * PADDING)
        path.append(f"{'L' if pen_is_down else 'M'}{x:.1f} {y:.1f}")
        pen_is_down = True
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'preserveAspectRatio="none"><path d="{" ".join(path)}" fill="none" stroke="{COLOR}" '
        'stroke-width="2" vector-effect="non-scaling-stroke" stroke-linejoin="round"/></svg>'
    )
    # as an image: the page's cleaning of HTML removes drawings, not pictures
    return (
        f'<img class="minigrafico" alt="{escape(description, quote=True)}" '
        f'src="data:image/svg+xml,{quote(svg)}">'
    )
