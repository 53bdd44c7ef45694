"""The configuration of projects: what is refused, and what the database holds afterwards."""

from datetime import date

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from lib.db.engines import engine_for_role
from lib.tenants.config import (
    EntityRule,
    ProjectConfig,
    ProjectConfigError,
    apply_project_config,
    load_project_configs,
)

YAML = """
- project_id: 101
  slug: uno
  name: Cooperativa Uno
  is_demo: true
  backfill_from: 2025-01-13
  agent_mail_domains: [UNO.example.test]
  agent_ids: [ana, eva]
  enabled_endpoints: [inapp_daily]
  entity_rules:
    - {priority: 10, rule_kind: agent_domain, match_value: UNO.example.test, entity: Uno}
    - {priority: 20, rule_kind: contact, contact_id: "573000000101", entity: Dos}
  agent_names: {ana: Ana Díaz, eva: Eva Ruiz}
- project_id: 202
  slug: dos
  name: Cooperativa Dos
  backfill_from: 2025-01-13
  agent_names: {ana: Otra Ana}
"""


@pytest.fixture
def configs(tmp_path):
    path = tmp_path / "projects.yaml"
    path.write_text(YAML, encoding="utf-8")
    return load_project_configs(path)


@pytest.fixture
def owner(database):
    engine = engine_for_role("indigo_owner")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def key_of(project_id, contact_id):
    return f"key-{project_id}-{contact_id[-3:]}"


def apply(owner, config):
    return sum(apply_project_config(owner, config, contact_key_of=key_of).values())


def rows(owner, query):
    return [tuple(row) for row in owner.execute(text(query))]


def test_a_file_is_read_in_order_with_its_defaults(configs):
    assert [config.slug for config in configs] == ["uno", "dos"]
    assert configs[0].agent_mail_domains == ("uno.example.test",)
    assert (configs[1].timezone, configs[1].is_demo) == ("America/Bogota", False)
    assert configs[1].backfill_from == date(2025, 1, 13)
    assert configs[1].high_frequency_limit == 4
    assert (configs[1].re_read_days, configs[1].statistics_re_read_days) == (2, 7)
    assert configs[1].empty_windows_told == 8


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"slug": "Con Espacio"}, "should match pattern"),
        ({"timezone": "America/Macondo"}, "expected a time zone such as America/Bogota"),
        ({"timezone": "../etc/passwd"}, "expected a time zone such as America/Bogota"),
        ({"project_id": 0}, "greater than 0"),
        ({"nombre": "x"}, "Extra inputs are not permitted"),
        ({"backfill_from": "ayer"}, "valid date"),
        ({"high_frequency_limit": 0}, "greater than or equal to 1"),
        ({"high_frequency_limit": 7}, "less than or equal to 6"),
        ({"re_read_days": -1}, "greater than or equal to 0"),
        ({"empty_windows_told": 0}, "greater than or equal to 1"),
    ],
)
def test_a_wrong_value_is_refused(configs, change, message):
    with pytest.raises(ValidationError, match=message):
        ProjectConfig.model_validate(configs[0].model_dump() | change)


@pytest.mark.parametrize(
    "rule",
    [
        {"rule_kind": "contact", "match_value": "573000000101"},
        {"rule_kind": "agent", "contact_id": "573000000101"},
        {"rule_kind": "contact"},
        {"rule_kind": "agent", "match_value": "ana", "contact_id": "573000000101"},
        {"rule_kind": "phase_of_the_moon", "match_value": "full"},
    ],
)
def test_a_rule_that_does_not_say_what_it_matches_is_refused(rule):
    with pytest.raises(ValidationError):
        EntityRule.model_validate({"priority": 1, "entity": "Uno"} | rule)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({"priority": 1, "match_value": "eva"}, "two rules have the same priority"),
        ({"priority": 2, "match_value": " ANA "}, "two rules match the same value"),
    ],
)
def test_rules_without_a_clear_order_are_refused(configs, second, message):
    first = {"priority": 1, "rule_kind": "agent", "match_value": "ana", "entity": "Uno"}
    with pytest.raises(ValidationError, match=message):
        ProjectConfig.model_validate(
            configs[1].model_dump() | {"entity_rules": [first, first | second]}
        )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read as YAML"),
        ("projects: []", "expected a list of projects, got dict"),
        ("- {slug: uno}", "project 1, project_id: Field required"),
        (YAML.replace("202", "101"), "two projects have the same project_id"),
        (YAML.replace("slug: dos", "slug: uno"), "two projects have the same slug"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_its_faults(tmp_path, content, message):
    path = tmp_path / "projects.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ProjectConfigError, match=message) as caught:
        load_project_configs(path)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(ProjectConfigError, match=r"none\.yaml"):
        load_project_configs(tmp_path / "none.yaml")


def test_applying_stores_everything_and_no_phone(owner, configs):
    assert [apply(owner, config) for config in configs] == [5, 2]
    assert rows(owner, "select * from app.entity_rules order by priority") == [
        (101, 10, "agent_domain", "uno.example.test", "Uno"),
        (101, 20, "contact", "key-101-101", "Dos"),
    ]
    assert rows(owner, "select * from app.agent_names order by 1, 2") == [
        (101, "ana", "Ana Díaz"),
        (101, "eva", "Eva Ruiz"),
        (202, "ana", "Otra Ana"),
    ]
    query = "select slug, is_demo, agent_ids, agent_mail_domains, enabled_endpoints, is_active"
    assert rows(owner, f"{query} from app.projects order by 1 desc") == [
        ("uno", True, ["ana", "eva"], ["uno.example.test"], ["inapp_daily"], True),
        ("dos", False, [], [], [], True),
    ]


def test_applying_twice_changes_nothing(owner, configs):
    for config in configs:
        apply(owner, config)
    state = rows(owner, "select *, xmin::text from app.projects order by 1")
    assert [apply(owner, config) for config in configs] == [0, 0]
    assert rows(owner, "select *, xmin::text from app.projects order by 1") == state


def test_a_new_configuration_replaces_the_old_one_of_that_project_only(owner, configs):
    for config in configs:
        apply(owner, config)
    changed = configs[0].model_copy(
        update={
            "name": "Uno Nueva",
            "agent_names": {"eva": "Eva Ruiz"},
            "entity_rules": (configs[0].entity_rules[1],),
        }
    )
    assert apply(owner, changed) == 3
    assert rows(owner, "select project_id, name from app.projects order by 1") == [
        (101, "Uno Nueva"),
        (202, "Cooperativa Dos"),
    ]
    assert rows(owner, "select project_id, agent_id from app.agent_names order by 1") == [
        (101, "eva"),
        (202, "ana"),
    ]
    assert rows(owner, "select entity from app.entity_rules") == [("Dos",)]


def test_two_rules_can_change_places(owner, configs):
    apply(owner, configs[0])
    first, second = configs[0].entity_rules
    swapped = (
        first.model_copy(update={"priority": second.priority}),
        second.model_copy(update={"priority": first.priority}),
    )
    assert apply(owner, configs[0].model_copy(update={"entity_rules": swapped})) == 2
    owner.commit()
    assert rows(owner, "select entity from app.entity_rules order by priority") == [
        ("Dos",),
        ("Uno",),
    ]
