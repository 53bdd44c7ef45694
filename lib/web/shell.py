"""The HTML around every page: Streamlit's script and style files in a Spanish page of ours."""

import re
from pathlib import Path

import streamlit

from lib.ui.words.labels import PRODUCT

INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
SCRIPTS = re.compile(r'<script type="module"[^>]*></script>')
LINKS = re.compile(r'<link\s+rel="(?:modulepreload|stylesheet|preload)"[^>]*>')
PAGE = """<!DOCTYPE html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{product}</title>
<link rel="shortcut icon" href="/recursos/favicon.svg" type="image/svg+xml">
<script src="/recursos/idioma.js"></script>
<script src="/recursos/seguir.js" defer></script>
{files}
<style>
.espera{{position:fixed;inset:0;display:flex;align-items:center;justify-content:center;
background:#F5F7FA;color:#55597A;font:1rem "Source Sans","Segoe UI",Roboto,Arial,sans-serif}}
</style>
</head>
<body>
<noscript><p>Para ver los tableros, activa JavaScript en tu navegador.</p></noscript>
<div id="root"><div class="espera" role="status">Cargando los tableros…</div></div>
</body>
</html>
"""


class ShellError(Exception):
    """The installed Streamlit's start page is not built as we know it; its version has changed."""


def page_shell(index: Path = INDEX) -> str:
    """The start page, naming the script and style files of the installed Streamlit.

    Raises ShellError when they cannot be found: better no start than an empty page.
    """
    source = index.read_text(encoding="utf-8")
    scripts = SCRIPTS.findall(source)
    if not scripts:
        raise ShellError(f"a module script was expected in {index.name}, none was found")
    # Addresses of the files are relative to the page; ours are absolute, for deeper paths too
    files = [tag.replace('"./', '"/') for tag in (*scripts, *LINKS.findall(source))]
    return PAGE.format(product=PRODUCT, files="\n".join(files))
