"""Which pages there are, and what they say today."""

import json
from collections.abc import Mapping
from pathlib import Path

from infra.reference.metrics_page import metrics_page
from infra.reference.models_page import models_page
from lib.config import CHECKOUT
from lib.metrics.definitions import get_definitions
from lib.metrics.manifest import FILE_NAME, load_catalog

MANIFESTS = CHECKOUT / "warehouse" / "target"


def pages() -> Mapping[str, str]:
    """File name to content, as `dbt parse` left the manifests. Raises OSError, CatalogError."""
    manifest = json.loads((MANIFESTS / "manifest.json").read_text(encoding="utf-8"))
    catalog = load_catalog(MANIFESTS / FILE_NAME)
    return {
        "metricas.md": metrics_page(get_definitions(catalog=catalog), manifest),
        "modelo-de-datos.md": models_page(manifest),
    }


def write_pages(folder: Path) -> list[Path]:
    """Write every page that differs from what stands there; returns those."""
    written = []
    for name, content in pages().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            path.write_text(content, encoding="utf-8")
            written.append(path)
    return written
