"""The look of a visitor's own project: name, logo, colours; without a brand, the product's own."""

from html import escape

import streamlit as st

from lib.tenants.brands import Look, load_logo
from lib.tenants.projects import Project
from lib.ui.frame.navigation import ICON, LOGO
from lib.ui.words.labels import PRODUCT

# a mark of the brand's colour where it has no picture
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="8" fill="{color}"/></svg>'
)
ENOUGH_CONTRAST = 4.5
NAME_LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="32" role="img">'
    '<text x="0" y="23" font-family="Arial, sans-serif" font-size="18" font-weight="700" '
    'fill="{color}">{name}</text></svg>'
)
LONGEST_SHOWN = 28


def product_name(project: Project | None) -> str:
    """What the product is called for this project."""
    return project.look.name if project and project.look else PRODUCT


def accent_of(project: Project | None, otherwise: str) -> str:
    """The project's main colour, dark enough to be read on white."""
    return readable(project.look.primary_color) if project and project.look else otherwise


def logo_of(project: Project | None) -> str | bytes:
    """The picture on top of every page: the brand's, its name when it has none, or ours."""
    if project is None or project.look is None:
        return LOGO
    look = project.look
    picture = _picture(project, look)
    if picture is not None:
        return picture
    shown = look.name if len(look.name) <= LONGEST_SHOWN else f"{look.name[: LONGEST_SHOWN - 1]}…"
    return NAME_LOGO.format(
        width=12 * len(shown) + 8, color=readable(look.primary_color), name=escape(shown)
    )


def icon_of(project: Project) -> str | bytes:
    """The picture in the browser's tab: the brand's, a mark of its colour, or ours."""
    if project.look is None:
        return ICON
    picture = _picture(project, project.look)
    return MARK.format(color=project.look.primary_color) if picture is None else picture


def apply_brand(project: Project) -> None:
    """The brand's colour in links, names and buttons of this visitor's page."""
    if project.look is not None:
        color = readable(project.look.primary_color)
        st.html(f"<style>:root {{ --azul: {color}; --azul-oscuro: {color}; }}</style>")


def _picture(project: Project, look: Look) -> bytes | None:
    return load_logo(project.project_id, look.logo_digest) if look.logo_digest else None


def readable(color: str) -> str:
    """The colour #rrggbb, darkened until its contrast with white is 4.5:1 (WCAG 2.2, 1.4.3)."""
    parts = [int(color[at : at + 2], 16) for at in (1, 3, 5)]
    while contrast_with_white(parts) < ENOUGH_CONTRAST:
        parts = [int(part * 0.95) for part in parts]
    return "#" + "".join(f"{part:02x}" for part in parts)


def contrast_with_white(parts: list[int]) -> float:
    """The contrast of a colour of three parts (0 to 255) with white, 1 to 21 (WCAG 2.2)."""
    shares = [part / 255 for part in parts]
    linear = [
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    ]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 1.05 / (luminance + 0.05)
