"""The few pages served without Streamlit: enter, not found, not ready; Spanish and whole."""

from dataclasses import dataclass
from html import escape

from starlette.responses import HTMLResponse, Response
from starlette.types import Receive, Scope, Send

DENIAL = "websocket.http.response"


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
REFUSED = Notice(
    401,
    "No pudimos abrir tu sesión",
    "Vuelve a entrar desde tu plataforma. Si continúa, comparte el número de incidente.",
)
LEAVE = Notice(200, "¿Cerrar la sesión?", "Tus filtros siguen en la dirección de cada página.")
UNKNOWN_PAGE = Notice(404, "Página no encontrada", "Revisa la dirección o vuelve al inicio.")
UNAVAILABLE = Notice(
    503,
    "Servicio en pausa",
    "No pudimos conectarnos con los datos. La página lo intenta de nuevo sola en unos segundos.",
    retry_seconds=5,
)
BROKEN = Notice(
    500,
    "Algo salió mal",
    "Actualiza la página; si continúa, comparte el número de incidente.",
)
CROWDED = Notice(
    503,
    "Hay demasiadas páginas abiertas",
    "Cierra las que no uses e inténtalo de nuevo.",
    retry_seconds=30,
)
BAD_REQUEST = Notice(400, "Solicitud no válida", "Revisa la dirección e inténtalo de nuevo.")
FOREIGN_ORIGIN = Notice(403, BAD_REQUEST.heading, "Vuelve a la página de inicio e inténtalo ahí.")
WRONG_METHOD = Notice(405, BAD_REQUEST.heading, BAD_REQUEST.advice)
TOO_SLOW = Notice(408, BAD_REQUEST.heading, "Tardó demasiado en llegar. Inténtalo de nuevo.")
TOO_LONG = Notice(413, BAD_REQUEST.heading, "Lo que se envió es demasiado largo.")
LONG_HEAD = Notice(431, BAD_REQUEST.heading, TOO_LONG.advice)
TOO_MANY = Notice(429, "Demasiados intentos", "Espera un momento antes de intentarlo de nuevo.")

LEAVE_FORM = """<form method="post" action="/salir" class="acciones">
<button name="esta" value="1">Cerrar la sesión</button>
<button name="todas" value="1" class="otra">Cerrarla en todos mis dispositivos</button>
<a class="otra" href="/">Volver</a></form>"""

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
p.incidente{{margin-top:1.25rem;font-size:.875rem}}
.acciones{{display:flex;flex-direction:column;gap:.75rem;margin-top:1.5rem}}
.acciones a,.acciones button{{font:inherit;font-weight:600;padding:.7rem 1rem;border-radius:8px;
border:1px solid #0052A3;background:#0052A3;color:#fff;text-decoration:none;cursor:pointer}}
.acciones .otra{{background:#fff;color:#0052A3}}
</style>
</head>
<body><main><p class="marca">Indigitall Analytics</p><h1>{heading}</h1><p>{advice}</p>{below}</main>
</body>
</html>
"""


def notice_page(
    notice: Notice,
    *,
    status: int | None = None,
    incident: str | None = None,
    actions: str = "",
    retry_after: int | None = None,
) -> HTMLResponse:
    """The notice as a page that is never kept in a cache.

    `status` takes the place of the notice's own, `incident` is a number to quote, `actions` is
    HTML of ours below the text, and `retry_after` tells programs how many seconds to wait.
    """
    retry = notice.retry_seconds
    wait = retry_after or retry
    quoted = f'<p class="incidente">Incidente {escape(incident)}</p>' if incident else ""
    body = PAGE.format(
        heading=escape(notice.heading),
        advice=escape(notice.advice),
        refresh=f'\n<meta http-equiv="refresh" content="{retry}">' if retry else "",
        below=quoted + (f'<div class="acciones">{actions}</div>' if actions else ""),
    )
    headers = {"cache-control": "no-store"} | ({"retry-after": str(wait)} if wait else {})
    return HTMLResponse(body, status_code=status or notice.status, headers=headers)


async def refuse(answer: Response, scope: Scope, receive: Receive, send: Send) -> None:
    """Send this answer instead of what was asked for, be it a page or a websocket."""
    if scope["type"] == "websocket" and DENIAL not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": 1008})
        return
    await answer(scope, receive, send)


def login_page(login_url: str | None) -> HTMLResponse:
    """What a stranger sees: where to enter, with a link when we know where that is."""
    link = f'<a href="{escape(login_url)}">Entrar</a>' if login_url else ""
    return notice_page(LOGIN, actions=link)


def leave_page() -> HTMLResponse:
    """The question before leaving: an address alone must not be able to log anybody out."""
    answer = notice_page(LEAVE, actions=LEAVE_FORM)
    # without a referrer browsers would send the form's own origin as "null"
    answer.headers["referrer-policy"] = "same-origin"
    return answer
