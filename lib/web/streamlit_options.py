"""Streamlit's settings that must hold whatever a config file says, and its directory mode."""

from urllib.parse import urlsplit

from streamlit import config
from streamlit.runtime.pages_manager import PagesManager


def set_streamlit_options(base_url: str) -> None:
    """Set what safety and speed depend on; to be called after st.App is built, before it serves.

    Under a plain ASGI server Streamlit reads no STREAMLIT_* environment variables, so options are
    set here. The collection of garbage forced after every run is more than half of a page's work;
    the long-lived objects are frozen once at start instead (see `lib.web.preload`).
    """
    host = urlsplit(base_url).hostname or "127.0.0.1"
    options = {
        "runner.postScriptGC": False,
        "server.allowedHosts": sorted({host, "127.0.0.1", "localhost"}),
        "server.enableAgentApi": False,
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": "false",
        "client.disableDataExport": True,
        "client.allowedOrigins": [],
        "client.toolbarMode": "minimal",
    }
    for name, value in options.items():
        config.set_option(name, value)


def switch_off_page_directory() -> None:
    """Keep Streamlit from serving files of `pages/` by itself, before the entry script has run.

    Otherwise the first visit of a fresh server, when it is a deep link, runs the page's file alone
    and skips what the entry script checks.
    """
    PagesManager.uses_pages_directory = False
