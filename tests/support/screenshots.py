"""Pictures of a running product: `python -m tests.support.screenshots BASE_URL FOLDER`.

Each page at the width of a desk and of a telephone, whole length, as a visitor of the demo sees it.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from infra.chromium import FLAGS, require_chromium

WIDTHS = {"escritorio": 1440, "movil": 390}
STATES = {
    "inicio": "/?tenant=demo",
    "conversaciones": "/conversaciones?tenant=demo",
    "conversaciones-comparado": "/conversaciones?tenant=demo&periodo=semana-pasada&comparar=si",
    "conversaciones-entidad": "/conversaciones?tenant=demo&entidad=COOVIMAG&agente=1204",
    "conversaciones-vacio": "/conversaciones?tenant=demo&desde=2020-01-01&hasta=2020-01-31",
    "conversaciones-aviso": "/conversaciones?tenant=demo&entidad=Nadie&periodo=nunca",
    "andina": "/conversaciones?tenant=andina",
    "no-encontrado": "/?tenant=nadie",
}
SETTLE_MS = 1500
QUIET_MS = 20_000


def photograph(page: Page, address: str, file: Path) -> None:
    """One whole page, once nothing is running in it any more."""
    page.goto(address)
    page.wait_for_timeout(SETTLE_MS)
    running = page.locator('[data-testid="stStatusWidget"], [data-testid="stSkeleton"]')
    running.first.wait_for(state="detached", timeout=QUIET_MS)
    page.wait_for_timeout(SETTLE_MS)
    height = page.evaluate(
        "() => document.querySelector('[data-testid=stMainBlockContainer]')?.scrollHeight ?? 900"
    )
    width = (page.viewport_size or {"width": 1440})["width"]
    page.set_viewport_size({"width": width, "height": int(height) + 80})
    page.wait_for_timeout(SETTLE_MS)
    page.screenshot(path=file)


def main(base_url: str, folder: str, only: str = "") -> None:
    """Every state at both widths, as `<state>-<width>.png`."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=require_chromium(), args=FLAGS)
        for name, width in WIDTHS.items():
            for state, path in STATES.items():
                if only and only != state:
                    continue
                context = chromium.new_context(
                    viewport={"width": width, "height": 900}, locale="es-CO"
                )
                photograph(
                    context.new_page(), base_url + path, Path(folder) / f"{state}-{name}.png"
                )
                context.close()
        chromium.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
