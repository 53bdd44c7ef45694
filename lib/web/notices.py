"""The few pages served without Streamlit: enter, not found, not ready; Spanish and whole."""

from dataclasses import dataclass
from html import escape

from starlette.responses import HTMLResponse


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice: status, heading, what to do next, and after how many seconds to try again."""

    status: int
    heading: str
    advice: str
    retry_seconds: int | None = None


LOGIN = Notice(
    401,
    "Inicia sesión para continuar",
    "Entra desde tu plataforma para abrir los tableros de tu organización.",
)
UNKNOWN_TENANT = Notice(
    404, "No encontrado", "Revisa la dirección o vuelve a entrar desde tu plataforma."
)
UNKNOWN_PAGE = Notice(404, "Página no encontrada", "Revisa la dirección o vuelve al inicio.")
UNAVAILABLE = Notice(
    503,
    "Servicio en pausa",
    "No pudimos conectarnos con los datos. La página lo intenta de nuevo sola en unos segundos.",
    retry_seconds=5,
)
BAD_REQUEST = Notice(400, "Solicitud no válida", "Revisa la dirección e inténtalo de nuevo.")

PAGE = """<!DOCTYPE html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">{refresh}
<title>{heading} · Indigitall Analytics</title>
<link rel="icon" href="/recursos/favicon.svg" type="image/svg+xml">
<style>
body{{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;
background:#F5F7FA;color:#1A1A2E;font-family:"Source Sans","Segoe UI",Roboto,Arial,sans-serif}}
main{{max-width:26rem;margin:1rem;padding:2.5rem 2rem;background:#fff;border:1px solid #E3E7EF;
border-radius:12px;text-align:center}}
p.marca{{margin:0 0 1.5rem;font-weight:600;color:#0052A3}}
h1{{margin:0 0 .75rem;font-size:1.5rem}}
p{{margin:0;color:#55597A;line-height:1.5}}
</style>
</head>
<body><main><p class="marca">Indigitall Analytics</p><h1>{heading}</h1><p>{advice}</p></main></body>
</html>
"""


def notice_page(notice: Notice) -> HTMLResponse:
    """The notice as a page that is never kept in a cache."""
    retry = notice.retry_seconds
    refresh = f'\n<meta http-equiv="refresh" content="{retry}">' if retry else ""
    body = PAGE.format(
        heading=escape(notice.heading), advice=escape(notice.advice), refresh=refresh
    )
    headers = {"cache-control": "no-store"} | ({"retry-after": str(retry)} if retry else {})
    return HTMLResponse(body, status_code=notice.status, headers=headers)
