"""The routes that are ours: health, readiness, moved addresses, the start page and its files."""

from collections.abc import Callable, Iterable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from lib.ui.frame.navigation import MOVED, paths
from lib.web.readiness import Readiness

ASSETS = Path(__file__).parent / "assets"
FRESH = {"cache-control": "no-store"}


def build_routes(
    *, auth_modes: Iterable[str], check: Callable[[], Readiness], shell: Callable[[], str]
) -> list[BaseRoute]:
    """Our routes, to be placed before Streamlit's."""
    page = shell()
    modes = sorted(auth_modes)

    async def health(_request: Request) -> Response:
        return JSONResponse({"status": "ok", "auth_modes": modes}, headers=FRESH)

    async def ready(_request: Request) -> Response:
        state = await run_in_threadpool(check)
        body = {
            "status": "ready" if state.is_ready else "not ready",
            "data_versions": state.data_versions,
            "model_hash": state.model_hash,
            "reasons": list(state.reasons),
        }
        return JSONResponse(body, status_code=200 if state.is_ready else 503, headers=FRESH)

    async def start_page(_request: Request) -> Response:
        return HTMLResponse(page, headers=FRESH)

    async def moved(request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{MOVED[request.url.path]}{query}", status_code=307)

    return [
        Route("/health", health),
        Route("/ready", ready),
        *(Route(path, moved) for path in MOVED),
        *(Route(path, start_page) for path in sorted(paths())),
        Mount("/recursos", StaticFiles(directory=ASSETS), name="recursos"),
    ]
