"""Huellas: the same figure again, or what changed; nothing for anybody else."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from lib.config import get_settings
from lib.db.engines import admin_engine
from lib.db.onboarding import create_project_roles
from lib.db.scoped import app_connection
from lib.db.tenant import TenantPools
from lib.metrics import huella as room
from lib.metrics.asked import Question, canonical, read_question, write_question
from lib.metrics.errors import NothingPublishedError, UnknownHuellaError, UnknownMetricError
from lib.metrics.filters import Filters
from lib.metrics.huella import ALPHABET, make_huella, resolve_huella
from lib.metrics.lines import Order
from lib.metrics.manifest import FILE_NAME, read_catalog
from lib.metrics.periods import DateRange, Window
from lib.metrics.scope import WHOLE_PROJECT, Scope
from tests.support.metric_world import EMPTY, OTHER, PROJECT, build_world

ALL = Filters(DateRange(date(2026, 2, 9), date(2026, 2, 17)))
NORTE = Scope(("Norte",))
MESSAGES = Question(("messages",), ALL, WHOLE_PROJECT)
FULL = Question(
    ("fallback_rate", "messages"),
    Filters(ALL.period, entities=("Sur", "Norte"), technical=False),
    WHOLE_PROJECT,
    group_by=("day",),
    window=Window(7, 20, (1, 2)),
    compare=DateRange(date(2026, 1, 9), date(2026, 1, 17), "rolling"),
    order=Order("messages"),
    limit=5,
)


@pytest.fixture(scope="module")
def published(module_database) -> Iterator[Engine]:
    """The small world in a prepared database, published once for two projects."""
    engine = admin_engine()
    with engine.begin() as connection:
        for project in (PROJECT, OTHER, EMPTY):
            create_project_roles(connection, project)
        build_world(connection, get_settings().manifest_dir / "manifest.json")
        for project in (PROJECT, OTHER):
            connection.execute(
                text("insert into app.data_versions values (:id, 7, now(), null, null, 'model')"),
                {"id": project},
            )
    yield engine
    engine.dispose()


@pytest.fixture
def database_state(published: Engine) -> Iterator[Callable[[str], None]]:
    """Runs a statement as the publication would and takes version and rows back afterwards."""

    def run(statement: str) -> None:
        with published.begin() as connection:
            connection.exec_driver_sql(statement)

    yield run
    run("update app.data_versions set data_version = 7")
    run("delete from app.huellas")
    run("delete from marts.fct_messages_hourly where entity = 'Nueva'")


@pytest.fixture
def pools(database_state) -> Iterator[TenantPools]:
    found = TenantPools()
    yield found
    found.close()


def new_rows() -> str:
    return f"""
        update app.data_versions set data_version = 8 where project_id = {PROJECT};
        insert into marts.fct_messages_hourly (
            project_id, entity, channel, direction, local_date, local_hour, local_weekday,
            message_count, bot_handled_count, fallback_count
        )
        values ({PROJECT}, 'Nueva', 'cloudapi', 'inbound', '2026-02-17', 9, 2, 10, 0, 0)
    """


def test_a_huella_brings_back_the_figure_that_was_shown(pools):
    made = make_huella(pools, PROJECT, MESSAGES)
    assert (made.figures.columns, made.figures.rows) == (("messages",), ((23,),))
    found = resolve_huella(pools, PROJECT, made.code, WHOLE_PROJECT)
    assert found.huella == made
    assert (found.is_reproduced, found.has_newer_data) == (True, False)
    assert (made.data_version, made.definition_versions) == (7, {"messages": 1})


def test_a_huella_of_a_whole_table_keeps_everything_that_was_asked(pools):
    made = make_huella(pools, PROJECT, FULL)
    found = resolve_huella(pools, PROJECT, made.code, WHOLE_PROJECT)
    assert found.huella.question == canonical(FULL)
    assert found.is_reproduced
    assert "2026-02-16" in str(made.figures.rows)
    assert set(made.definition_versions) == {
        "fallback_rate", "fallback_messages", "bot_handled_messages", "messages",
    }  # fmt: skip


def test_a_code_is_short_unambiguous_and_says_nothing(pools):
    codes = [
        make_huella(pools, PROJECT, replace(MESSAGES, metrics=(name,))).code
        for name in ("messages", "conversations", "unique_contacts")
    ]
    assert len(set(codes)) == 3
    for code in codes:
        assert len(code) == 12
        assert set(code) <= set(ALPHABET)
        assert not set(code) & set("0O1IL")


def test_the_same_question_on_the_same_data_is_the_same_huella(pools):
    made = make_huella(pools, PROJECT, FULL)
    turned = replace(FULL, filters=replace(FULL.filters, entities=("Norte", "Sur")))
    assert make_huella(pools, PROJECT, turned) == made
    aliased = replace(MESSAGES, metrics=("contacts",))
    plain = replace(MESSAGES, metrics=("unique_contacts",))
    assert make_huella(pools, PROJECT, aliased) == make_huella(pools, PROJECT, plain)


def test_a_pasted_code_may_have_blanks_hyphens_and_small_letters(pools):
    code = make_huella(pools, PROJECT, MESSAGES).code
    pasted = f" {code[:4]}-{code[4:8]} {code[8:]}\n".lower()
    assert resolve_huella(pools, PROJECT, pasted, WHOLE_PROJECT).huella.code == code


def test_newer_data_are_told_with_the_old_and_the_new_value(pools, database_state):
    made = make_huella(pools, PROJECT, MESSAGES)
    database_state(new_rows())
    found = resolve_huella(pools, PROJECT, made.code, WHOLE_PROJECT)
    assert (found.is_reproduced, found.has_newer_data) == (False, True)
    assert (found.huella.figures.rows, found.now_shown.rows) == (((23,),), ((33,),))
    assert (found.huella.data_version, found.data_version) == (7, 8)
    again = make_huella(pools, PROJECT, MESSAGES)
    assert again.code != made.code
    assert again.figures.rows == ((33,),)


def test_newer_data_that_leave_the_figure_alone_reproduce_it(pools, database_state):
    made = make_huella(pools, PROJECT, MESSAGES)
    database_state("update app.data_versions set data_version = 8")
    found = resolve_huella(pools, PROJECT, made.code, WHOLE_PROJECT)
    assert (found.is_reproduced, found.has_newer_data) == (True, True)


def test_a_changed_definition_is_told_with_its_changes(pools, monkeypatch):
    made = make_huella(pools, PROJECT, replace(MESSAGES, metrics=("fallback_rate",)))
    manifest = json.loads((get_settings().manifest_dir / FILE_NAME).read_text(encoding="utf-8"))
    for node in manifest["metrics"]:
        if node["name"] == "fallback_messages":
            node["config"]["meta"]["changes"] = [{"date": "2026-03-01", "text_es": "Sin eventos."}]
    monkeypatch.setattr(room, "current_catalog", lambda: read_catalog(manifest))
    found = resolve_huella(pools, PROJECT, made.code, WHOLE_PROJECT)
    changes = found.definition_changes
    assert {name: [change.text_es for change in changes[name]] for name in changes} == {
        "fallback_messages": ["Sin eventos."]
    }
    again = make_huella(pools, PROJECT, replace(MESSAGES, metrics=("fallback_rate",)))
    assert again.code != made.code


def test_what_cannot_be_asked_any_more_is_told_with_its_reason(pools, database_state):
    narrowed = replace(MESSAGES, filters=replace(ALL, entities=("Sur",)))
    made = make_huella(pools, PROJECT, narrowed)
    database_state("update marts.dim_entities set entity = 'S' where entity = 'Sur'")
    try:
        found = resolve_huella(pools, PROJECT, made.code, WHOLE_PROJECT)
    finally:
        database_state("update marts.dim_entities set entity = 'Sur' where entity = 'S'")
    assert (found.now_shown, found.is_reproduced) == (None, False)
    assert "no entity 'Sur'" in found.reason


@pytest.mark.parametrize("code", ["", "ABC", "A" * 13, "0" * 12, "' or true --", "ñ" * 12])
def test_a_malformed_a_foreign_and_an_unknown_code_are_the_same_error(pools, code):
    foreign = make_huella(pools, OTHER, MESSAGES).code
    messages = []
    for wrong in (code, foreign, "2" * 12):
        with pytest.raises(UnknownHuellaError) as raised:
            resolve_huella(pools, PROJECT, wrong, WHOLE_PROJECT)
        messages.append(str(raised.value))
    assert len(set(messages)) == 1
    assert resolve_huella(pools, OTHER, foreign, WHOLE_PROJECT).huella.figures.rows == ((7,),)


def test_the_app_role_adds_and_reads_its_project_s_and_changes_none(pools):
    make_huella(pools, PROJECT, MESSAGES)
    make_huella(pools, OTHER, MESSAGES)
    count = text("select array_agg(distinct project_id) from app.huellas")
    with app_connection(project_id=PROJECT) as connection:
        assert connection.scalar(count) == [PROJECT]
    with app_connection() as connection:
        assert connection.scalar(count) is None
    for statement in ("update app.huellas set data_version = 9", "delete from app.huellas"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            app_connection(project_id=PROJECT) as connection,
        ):
            connection.exec_driver_sql(statement)
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        app_connection(project_id=PROJECT) as connection,
    ):
        connection.exec_driver_sql(
            f"insert into app.huellas values ({OTHER}, '{'2' * 12}', '{{}}', 'h', '{{}}', 1,"
            " '{}', now())"
        )


def test_neither_numbers_nor_masks_of_contacts_are_kept(pools):
    made = make_huella(pools, PROJECT, replace(MESSAGES, group_by=("contact",), limit=2))
    assert "contact" not in made.figures.columns
    assert "57" not in str(made.figures.rows)
    assert resolve_huella(pools, PROJECT, made.code, WHOLE_PROJECT).is_reproduced


def test_a_project_without_data_and_a_metric_nobody_defined_have_no_huella(pools):
    with pytest.raises(NothingPublishedError):
        make_huella(pools, EMPTY, MESSAGES)
    with pytest.raises(UnknownMetricError):
        make_huella(pools, PROJECT, replace(MESSAGES, metrics=("mesages",)))


def test_a_question_is_read_back_as_it_was_written():
    for question in (MESSAGES, FULL):
        assert read_question(json.loads(write_question(question))) == question


def test_a_huella_of_some_entities_keeps_whom_it_was_made_for(pools):
    of_norte = replace(MESSAGES, scope=NORTE)
    made = make_huella(pools, PROJECT, of_norte)
    assert made.figures.rows == ((14,),)
    assert made.code != make_huella(pools, PROJECT, MESSAGES).code
    assert read_question(json.loads(write_question(of_norte))) == of_norte
    for reader in (NORTE, Scope(("Norte", "Sur")), WHOLE_PROJECT):
        found = resolve_huella(pools, PROJECT, made.code, reader)
        assert (found.huella, found.is_reproduced) == (made, True)


@pytest.mark.parametrize("shown_to", [WHOLE_PROJECT, Scope(("Norte", "Sur")), Scope(("Sur",))])
def test_a_huella_of_what_a_reader_may_not_see_does_not_exist_for_him(pools, shown_to):
    made = make_huella(pools, PROJECT, replace(MESSAGES, scope=shown_to))
    with pytest.raises(UnknownHuellaError):
        resolve_huella(pools, PROJECT, made.code, NORTE)
