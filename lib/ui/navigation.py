"""The screens of the product: file, Spanish title, flat Spanish address, icon."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Screen:
    """One page of the menu; `address` is its path without the slash, empty for the first page."""

    file: str
    title: str
    address: str
    icon: str


LOGO = Path(__file__).with_name("logo.svg").read_text(encoding="utf-8")
INICIO = Screen("pages/inicio.py", "Inicio", "", ":material/home:")
CONVERSACIONES = Screen(
    "pages/conversaciones.py", "Conversaciones", "conversaciones", ":material/forum:"
)
SCREENS = (INICIO, CONVERSACIONES)

# Addresses of earlier versions that people have in their bookmarks.
MOVED = {"/tableros/visionamos": "/conversaciones"}


def paths() -> frozenset[str]:
    """The paths at which a page answers."""
    return frozenset(f"/{screen.address}" for screen in SCREENS)
