import pytest

from infra.sandbox.people import population
from infra.sandbox.profiles import ANDINA, VISIONAMOS
from infra.sandbox.surveys import SPELLINGS, UNKNOWN_SPELLINGS
from infra.sandbox.truth.project import DEMO_PROJECTS
from lib.tenants.config import load_project_configs

PROFILES = {profile.project_id: profile for profile in (VISIONAMOS, ANDINA)}


@pytest.fixture(scope="module")
def configs():
    return {config.project_id: config for config in load_project_configs(DEMO_PROJECTS)}


def values_of(config, kind):
    rules = [rule for rule in config.entity_rules if rule.rule_kind == kind]
    return {rule.contact_id or rule.match_value: rule.entity for rule in rules}


def collapsed(spelling):
    return " ".join(spelling.lower().split())


def test_the_demo_is_the_two_projects_of_the_sandbox(configs):
    assert [(c.project_id, c.slug, c.name) for c in configs.values()] == [
        (900101, "demo", "Visionamos Demo"),
        (900202, "andina", "Cooperativa Andina"),
    ]
    assert all(config.is_demo for config in configs.values())


def test_the_agents_of_the_configuration_are_those_of_the_world(configs):
    for project_id, config in configs.items():
        agents = PROFILES[project_id].agents
        assert config.agent_names == {str(agent.agent_id): agent.name for agent in agents}
        ours = {agent.agent_id: agent.email.rpartition("@")[2] for agent in agents}
        assert all(
            domain in config.agent_mail_domains or str(agent_id) in config.agent_ids
            for agent_id, domain in ours.items()
        )


def test_agent_rules_send_each_agent_to_their_own_entity(configs):
    for project_id, config in configs.items():
        domains, ids = values_of(config, "agent_domain"), values_of(config, "agent")
        for agent in PROFILES[project_id].agents:
            found = ids.get(str(agent.agent_id)) or domains.get(agent.email.rpartition("@")[2])
            assert found == agent.entity


def test_about_seven_contacts_in_ten_are_listed_with_their_entity(configs):
    for project_id, config in configs.items():
        people = population(PROFILES[project_id])
        listed = values_of(config, "contact")
        assert listed == {c.contact_id: c.home_entity for c in people if c.is_listed_by_customer}
        assert 0.65 <= len(listed) / len(people) <= 0.8


def test_every_known_spelling_has_an_alias_and_no_unknown_one_has(configs):
    for project_id, config in configs.items():
        aliases = values_of(config, "survey_alias")
        for entity in PROFILES[project_id].entities:
            assert {aliases[collapsed(spelling)] for spelling in SPELLINGS[entity]} == {entity}
        assert not {collapsed(spelling) for spelling in UNKNOWN_SPELLINGS} & set(aliases)


def test_agents_come_before_contacts_and_contacts_before_survey_answers(configs):
    order = {"agent": 0, "agent_domain": 0, "contact": 1, "survey_alias": 2}
    for config in configs.values():
        ranked = sorted(config.entity_rules, key=lambda rule: rule.priority)
        places = [order[rule.rule_kind] for rule in ranked]
        assert places == sorted(places)
