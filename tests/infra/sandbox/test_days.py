from datetime import date, timedelta

import pytest

from infra.sandbox.days import generate_day
from infra.sandbox.people import population
from infra.sandbox.profiles import ANDINA, VISIONAMOS
from infra.sandbox.rhythm import midnight
from infra.sandbox.served import message_values

TUESDAY = date(2026, 2, 10)
FAR_FUTURE = midnight(date(2030, 1, 1))


def served(day):
    return [message_values(message, FAR_FUTURE) for message in day.messages]


@pytest.fixture(scope="module")
def people():
    return {profile.project_id: population(profile) for profile in (VISIONAMOS, ANDINA)}


def day_of(people, profile, day, seed=7):
    return generate_day(seed, profile, people[profile.project_id], day)


def test_the_same_seed_project_and_date_give_the_same_day(people):
    first, second = (day_of(people, VISIONAMOS, TUESDAY) for _ in range(2))

    assert served(first) == served(second)
    assert len(first.messages) > 20


def test_another_seed_gives_another_day(people):
    assert served(day_of(people, ANDINA, TUESDAY)) != served(
        day_of(people, ANDINA, TUESDAY, seed=8)
    )


def test_nothing_begins_before_the_local_day_it_is_generated_for(people):
    for offset in range(30):
        day = TUESDAY + timedelta(days=offset)
        for profile in (VISIONAMOS, ANDINA):
            messages = day_of(people, profile, day).messages
            assert all(message.sent_at >= midnight(day) for message in messages)


def test_message_numbers_have_eight_digits_and_grow_with_time_within_a_day(people):
    numbers = [message.message_id for message in day_of(people, VISIONAMOS, TUESDAY).messages]
    moments = [message.sent_at for message in day_of(people, VISIONAMOS, TUESDAY).messages]

    assert numbers == sorted(numbers)
    assert moments == sorted(moments)
    assert {len(str(number)) for number in numbers} == {8}


def test_the_two_projects_use_the_same_numbers_for_messages_sessions_agents_and_phones(people):
    demo, andina = (day_of(people, profile, TUESDAY) for profile in (VISIONAMOS, ANDINA))
    phones = [{c.contact_id for c in people[p.project_id]} for p in (VISIONAMOS, ANDINA)]
    agents = [{a.agent_id for a in p.agents} for p in (VISIONAMOS, ANDINA)]

    assert {m.message_id for m in demo.messages} & {m.message_id for m in andina.messages}
    assert {s.session_id for s in demo.sessions} & {s.session_id for s in andina.sessions}
    assert len(phones[0] & phones[1]) == ANDINA.shared_phones
    assert agents[0] & agents[1]


def test_phones_are_unique_within_a_project(people):
    for contacts in people.values():
        assert len({contact.contact_id for contact in contacts}) == len(contacts)


def test_an_inbound_row_with_an_intent_never_names_a_session(people):
    for offset in range(20):
        for message in day_of(people, VISIONAMOS, TUESDAY + timedelta(days=offset)).messages:
            if message.intent_name:
                assert message.send_type == "input"
                assert message.session is None


def test_a_smaller_scale_keeps_the_first_people():
    whole, tenth = population(VISIONAMOS), population(VISIONAMOS, scale=0.1)

    assert len(tenth) == 62
    assert [c.contact_id for c in tenth] == [c.contact_id for c in whole[:62]]
