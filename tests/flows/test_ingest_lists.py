"""The lists that are read whole: contacts, channels, the application, agent sessions."""

import json

from tests.support.fake_api import contact, message, session


def stored(raw, table, key, project_id=1):
    query = f"select {key} from raw.{table} where project_id = %s and deleted_at is null order by 1"
    return [row[0] for row in raw.rows(query, project_id)]


def test_a_contact_that_is_gone_is_marked_and_comes_back(ingest, raw, api):
    one, two = contact("573000000001"), contact("573000000002")
    api.projects[1].contacts = [one, two]
    ingest()

    api.projects[1].contacts = [one]
    ingest()
    assert stored(raw, "contacts", "contact_id") == ["573000000001"]

    api.projects[1].contacts = [one, two]
    ingest()
    assert stored(raw, "contacts", "contact_id") == ["573000000001", "573000000002"]


def test_the_lists_of_two_projects_do_not_mix(ingest, raw, api):
    api.projects[1].contacts = [contact("573000000001", profileName="Uno")]
    api.projects[2].contacts = [contact("573000000001", profileName="Dos")]
    ingest(1)
    ingest(2)

    api.projects[1].contacts = []
    ingest(1)

    rows = raw.rows("select project_id, payload ->> 'profileName' from raw.contacts"
                    " where deleted_at is null")  # fmt: skip
    assert rows == [(2, "Dos")]
    keys = raw.rows("select count(distinct contact_key) from raw.contacts")
    assert keys == [(2,)]


def test_a_contact_that_comes_on_two_pages_is_stored_as_it_was_last(ingest, raw, api):
    early, late = contact(profileName="antes"), contact(profileName="después")
    others = [contact(f"57300000{number:04d}") for number in range(2, 101)]
    api.projects[1].contacts = [early, *others, late]

    ingest()

    query = "select payload ->> 'profileName' from raw.contacts where contact_id = '573000000001'"
    assert raw.rows(query) == [("después",)]
    assert len(stored(raw, "contacts", "contact_id")) == 100


def test_foreign_sessions_are_counted_and_never_stored(ingest, raw, api):
    api.projects[1].messages = [message(1, "2026-02-10T14:00:00", agentConversationId="600")]
    api.projects[1].sessions = [
        session(600, email="x@stranger.example"),
        session(601),
        session(602, contact="579990000000"),
        session(603, email="x@stranger.example"),
        {"contactId": "573000000001"},
    ]

    result = ingest()

    assert stored(raw, "agent_sessions", "agent_session_id") == ["600", "601"]
    assert result.by_endpoint["agent_conversations"].quarantined == 3
    assert raw.rows("select * from raw.rejects") == []
    everything = json.dumps(raw.rows("select payload from raw.agent_sessions"))
    assert "579990000000" not in everything


def test_a_session_that_is_no_longer_ours_is_marked(ingest, raw, api):
    api.projects[1].sessions = [session(601)]
    ingest()
    assert stored(raw, "agent_sessions", "agent_session_id") == ["601"]

    raw.run("update app.projects set agent_mail_domains = '{}'")
    ingest()

    assert stored(raw, "agent_sessions", "agent_session_id") == []


def test_a_record_without_its_key_is_kept_aside_and_the_others_are_loaded(ingest, raw, api):
    api.projects[1].channels = [{"name": "sin número"}, {"id": 41}]

    ingest()
    ingest()

    assert stored(raw, "channels", "channel_id") == ["41"]
    rejects = raw.rows("select endpoint, reason, payload from raw.rejects")
    assert rejects == [("channels", "no id", '{"name":"sin número"}')]


def test_a_record_that_can_no_longer_be_stored_keeps_its_old_version(ingest, raw, api):
    api.projects[1].channels = [{"id": 41, "name": "antes"}]
    ingest()

    api.projects[1].channels = [{"id": 41, "name": "a\0b"}]
    ingest()

    assert raw.rows("select payload ->> 'name', deleted_at from raw.channels") == [("antes", None)]
