"""The pages over a real database with a few rows, run without a browser."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import URL, Connection, create_engine, text
from streamlit.testing.v1 import AppTest

from lib.auth.identity import Identity, issue_token, signing_key
from lib.config import CHECKOUT, get_settings
from lib.db.onboarding import create_project_roles
from tests.support.metric_world import EMPTY, OTHER, PROJECT, build_world

NOW = datetime(2026, 2, 17, 15, 0, tzinfo=UTC)
SLUGS = {"demo": PROJECT, "andina": OTHER, "vacia": EMPTY}
NAMES = {"demo": "Visionamos Demo", "andina": "Cooperativa Andina", "vacia": "Aún Vacía"}
TIMEOUT = 60


def build_pages_world(address: URL) -> None:
    """Three demo projects in a prepared database: two with rows and a version, one with neither."""
    engine = create_engine(address)
    with engine.begin() as connection:
        for slug, project in SLUGS.items():
            create_project_roles(connection, project)
            _register(connection, slug, project)
        connection.execute(text("drop schema marts cascade"))
        build_world(connection, get_settings().manifest_dir / "manifest.json")
    engine.dispose()


def _register(connection: Connection, slug: str, project: int) -> None:
    names = {"id": project, "slug": slug, "name": NAMES[slug], "now": NOW}
    connection.execute(
        text(
            "insert into app.projects (project_id, slug, name, is_demo, backfill_from)"
            " values (:id, :slug, :name, true, '2026-01-01')"
        ),
        names,
    )
    if slug != "vacia":
        connection.execute(
            text(
                "insert into app.data_versions"
                " (project_id, data_version, published_at, data_until, loaded_until, model_hash)"
                " values (:id, 3, :now, :now, :now, 'abc')"
            ),
            names,
        )


def token_for(slug: str) -> str:
    """The identity the middleware would pass on for a demo project."""
    key = signing_key(get_settings().master_secret.get_secret_value())
    return issue_token(Identity(SLUGS[slug], slug, "dev"), NOW, key)


def open_page(page: str, **params: str | Sequence[str]) -> AppTest:
    """Run the app at one page (its file in pages/) with these parameters in the address."""
    at = AppTest.from_file(str(CHECKOUT / "streamlit_app.py"), default_timeout=TIMEOUT)
    for name, value in params.items():
        at.query_params[name] = value if isinstance(value, str) else list(value)
    at.run()
    return at if page == "inicio" else at.switch_page(f"pages/{page}.py").run()


def html_of(at: AppTest) -> str:
    """All HTML of the page, in order."""
    return "\n".join(element.proto.body for element in at.get("html"))


def kpis_in(html: str) -> Mapping[str, str]:
    """The plain numbers of the KPI cards by metric; the first card of a metric counts."""
    found: dict[str, str] = {}
    for card in html.split('<article class="kpi"')[1:]:
        metric = card.split('data-metric="')[1].split('"')[0]
        found.setdefault(metric, card.split('data-value="')[1].split('"')[0])
    return found
