"""A Chromium for the browser tests: the one named, the system's, or the one Playwright installs.

`python -m infra.chromium` makes sure one is there, or fails and says what to install.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_chromium() -> str | None:
    """Path of a Chromium, in the order: CHROMIUM, the system's, Playwright's; None without one."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    if on_path:
        return on_path
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return str(own) if own.exists() else None


def require_chromium() -> str:
    """Path of a Chromium; fails the caller with advice when there is none."""
    path = find_chromium()
    if path is None:
        raise RuntimeError(
            "A Chromium was expected for the browser tests and none was found: "
            "run `make browser`, install the system's package, or set CHROMIUM to its path."
        )
    return path


def main() -> int:
    """Install Playwright's own Chromium when the machine has none; 0 when one is there then."""
    if find_chromium() is None:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    if find_chromium() is None:
        sys.stderr.write(
            "No Chromium: install the system's package (for example `apt-get install chromium`) "
            "or set CHROMIUM to the path of one, then run make test again.\n"
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
