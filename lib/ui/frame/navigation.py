"""The screens of the product: file, Spanish title, flat Spanish address, icon."""

from dataclasses import dataclass
from pathlib import Path

from lib.auth.permissions import Permission, Role


@dataclass(frozen=True, slots=True)
class Screen:
    """One page of the menu; `address` is its path without the slash, empty for the first page.

    The menu shows a page that needs a permission only to those who have it, and a page without
    `in_menu` to nobody: links lead there.
    """

    file: str
    title: str
    address: str
    icon: str
    permission: Permission = Permission.VIEW_PAGES
    in_menu: bool = True


LOGO = Path(__file__).with_name("logo.svg").read_text(encoding="utf-8")
ICON = Path(__file__).with_name("icon.svg").read_text(encoding="utf-8")
INICIO = Screen("pages/inicio.py", "Inicio", "", ":material/home:")
CONVERSACIONES = Screen(
    "pages/conversaciones.py", "Conversaciones", "conversaciones", ":material/forum:"
)
CAMPANAS = Screen("pages/campanas.py", "Campañas", "campanas", ":material/campaign:")
EJECUTIVO = Screen("pages/ejecutivo.py", "Ejecutivo", "ejecutivo", ":material/insights:")
DATOS = Screen(
    "pages/datos.py", "Datos", "datos", ":material/database:", Permission.VIEW_DATA_STATE
)
ADMINISTRACION = Screen(
    "pages/admin.py",
    "Administración",
    "admin",
    ":material/admin_panel_settings:",
    Permission.VIEW_AUDIT,
)
DETALLE = Screen("pages/detalle.py", "Detalle", "detalle", ":material/list:", in_menu=False)
CONVERSACION = Screen(
    "pages/conversacion.py", "Conversación", "conversacion", ":material/chat:", in_menu=False
)
HUELLA = Screen("pages/huella.py", "Huella", "huella", ":material/fingerprint:", in_menu=False)
SCREENS = (
    INICIO,
    CONVERSACIONES,
    CAMPANAS,
    EJECUTIVO,
    DATOS,
    ADMINISTRACION,
    DETALLE,
    CONVERSACION,
    HUELLA,
)
# where a visit begins; everybody else begins at the first page
HOMES = {Role.SUPERVISOR: CONVERSACIONES, Role.DIRECTOR: EJECUTIVO}

# Addresses of earlier versions that people have in their bookmarks.
MOVED = {"/tableros/visionamos": "/conversaciones"}


def paths() -> frozenset[str]:
    """The paths at which a page answers."""
    return frozenset(f"/{screen.address}" for screen in SCREENS)
