"""Where the application refuses to serve although its settings are fine by themselves."""

from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from lib.config import SettingsError, get_settings
from lib.config_sources import files_open_to_others
from lib.db.engines import admin_engine
from lib.db.tenant import CONNECTION_BUDGET
from lib.web.startup import check_before_serving
from tests.support.sample_mart import committed

HERE = ("http://127.0.0.1:8501", "http://localhost:8501", "https://localhost")
PUBLIC = ("https://analytics.example.org", "http://analytics.example.org", "https://10.0.0.7")


ADD = text("""
insert into app.projects (project_id, slug, name, is_demo, backfill_from)
values (:project_id, :slug, 'Una', :is_demo, '2026-01-01')
""")


def add_project(project_id, slug, *, is_demo):
    with committed(admin_engine()) as connection:
        values = {"project_id": project_id, "slug": slug, "is_demo": is_demo}
        connection.execute(ADD, values)


@pytest.fixture(scope="module")
def projects(module_database):
    """One project, for demonstrations."""
    add_project(101, "demo", is_demo=True)


@pytest.fixture
def real(projects):
    """One more, which is nobody's demonstration."""
    add_project(202, "andina", is_demo=False)
    yield
    with committed(admin_engine()) as connection:
        connection.execute(text("delete from app.projects where project_id = 202"))


@pytest.fixture
def no_database(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:9/nothing")
    get_settings.cache_clear()
    yield
    monkeypatch.undo()
    get_settings.cache_clear()


@pytest.mark.parametrize("base_url", PUBLIC)
def test_dev_mode_at_a_public_address_with_a_real_project_is_refused(real, base_url):
    with pytest.raises(SettingsError, match="AUTH_MODE: dev no se acepta con esta BASE_URL"):
        check_before_serving(is_dev=True, base_url=base_url)


@pytest.mark.parametrize("base_url", PUBLIC)
def test_dev_mode_at_a_public_address_with_demo_projects_alone_serves(projects, base_url):
    check_before_serving(is_dev=True, base_url=base_url)


@pytest.mark.parametrize("base_url", HERE)
def test_dev_mode_on_one_s_own_machine_serves_whatever_projects_there_are(real, base_url):
    check_before_serving(is_dev=True, base_url=base_url)


def test_another_mode_serves_real_projects_anywhere(real):
    check_before_serving(is_dev=False, base_url=PUBLIC[0])


def test_an_inactive_real_project_is_a_real_project(real):
    with committed(admin_engine()) as connection:
        connection.execute(text("update app.projects set is_active = false where project_id = 202"))
    with pytest.raises(SettingsError, match="AUTH_MODE"):
        check_before_serving(is_dev=True, base_url=PUBLIC[0])


def test_what_nobody_can_tell_is_refused_and_never_assumed(projects, no_database):
    with pytest.raises(SettingsError, match="no se pudo leer la lista de proyectos"):
        check_before_serving(is_dev=True, base_url=PUBLIC[0])


@pytest.mark.parametrize(("is_dev", "base_url"), [(True, HERE[0]), (False, PUBLIC[0])])
def test_a_database_that_is_still_starting_is_waited_for(projects, no_database, is_dev, base_url):
    with capture_logs() as events:
        check_before_serving(is_dev=is_dev, base_url=base_url)
    assert [event["event"] for event in events] == ["start_checks_without_database"]


def test_a_server_with_too_few_connections_is_refused_with_both_numbers(projects, monkeypatch):
    monkeypatch.setitem(CONNECTION_BUDGET, "pages", 400)
    with pytest.raises(SettingsError, match="deja 97 conexiones y se necesitan 4"):
        check_before_serving(is_dev=True, base_url=HERE[0])


def secret_file(folder: Path, *, mode: int) -> Path:
    path = folder / "key"
    path.write_text("x")
    path.chmod(mode)
    return path


@pytest.fixture
def open_folder(tmp_path_factory):
    """A folder that every user may pass through, up to the root."""
    folder = tmp_path_factory.mktemp("open")
    changed = [(f, f.stat().st_mode) for f in (folder, *folder.parents) if not f.stat().st_mode & 1]
    for one, mode in changed:
        one.chmod(mode | 1)
    yield folder
    for one, mode in changed:
        one.chmod(mode)


@pytest.mark.parametrize(
    ("name", "mode", "is_named"),
    [
        ("INDIGITALL_PII_KEY_FILE", 0o644, True),
        ("INDIGITALL_SERVER_KEY_101_FILE", 0o604, True),
        ("INDIGITALL_SERVER_KEYS_FILE", 0o644, True),
        ("INDIGITALL_PII_KEY_FILE", 0o640, False),
        ("INDIGITALL_PII_KEY_FILE", 0o600, False),
        ("INDIGITALL_CONNECTION_FILE", 0o644, False),
    ],
)
def test_a_secret_file_that_others_can_read_is_named(open_folder, name, mode, is_named):
    path = secret_file(open_folder, mode=mode)
    assert list(files_open_to_others({name: str(path)})) == [(name, path)] * is_named


def test_a_folder_that_others_cannot_enter_protects_its_files(open_folder):
    path = secret_file(open_folder, mode=0o644)
    open_folder.chmod(0o700)
    assert list(files_open_to_others({"SMTP_PASSWORD_FILE": str(path)})) == []


def test_open_secret_files_are_told_at_a_public_address_alone(projects, open_folder, monkeypatch):
    path = secret_file(open_folder, mode=0o644)
    monkeypatch.setenv("SMTP_PASSWORD_FILE", str(path))
    for base_url, told in ((PUBLIC[0], ["SMTP_PASSWORD_FILE"]), (HERE[0], [])):
        with capture_logs() as events:
            check_before_serving(is_dev=False, base_url=base_url)
        assert [event["variable"] for event in events] == told
