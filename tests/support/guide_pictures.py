"""The pictures of the user guide: `python -m tests.support.guide_pictures BASE_URL`.

Each page of the demo at the width of a desk, with numbers on what its text explains. All data are
invented. Run it again when a page changes: the numbers are looked for in the page itself, and one
that is not found ends the run.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from infra.chromium import FLAGS, require_chromium

FOLDER = Path(__file__).parents[2] / "docs" / "img" / "guia"
SIZE = {"width": 1280, "height": 860}
SHOWN_WIDTH, COLOURS = 1000, 160
SETTLE_MS, WAIT_MS = 2_500, 60_000
SHOT = "/conversaciones?tenant=demo&periodo=semana-pasada"
LIST = "/detalle?tenant=demo&medida=messages&periodo=semana-pasada&entidad=COOVIMAG"
# name: address, what must be there, and where each number stands
PICTURES = {
    "inicio": (
        "/?tenant=demo",
        "Resumen",
        (".frescura", ".st-key-resumen-0", ".kpis", "h2:has-text('atención')"),
    ),
    "conversaciones": (
        SHOT,
        "Volumen",
        (".st-key-filtros", ".kpis", ".st-key-tarjeta-mensajes [role=radiogroup]", ".ver-detalle"),
    ),
    "detalle": (LIST, "Detalle de conversaciones", (".volver", "h2.seccion", ".detalle table a")),
    "campanas": ("/campanas?tenant=demo", "Campañas", (".st-key-filtros", ".kpis")),
    "ejecutivo": (
        "/ejecutivo?tenant=demo",
        "Qué cambió",
        (".st-key-pdf-ejecutivo", ".relato", ".kpis"),
    ),
    "datos": ("/datos?tenant=demo", "Lecturas", (".kpis", ".lecturas")),
    "administracion": (
        "/admin?tenant=demo",
        "Auditoría",
        ("[role=tablist]", ".st-key-auditoria", ".auditoria"),
    ),
}
NUMBER = """([place, number]) => {
  const mark = document.createElement("div");
  mark.textContent = number;
  Object.assign(mark.style, {
    position: "fixed",
    left: `${Math.max(place.x - 13, 4)}px`, top: `${Math.max(place.y - 13, 4)}px`,
    width: "26px", height: "26px", borderRadius: "50%", background: "#B42318", color: "#fff",
    font: "700 15px/26px Arial, sans-serif", textAlign: "center", zIndex: 999999,
  });
  document.body.append(mark);
}"""


def draw(page: Page, base_url: str, name: str) -> bytes:
    """One page with its numbers, as PNG."""
    address, word, marked = PICTURES[name]
    page.goto(base_url + address)
    expect(page.get_by_text(word).first).to_be_visible(timeout=WAIT_MS)
    page.wait_for_timeout(SETTLE_MS)
    for number, selector in enumerate(marked, 1):
        place = page.locator(selector).locator("visible=true").first.bounding_box()
        assert place is not None, f"{name}: nothing seen at {selector}"
        page.evaluate(NUMBER, [place, str(number)])
    return page.screenshot()


def main(base_url: str) -> None:
    """Every picture, small enough for a document."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=require_chromium(), args=FLAGS)
        for name in PICTURES:
            page = chromium.new_page(viewport=SIZE, locale="es-CO")
            picture = Image.open(io.BytesIO(draw(page, base_url, name))).convert("RGB")
            height = round(picture.height * SHOWN_WIDTH / picture.width)
            small = picture.resize((SHOWN_WIDTH, height), Image.Resampling.LANCZOS)
            small.quantize(COLOURS).save(FOLDER / f"{name}.png", optimize=True)
            page.close()
        chromium.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
