"""The pages over a real database with a few rows, run without a browser."""

from collections.abc import Mapping, Sequence

from sqlalchemy import URL, Connection, create_engine, text
from streamlit.testing.v1 import AppTest

from lib.config import CHECKOUT, get_settings
from lib.db.onboarding import create_project_roles
from lib.tenants.projects import load_project
from lib.ui.visit.session import Session
from tests.support.metric_world import EMPTY, OTHER, PROJECT, TALKS, Talk, build_world
from tests.support.visitors import NOW, secret_of, visitor

SLUGS = {"demo": PROJECT, "andina": OTHER, "vacia": EMPTY}
NAMES = {"demo": "Visionamos Demo", "andina": "Cooperativa Andina", "vacia": "Aún Vacía"}
TIMEOUT = 60


def build_pages_world(address: URL, talks: Sequence[Talk] = TALKS) -> None:
    """Three demo projects in a prepared database: two with rows and a version, one with neither."""
    engine = create_engine(address)
    with engine.begin() as connection:
        for slug, project in SLUGS.items():
            create_project_roles(connection, project)
            _register(connection, slug, project)
        connection.execute(text("drop schema marts cascade"))
        build_world(connection, get_settings().manifest_dir / "manifest.json", talks)
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


def secret_for(slug: str, **changes: object) -> str:
    """The session the middleware would pass on for a visitor of a demo project."""
    return secret_of(visitor(SLUGS[slug], slug, **changes))


def session_of(slug: str, **changes: object) -> Session:
    """The session of a visitor of a demo project, outside of any page."""
    identity = visitor(SLUGS[slug], slug, **changes)
    return Session(load_project(identity.project_id), identity, secret_of(identity, NOW))


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
