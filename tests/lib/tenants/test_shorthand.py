from datetime import date

import pytest

from lib.tenants.config import ProjectConfig, ProjectConfigError, load_project_configs
from lib.tenants.shorthand import written_out

ENTRY = {"project_id": 1, "slug": "uno", "name": "Uno", "backfill_from": "2026-01-01"}


@pytest.fixture(autouse=True)
def fixed_clock(monkeypatch):
    # 03:00 UTC of the 18th is still the 17th in Bogota
    monkeypatch.setenv("INDIGITALL_NOW", "2026-02-18T03:00:00+00:00")


def short(**changes):
    return {key: value for key, value in {**ENTRY, **changes}.items() if value is not None}


def test_an_entry_without_short_forms_stays_as_it_is():
    assert written_out(ENTRY) == ENTRY
    assert written_out("nonsense") == "nonsense"


@pytest.mark.parametrize(
    ("days", "first"), [(1, date(2026, 2, 17)), (400, date(2025, 1, 14))], ids=["one", "demo"]
)
def test_backfill_days_count_local_days_ending_today(days, first):
    entry = written_out(short(backfill_from=None, backfill_days=days))

    assert ProjectConfig.model_validate(entry).backfill_from == first


def test_today_is_that_of_the_projects_own_time_zone():
    entry = written_out(short(backfill_from=None, backfill_days=1, timezone="Europe/Madrid"))

    assert entry["backfill_from"] == date(2026, 2, 18)


def test_contacts_and_aliases_become_rules_behind_the_explicit_ones():
    explicit = {"priority": 5, "rule_kind": "agent", "match_value": "7", "entity": "Norte"}
    entry = written_out(
        short(
            entity_rules=[explicit],
            contact_entities={"Norte": [573000000001, 573000000002], "Sur": [573000000003]},
            survey_aliases={"Sur": ["el sur", "SUR"]},
        )
    )
    rules = sorted(ProjectConfig.model_validate(entry).entity_rules, key=lambda r: r.priority)

    assert [(r.rule_kind, r.contact_id or r.match_value, r.entity) for r in rules] == [
        ("agent", "7", "Norte"),
        ("contact", "573000000001", "Norte"),
        ("contact", "573000000002", "Norte"),
        ("contact", "573000000003", "Sur"),
        ("survey_alias", "el sur", "Sur"),
        ("survey_alias", "sur", "Sur"),
    ]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"backfill_days": 3}, "backfill_from and backfill_days exclude each other"),
        ({"backfill_from": None, "backfill_days": 0}, "expected a number of days from 1, got 0"),
        ({"backfill_from": None, "backfill_days": True}, "expected a number of days from 1"),
        ({"backfill_from": None, "backfill_days": "many"}, "got 'many'"),
        ({"contact_entities": ["573000000001"]}, "expected a list of values for each entity"),
        ({"survey_aliases": {"Sur": "sur"}}, "survey_aliases: expected a list of values"),
    ],
)
def test_a_short_form_without_sense_is_refused_in_one_line(change, complaint):
    with pytest.raises(ValueError, match=complaint):
        written_out(short(**change))


def test_a_file_names_the_project_whose_short_form_is_wrong(tmp_path):
    path = tmp_path / "projects.yaml"
    path.write_text(
        "- {project_id: 1, slug: uno, name: Uno, backfill_days: 10}\n"
        "- {project_id: 2, slug: dos, name: Dos, backfill_days: -4}\n",
        encoding="utf-8",
    )
    with pytest.raises(ProjectConfigError, match="project 2, backfill_days: expected a number"):
        load_project_configs(path)


def test_the_same_contact_in_two_entities_is_refused(tmp_path):
    path = tmp_path / "projects.yaml"
    path.write_text(
        "- project_id: 1\n  slug: uno\n  name: Uno\n  backfill_days: 10\n"
        "  contact_entities: {Norte: [573000000001], Sur: [573000000001]}\n",
        encoding="utf-8",
    )
    with pytest.raises(ProjectConfigError, match="two rules match the same value"):
        load_project_configs(path)
